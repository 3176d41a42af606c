"""Costs of decisions about classes."""

import numpy as np

from skloss.costs.contract import Cost, as_numbers
from skloss.wording import number, quoted

__all__ = ["Binary", "ClassCosts", "binary"]


class ClassCosts(Cost):
    """A table of costs: one row per true class, one column per decision.

    `loss` returns None: class weights in a cross-entropy can express one cost per true
    class, but not a table. Train for probabilities and decide with the table.

    Parameters
    ----------
    matrix : array-like of shape (n_classes, n_decisions)
        Cost of each decision for each true class.
    classes : array-like of shape (n_classes,), optional
        Labels of the rows and, if the table is square, of the columns. By default
        truths and decisions are indices.

    Examples
    --------
    >>> from skloss import costs
    >>> cost = costs.ClassCosts([[0, 1], [5, 0]], classes=["healthy", "ill"])
    >>> cost(["ill", "healthy"], ["healthy", "ill"])
    array([5., 1.])
    """

    name = "class_costs"
    formula = r"C_{y, d}"
    over_classes = True

    def __init__(self, matrix, classes=None):
        self.matrix = matrix
        self.classes = classes

    def _table(self):
        """Return the matrix as an array; raise a ValueError if it is not valid."""
        table = as_numbers(self.matrix)
        if table is None or table.ndim != 2 or not table.size:
            shape = "" if table is None else f", got shape {table.shape}"
            raise ValueError(
                "matrix must be a table of finite numbers, one row per true class and "
                f"one column per decision{shape}."
            )
        if self.classes is None:
            return table
        labels = np.asarray(self.classes).ravel().tolist()
        if len(labels) != len(table):
            raise ValueError(
                f"matrix has {len(table)} rows, but classes names {len(labels)}."
            )
        if len(set(labels)) != len(labels):
            raise ValueError("classes names a class twice; name each one once.")
        return table

    def validate(self):
        self._table()

    @property
    def has_other_decisions(self):
        """Whether the table has more or fewer columns than rows."""
        n_classes, n_decisions = self._table().shape
        return n_classes != n_decisions

    def class_table(self, classes, n_classes):
        table = self._table()
        if len(table) != n_classes:
            raise ValueError(
                f"matrix has {len(table)} rows, but there are {n_classes} classes."
            )
        if self.classes is None or classes is None:
            return table
        # The columns of the probabilities may be in another order than the table.
        order = _indices(np.asarray(classes), self.classes, n_classes, "classes")
        is_square = table.shape[0] == table.shape[1]
        return table[np.ix_(order, order)] if is_square else table[order]

    def per_row(self, y_true, decision):
        table = self._table()
        n_classes, n_decisions = table.shape
        named = self.classes if n_classes == n_decisions else None
        return table[
            _indices(y_true, self.classes, n_classes, "y_true"),
            _indices(decision, named, n_decisions, "decision"),
        ]


