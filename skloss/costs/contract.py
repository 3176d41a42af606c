"""The contract of a cost: what a decision costs once the truth is known."""

import inspect
from typing import Any

import numpy as np

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

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Linear(under=3.0, over=1.0)([10.0, 10.0], [8.0, 12.0])
    array([6., 2.])
    """

    name = ""
    formula = ""
    over_classes = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.name in REGISTRY:
            raise TypeError(f"Two costs are called {cls.name!r}.")
        if cls.name:
            REGISTRY[cls.name] = cls

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
            If the shapes differ or are not one-dimensional.
        """
        y_true, decision = np.asarray(y_true), np.asarray(decision)
        if y_true.ndim != 1 or y_true.shape != decision.shape:
            raise ValueError(
                f"y_true of shape {y_true.shape} and decision of shape "
                f"{decision.shape} must be one-dimensional and of equal length."
            )
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

    def get_params(self):
        """Return the parameters of the cost by name.

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
        f"got {cost!r}."
    )


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
    # Arrays, NumPy's numbers, and columns and indices of pandas.
    return repr(np.asarray(value).tolist() if hasattr(value, "dtype") else value)
