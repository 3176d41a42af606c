"""`decide`: the decision of least expected cost under a predicted distribution."""

import numpy as np

from skloss.costs.continuous import Continuous
from skloss.costs.contract import as_cost
from skloss.costs.counts import Counts
from skloss.costs.outcomes import Atoms
from skloss.costs.quantile_function import Quantiles

__all__ = ["decide"]

#: Probabilities in float32 sum to 1 within some 1e-6; what is further off is an error.
_SUM = 1e-3


def decide(distribution, cost, classes=None):
    r"""Return the decision of least expected cost in each row: the Bayes action.

    A model that predicts a distribution is fitted once and decides under any cost: it
    is the mean for `Quadratic`, the quantile under / (under + over) for `Linear`, the
    class of lowest expected cost for `ClassCosts`, and so on.

    Parameters
    ----------
    distribution : object, tuple or array-like
        What may happen in each row, one of

        - what `TorchRegressor.predict_distribution` returns, a frozen distribution of
          `scipy.stats`, or any object with ``ppf`` and ``cdf``;
        - a pair ``(quantiles, levels)`` of shapes (n_samples, n_levels) and
          (n_levels,): quantiles, joined by straight lines;
        - samples of shape (n_samples, n_draws);
        - class probabilities of shape (n_samples, n_classes), if the cost is one of
          classes or ``classes`` is given.
    cost : Cost or callable
        A cost of `skloss.costs`, or a function of (y_true, decision) on arrays.
    classes : array-like of shape (n_classes,), optional
        Labels of the columns of class probabilities, as in ``classes_``.

    Returns
    -------
    ndarray of shape (n_samples,)
        In units of the target; for classes, labels if ``classes`` is given, else their
        positions.

    Raises
    ------
    ValueError
        If the distribution is not one of these, is of several targets, or does not fit
        the cost, or if no decision has a finite expected cost.
    TypeError
        If ``cost`` is neither a cost nor a function.

    See Also
    --------
    skloss.compare_losses : ``cost=`` compares predictions and decisions in money.

    Notes
    -----
    The decision minimises E[cost(y, d)] over d. It has a closed form, of a relative
    error below 1e-6, for every cost of `skloss.costs` but `Capped`; a function is
    minimised by a search over the quantiles of the distribution.

    Examples
    --------
    A missing item costs three times as much as one left over:

    >>> from scipy import stats
    >>> from skloss import costs, decide
    >>> demand = stats.norm([100.0, 200.0], [10.0, 50.0])
    >>> decide(demand, costs.Linear(under=3.0, over=1.0)).round(1)
    array([106.7, 233.7])

    A missed illness costs as much as twenty needless examinations:

    >>> probabilities = [[0.97, 0.03], [0.9, 0.1]]
    >>> cost = costs.binary(false_positive=1.0, false_negative=20.0)
    >>> decide(probabilities, cost, classes=["healthy", "ill"]).tolist()
    ['healthy', 'ill']
    """
    cost = as_cost(cost)
    cost.validate()
    if cost.over_classes or classes is not None:
        return _decide_class(distribution, cost, classes)
    n_rows, blocks = _blocks(distribution, cost.rows_at_once)
    if cost.n_rows not in (None, n_rows):
        raise ValueError(
            f"The cost has amounts for {cost.n_rows} rows, but the distribution has "
            f"{n_rows}; slice it as cost[rows]."
        )
    found = np.empty(n_rows)
    for rows, outcomes in blocks:
        each = cost if cost.n_rows is None else cost[np.arange(n_rows)[rows]]
        found[rows] = each.best(outcomes)
    return found


def _decide_class(distribution, cost, classes):
    """Return the class of least expected cost."""
    if isinstance(distribution, tuple) or _is_distribution(distribution):
        raise ValueError(
            "A decision between classes requires their probabilities, of shape "
            "(n_samples, n_classes), as predict_proba returns them."
        )
    table = _as_table(distribution, "class probabilities")
    if (table < 0).any() or (np.abs(table.sum(1) - 1) > _SUM).any():
        raise ValueError(
            "Class probabilities must not be negative and must sum to 1 in each row; "
            "for samples of a number use a cost of numbers, without classes."
        )
    labels = None if classes is None else np.asarray(classes)
    if labels is not None and labels.shape != (table.shape[1],):
        raise ValueError(
            f"classes has shape {labels.shape}, but there are probabilities of "
            f"{table.shape[1]} classes; give one label for each column."
        )
    best = cost.best_class(table, None if labels is None else labels.tolist())
    # A table of costs may have decisions that are not classes: these are positions.
    if labels is None or cost.has_other_decisions:
        return best
    return labels[best]


