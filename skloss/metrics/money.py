"""Costs of the held-out rows of a comparison, in the user's money."""

import numpy as np

from skloss.metrics.registry import register

__all__ = ["cost", "cost_decided"]


def _rows(row_cost, *, sample_weight=None, classes=None):
    """Return the cost of each row: their weighted mean is the score."""
    values = np.asarray(row_cost, dtype=float)
    return values if np.isfinite(values).all() else None


@register(
    label="Cost",
    greater_is_better=False,
    kind="cost",
    input="cost",
    help="Mean cost per held-out row if each prediction is the decision.",
    row_scores=_rows,
)
def cost(row_cost, *, sample_weight=None):
    """Mean cost of the predictions, in money per row.

    Parameters
    ----------
    row_cost : array-like of shape (n,)
        Cost of each row, as a cost of `skloss.costs` returns it.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss import costs, metrics
    >>> metrics.cost(costs.Linear(under=3.0, over=1.0)([5.0, 5.0], [4.0, 6.0]))
    2.0
    """
    return float(np.average(row_cost, weights=sample_weight))


@register(
    label="Cost, decided",
    greater_is_better=False,
    kind="cost",
    input="cost_decided",
    help="Mean cost per held-out row if decide(...) takes the decision from the "
    "predicted distribution.",
    row_scores=_rows,
)
def cost_decided(row_cost, *, sample_weight=None):
    """Mean cost of the decisions of `skloss.decide`, in money per row.

    Parameters
    ----------
    row_cost : array-like of shape (n,)
        Cost of each row, as a cost of `skloss.costs` returns it.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss import metrics
    >>> metrics.cost_decided([1.0, 3.0], sample_weight=[3.0, 1.0])
    1.5
    """
    return cost(row_cost, sample_weight=sample_weight)
