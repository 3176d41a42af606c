"""The contract of a cost: what a decision costs once the truth is known."""

import inspect
from numbers import Number, Real
from typing import Any

import numpy as np

from skloss.costs.search import search

__all__ = ["Cost", "CustomCost", "as_cost"]

#: Classes by their name in snake case; defining a subclass adds it.
REGISTRY: dict[str, type["Cost"]] = {}


class Cost:
    """Cost of decisions, one value per row, in the user's money.

    A subclass states ``name``, stores its parameters in ``__init__`` and implements
    `per_row`. Parameters are read from the signature of ``__init__``, as in
    scikit-learn.

    Attributes
    ----------
    name : str
        Canonical name in snake case.
    formula : str
        TeX of the cost per row, with y the truth and d the decision.
    over_classes : bool
        Whether truths and decisions are classes rather than numbers.
    has_other_decisions : bool
        Whether decisions may be others than the classes.
    rows_at_once : int
        Rows that are decided together.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Linear(under=3.0, over=1.0)([10.0, 10.0], [8.0, 12.0])
    array([6., 2.])
    """

    name = ""
    formula = ""
    over_classes = False
    # The nodes of so many rows fit into the processor's cache.
    rows_at_once = 512
    has_other_decisions = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.name in REGISTRY:
            raise TypeError(f"Two costs are called {cls.name!r}.")
        if cls.name:
            REGISTRY[cls.name] = cls

    @property
    def n_rows(self):
        """Number of rows that the amounts are for; None if they are for any row."""
        return None

    def __getitem__(self, rows):
        """Return the cost of some rows, as a comparison slices it by fold."""
        return self

    __iter__ = None  # it has no length: a loop over its items would not end

    def validate(self):
        """Raise a ValueError if a parameter is not valid.

        Raises
        ------
        ValueError
            Naming the parameter and its value.

        Examples
        --------
        >>> from skloss import costs
        >>> costs.Linear(under=3.0, over=1.0).validate()
        """

    def best(self, outcomes):
        """Return the decision of least expected cost in each row.

        A cost without a closed form searches over the quantiles of the outcomes.

        Parameters
        ----------
        outcomes : Atoms or Continuous
            What the truth may be in each row; see `skloss.costs.outcomes`.

        Returns
        -------
        ndarray of shape (n_samples,)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import costs
        >>> from skloss.costs.outcomes import Atoms
        >>> costs.Quadratic().best(Atoms(np.array([[1.0], [2.0], [6.0]])))
        array([3.])
        """
        return search(self, outcomes)

    def best_class(self, probabilities, classes):
        """Return the position of the decision of least expected cost in each row.

        Parameters
        ----------
        probabilities : ndarray of shape (n_samples, n_classes)
        classes : list or None
            Labels of the columns; None for indices.

        Returns
        -------
        ndarray of int of shape (n_samples,)

        Raises
        ------
        ValueError
            If the cost is for other classes or another number of rows.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import costs
        >>> cost = costs.ClassCosts([[0, 1], [5, 0]])
        >>> cost.best_class(np.array([[0.9, 0.1], [0.7, 0.3]]), None)
        array([0, 1])
        """
        if self.n_rows not in (None, len(probabilities)):
            raise ValueError(
                f"The cost has amounts for {self.n_rows} rows, but the probabilities "
                f"have {len(probabilities)}; slice it as cost[rows]."
            )
        table = self.class_table(classes, probabilities.shape[1])
        product = "nk,kd->nd" if table.ndim == 2 else "nk,kdn->nd"
        return np.einsum(product, probabilities, table).argmin(1)

    def class_table(self, classes, n_classes):
        """Return the cost of each decision for each true class.

        Parameters
        ----------
        classes : list or None
            Labels of the classes; None for indices.
        n_classes : int

        Returns
        -------
        ndarray of shape (n_classes, n_decisions) or (n_classes, n_decisions, n_rows)

        Examples
        --------
        >>> from skloss import costs
        >>> costs.binary(false_positive=1.0, false_negative=5.0).class_table(None, 2)
        array([[0., 1.],
               [5., 0.]])
        """
        labels = np.asarray(range(n_classes) if classes is None else classes)
        if self.n_rows is None:
            pairs = np.repeat(labels, n_classes), np.tile(labels, n_classes)
            return self(*pairs).reshape(n_classes, n_classes)
        each = np.ones(self.n_rows, dtype=int)
        columns = [labels[each * k] for k in range(n_classes)]
        return np.array([[self(y, d) for d in columns] for y in columns])

    def per_row(self, y_true, decision):
        """Return the cost of each row.

        Parameters
        ----------
        y_true, decision : ndarray of shape (n_samples,)
            Validated, of equal length.

        Returns
        -------
        ndarray of shape (n_samples,)

        Raises
        ------
        NotImplementedError
            In the base class.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import costs
        >>> costs.Quadratic().per_row(np.array([1.0]), np.array([3.0]))
        array([4.])
        """
        raise NotImplementedError

    def __call__(self, y_true, decision):
        """Return the cost of each row, after checking the shapes.

        Parameters
        ----------
        y_true, decision : array-like of shape (n_samples,)

        Returns
        -------
        ndarray of shape (n_samples,)

        Raises
        ------
        ValueError
            If the shapes differ or are not one-dimensional, or a parameter is not
            valid.
        """
        y_true, decision = np.asarray(y_true), np.asarray(decision)
        if y_true.ndim != 1 or y_true.shape != decision.shape:
            raise ValueError(
                f"y_true of shape {y_true.shape} and decision of shape "
                f"{decision.shape} must be one-dimensional and of equal length."
            )
        self.validate()
        return np.asarray(self.per_row(y_true, decision), dtype=float)

    def loss(self):
        """Return the loss whose optimal prediction minimises the expected cost.

        Returns
        -------
        Loss or None
            None if no loss of `skloss.losses` trains for this cost.

        Examples
        --------
        >>> from skloss import costs
        >>> costs.Linear(under=3.0, over=1.0).loss()
        Quantile(quantile=0.75)
        """
        return None

    def rule(self, classes=None):
        """Describe the best decision under any predicted distribution, as a noun.

        Parameters
        ----------
        classes : sequence, optional
            Labels of the classes; a binary cost names the second one.

        Returns
        -------
        str
            To be read after "the best decision is".

        Examples
        --------
        >>> from skloss import costs
        >>> costs.Linear(under=3.0, over=1.0).rule()
        'the 0.75 quantile'
        >>> cost = costs.binary(false_positive=1.0, false_negative=4.0)
        >>> cost.rule(["healthy", "ill"])
        '“ill” where its probability is at least 0.2'
        """
        kind = "class" if self.over_classes else "value"
        return f"the {kind} of least expected cost"

    def get_params(self, deep=True):
        """Return the parameters of the cost by name.

        Parameters
        ----------
        deep : bool, default True
            As in scikit-learn; it changes nothing.

        Returns
        -------
        dict

        Examples
        --------
        >>> from skloss import costs
        >>> costs.Linear(under=3.0, over=1.0).get_params()
        {'under': 3.0, 'over': 1.0}
        """
        if type(self).__init__ is object.__init__:
            return {}
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names}

    def __repr__(self):
        parameters = ", ".join(f"{k}={_shown(v)}" for k, v in self.get_params().items())
        return f"{type(self).__name__}({parameters})"