def _blocks(distribution, at_once):
    """Return the number of rows and, for blocks of them, their outcomes."""
    if _is_distribution(distribution):
        return _frozen_blocks(distribution, at_once)
    if isinstance(distribution, tuple):
        return _quantile_blocks(distribution, at_once)
    table = _as_table(distribution, "samples")
    slices = _slices(len(table), at_once)
    return len(table), [(rows, Atoms(table[rows].T)) for rows in slices]


def _is_distribution(value):
    return hasattr(value, "ppf") and hasattr(value, "cdf")


def _slices(n_rows, at_once):
    return [slice(k, min(k + at_once, n_rows)) for k in range(0, n_rows, at_once)]


def _frozen_blocks(distribution, at_once):
    medians = np.asarray(distribution.ppf(0.5), dtype=float)
    if medians.ndim > 1:
        raise ValueError(
            f"The distribution is of {medians.shape[-1]} targets, of shape "
            f"{medians.shape}; decide for one target at a time."
        )
    if not np.isfinite(medians).all():
        raise ValueError(
            "The distribution has rows without a finite median; its parameters are not "
            "valid there."
        )
    n_rows = medians.size
    is_discrete = getattr(distribution, "is_discrete", hasattr(distribution, "pmf"))
    made = Counts if is_discrete else Continuous
    if n_rows > at_once and _can_slice(distribution, n_rows):
        slices = _slices(n_rows, at_once)
        return n_rows, ((rows, made(_sliced(distribution, rows))) for rows in slices)
    return n_rows, [(slice(None), made(distribution))]


def _can_slice(distribution, n_rows):
    """Whether a distribution of some of the rows can be made."""
    if hasattr(distribution, "__getitem__") and hasattr(distribution, "__len__"):
        return len(distribution) == n_rows
    return all(hasattr(distribution, name) for name in ("dist", "args", "kwds"))


def _sliced(distribution, rows):
    """Return the distribution of a block of rows."""
    if hasattr(distribution, "__getitem__"):
        return distribution[rows]

    def some(value):  # a parameter of SciPy's, one for all rows or one for each
        return np.asarray(value)[rows] if np.size(value) > 1 else value

    kwds = {name: some(value) for name, value in distribution.kwds.items()}
    found = distribution.dist(*map(some, distribution.args), **kwds)
    found.seen = getattr(distribution, "seen", None)
    return found


def _quantile_blocks(distribution, at_once):
    """Read a pair of quantiles and levels."""
    if len(distribution) != 2:
        raise ValueError(
            "A tuple must be a pair (quantiles, levels), got one of "
            f"{len(distribution)} values."
        )
    table = _as_table(distribution[0], "quantiles")
    levels = np.asarray(distribution[1], dtype=float)
    if levels.ndim != 1 or len(levels) != table.shape[1] or len(levels) < 2:
        raise ValueError(
            f"quantiles have shape {table.shape}, but levels have shape "
            f"{levels.shape}; give two levels or more, one for each column."
        )
    order = np.argsort(levels)
    levels = levels[order]
    if not (levels[0] >= 0 and levels[-1] <= 1 and (np.diff(levels) > 0).all()):
        raise ValueError("levels must be distinct numbers between 0 and 1.")
    # Sorting quantiles that cross brings them closer to the true ones (Chernozhukov,
    # Fernandez-Val and Galichon 2010, doi:10.3982/ECTA7880).
    table = np.sort(table[:, order], axis=1)
    slices = _slices(len(table), at_once)
    blocks = [(rows, Quantiles(table[rows].T, levels)) for rows in slices]
    return len(table), blocks


def _as_table(values, what):
    """Return a two-dimensional array of finite numbers; raise a ValueError if not."""
    accepted = (
        "pass an object with ppf and cdf, a pair (quantiles, levels), samples of shape "
        "(n_samples, n_draws), or class probabilities of shape (n_samples, n_classes)"
    )
    try:
        table = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"The distribution has the type {type(values).__name__}; {accepted}."
        ) from None
    if table.ndim == 3:
        raise ValueError(
            f"The {what} have shape {table.shape}, of several targets; decide for one "
            "target at a time."
        )
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError(f"The {what} have shape {table.shape}; {accepted}.")
    if not np.isfinite(table).all():
        raise ValueError(f"The {what} must be finite numbers.")
    return table
