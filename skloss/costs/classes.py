"""Costs of decisions about classes."""

import numpy as np

from skloss.costs.contract import Cost

__all__ = ["Binary", "ClassCosts", "binary"]


class ClassCosts(Cost):
    """A table of costs: one row per true class, one column per decision.

    `loss` returns None: class weights in a cross-entropy can express one price per
    true class, but not a table. Train for probabilities and decide with the table.

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

    def per_row(self, y_true, decision):
        table = np.asarray(self.matrix, dtype=float)
        if table.ndim != 2 or not np.isfinite(table).all():
            raise ValueError(
                "matrix must be a table of finite numbers, one row per true class and "
                f"one column per decision, got shape {table.shape}."
            )
        n_classes, n_decisions = table.shape
        if self.classes is not None and len(self.classes) != n_classes:
            raise ValueError(
                f"matrix has {n_classes} rows, but classes names {len(self.classes)}."
            )
        named = self.classes if n_classes == n_decisions else None
        return table[
            _indices(y_true, self.classes, n_classes, "y_true"),
            _indices(decision, named, n_decisions, "decision"),
        ]


class Binary(Cost):
    """Costs of false positives and false negatives, the same or one pair per row.

    The best decision is the positive class where its probability exceeds
    ``false_positive / (false_positive + false_negative)``, row by row (Elkan 2001,
    "The Foundations of Cost-Sensitive Learning"). `loss` returns None: that threshold
    applied to probabilities decides for every pair of prices.

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

    __iter__ = None  # it has no length: a loop over its items would not end

    def per_row(self, y_true, decision):
        for name, value in self.get_params().items():
            amounts = np.asarray(value, dtype=float)
            if amounts.ndim > 1 or (amounts.ndim and len(amounts) != len(y_true)):
                raise ValueError(
                    f"{name} has shape {amounts.shape}, but there are {len(y_true)} "
                    "rows; give one number or one value per row."
                )
            if not (np.isfinite(amounts) & (amounts >= 0)).all():
                raise ValueError(f"{name} must be finite and >= 0.")
        truth = _indices(y_true, None, 2, "y_true")
        decided = _indices(decision, None, 2, "decision")
        wrong_yes = np.where((truth == 0) & (decided == 1), self.false_positive, 0.0)
        return wrong_yes + np.where(
            (truth == 1) & (decided == 0), self.false_negative, 0.0
        )


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