class CustomCost(Cost):
    """A cost given as a function of truths and decisions.

    Parameters
    ----------
    f : callable
        ``f(y_true, decision)`` on arrays of shape (n_samples,) returns one value per
        row.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import costs
    >>> late = costs.CustomCost(lambda y, d: np.where(y > d, 100.0, 0.0))
    >>> late([3.0, 5.0], [4.0, 4.0])
    array([  0., 100.])
    """

    def __init__(self, f):
        self.f = f

    def per_row(self, y_true, decision):
        value = np.asarray(self.f(y_true, decision), dtype=float)
        if value.shape != y_true.shape:
            raise ValueError(
                f"The cost function returned shape {value.shape} for "
                f"{len(y_true)} rows; it must return one value per row."
            )
        return value


def as_cost(cost: Any) -> Cost:
    """Return a cost, made of a function if necessary.

    Parameters
    ----------
    cost : Cost or callable
        A function is called with ``(y_true, decision)``.

    Returns
    -------
    Cost

    Raises
    ------
    TypeError
        If it is neither.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.as_cost(costs.Quadratic())
    Quadratic()
    """
    if isinstance(cost, Cost):
        return cost
    if callable(cost) and not isinstance(cost, type):
        return CustomCost(cost)
    raise TypeError(
        "cost must be an object of skloss.costs or a function of (y_true, decision), "
        f"got {_described(cost)}."
    )


def _described(value):
    """Return a short value, or the type of an object whose repr is an address."""
    is_plain = isinstance(value, (str, bytes, Number, type, type(None)))
    return repr(value) if is_plain else f"an object of type {type(value).__name__}"


def is_number(value: Any) -> bool:
    """Whether a parameter is one finite number, and not a text or a truth value."""
    is_real = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    return is_real and bool(np.isfinite(value))


def as_numbers(value: Any) -> np.ndarray | None:
    """Return a parameter as finite floats; None if it is anything else."""
    try:
        return as_finite(value, "")
    except ValueError:
        return None


def as_finite(values: Any, name: str) -> np.ndarray:
    """Return values as floats; raise a ValueError unless all are finite numbers."""
    try:
        numbers = np.asarray(values)
        is_text = numbers.dtype.kind not in "biufO"
        numbers = numbers.astype(float)
    except (TypeError, ValueError):
        is_text = True
    if is_text or not np.isfinite(numbers).all():
        raise ValueError(f"{name} must hold finite numbers.")
    return numbers


def _shown(value):
    """Return a parameter as Python that rebuilds it."""
    # Arrays, NumPy's numbers, and tables, columns and indices of pandas.
    if hasattr(value, "dtype") or hasattr(value, "to_numpy"):
        value = np.asarray(value).tolist()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, float) and not np.isfinite(value):
        return f'float("{value}")'
    return repr(value)