class Binary(Cost):
    """Costs of false positives and false negatives, the same or one pair per row.

    The best decision is the positive class where its probability reaches
    ``false_positive / (false_positive + false_negative)``, row by row (Elkan 2001,
    "The Foundations of Cost-Sensitive Learning"). `loss` returns None: that threshold
    on the probabilities decides for every pair of costs.

    Parameters
    ----------
    false_positive, false_negative : float or array-like of shape (n_samples,)
        Cost of deciding 1 for a true 0, and of deciding 0 for a true 1.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Binary(false_positive=1.0, false_negative=20.0)([0, 1, 1], [1, 0, 1])
    array([ 1., 20.,  0.])

    A cost with amounts per row is indexed like the table of the rows:

    >>> amounts = costs.Binary(false_positive=1.0, false_negative=[20.0, 50.0, 90.0])
    >>> amounts[[2, 0]].false_negative
    array([90., 20.])
    """

    name = "binary"
    formula = r"c_{FP}\, 1[y = 0, d = 1] + c_{FN}\, 1[y = 1, d = 0]"
    over_classes = True

    def __init__(self, false_positive, false_negative):
        self.false_positive = false_positive
        self.false_negative = false_negative

    def __getitem__(self, rows):
        """Return the cost of some rows, as a comparison slices it by fold."""
        sliced = {
            name: value if np.ndim(value) == 0 else np.asarray(value)[rows]
            for name, value in self.get_params().items()
        }
        return type(self)(**sliced)

    @property
    def n_rows(self):
        """Number of rows that have amounts; None if they are the same for all."""
        sizes = {len(v) for v in self.get_params().values() if np.ndim(v)}
        return max(sizes) if sizes else None

    def validate(self):
        sizes = []
        for name, value in self.get_params().items():
            amounts = as_numbers(value)
            if amounts is None or amounts.ndim > 1 or not (amounts >= 0).all():
                raise ValueError(
                    f"{name} must be finite and >= 0: one number, or one for each row."
                )
            sizes += [amounts.shape] if amounts.ndim else []
        if len(set(sizes)) > 1:
            raise ValueError(
                f"false_positive has {sizes[0][0]} values, but false_negative has "
                f"{sizes[1][0]}; give both for the same rows."
            )

    def _check_rows(self, n_rows):
        """Raise a ValueError if the amounts are for another number of rows."""
        for name, value in self.get_params().items():
            shape = np.shape(value)
            if shape and shape != (n_rows,):
                raise ValueError(
                    f"{name} has shape {shape}, but there are {n_rows} "
                    "rows; give one number or one value per row."
                )

    @property
    def thresholds(self):
        """Least probability of the positive class at which it is the best decision.

        Elkan (2001), equation 2: c_FP / (c_FP + c_FN), one number or one per row. It
        is 1 where nothing has a cost, since any decision is right there.
        """
        wrong_yes, wrong_no = map(as_numbers, self.get_params().values())
        total = np.asarray(wrong_yes + wrong_no)
        return np.divide(wrong_yes, total, out=np.ones_like(total), where=total > 0)

    def rule(self, classes=None):
        positive = quoted("1" if classes is None else list(classes)[-1])
        if self.n_rows is not None:
            return f"{positive} where its probability is at least the row's threshold"
        least = number(float(self.thresholds), trim=True)
        return f"{positive} where its probability is at least {least}"

    def _check_classes(self, n_classes):
        if n_classes != 2:
            raise ValueError(
                f"{self.name} is a cost of two classes, but there are {n_classes}; use "
                "ClassCosts."
            )

    def class_table(self, classes, n_classes):
        # The second class is the positive one, whatever the labels are.
        self._check_classes(n_classes)
        return super().class_table(None, n_classes)

    def best_class(self, probabilities, classes):
        self._check_rows(len(probabilities))
        self._check_classes(probabilities.shape[1])
        return (probabilities[:, 1] >= self.thresholds).astype(int)

    def per_row(self, y_true, decision):
        self._check_rows(len(y_true))
        truth = _indices(y_true, None, 2, "y_true")
        decided = _indices(decision, None, 2, "decision")
        wrong_yes, wrong_no = map(as_numbers, self.get_params().values())
        is_yes = np.where((truth == 0) & (decided == 1), wrong_yes, 0.0)
        return is_yes + np.where((truth == 1) & (decided == 0), wrong_no, 0.0)


def binary(false_positive, false_negative):
    """Return the cost of false positives and false negatives.

    Parameters
    ----------
    false_positive, false_negative : float or array-like of shape (n_samples,)
        Cost of deciding 1 for a true 0, and of deciding 0 for a true 1.

    Returns
    -------
    Binary

    Examples
    --------
    >>> from skloss import costs
    >>> costs.binary(false_positive=1.0, false_negative=5.0)([1, 0], [0, 0])
    array([5., 0.])
    """
    return Binary(false_positive, false_negative)


def _indices(values, classes, n_classes, name):
    """Return positions of labels among the classes, or indices within range."""
    if classes is not None:
        labels = np.asarray(classes).tolist()
        order = {label: index for index, label in enumerate(labels)}
        unknown = [label for label in values.tolist() if label not in order]
        if unknown:
            raise ValueError(
                f"{name} holds {unknown[0]!r}, which is not one of the classes "
                f"{list(order)}."
            )
        return np.array([order[label] for label in values.tolist()], dtype=int)
    numeric = values.dtype.kind in "biuf"
    with np.errstate(invalid="ignore"):  # missing values are refused below
        index = values.astype(int) if numeric else values
    if not numeric or (index != values).any() or not _in_range(index, n_classes):
        raise ValueError(
            f"{name} must hold class indices from 0 to {n_classes - 1}; pass classes= "
            "to use labels."
        )
    return index


def _in_range(index, n_classes):
    return not len(index) or (index.min() >= 0 and index.max() < n_classes)
