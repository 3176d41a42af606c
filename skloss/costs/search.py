"""The cheapest decision under a cost without a closed form, by search."""

import numpy as np
from scipy.special import ndtr

__all__ = []

#: Standard normal scores of the quantiles that are tried first: a tenth of a standard
#: deviation apart in the middle, out to tails of 1e-15.
_FIRST = np.linspace(-8.0, 8.0, 161)
#: Outcomes times further decisions, evenly spaced, that are tried in a row.
_EVALUATED = 40_000
#: Decisions tried in each round between the neighbours of the best one so far. Four of
#: them shrink the bracket to 2/5 of its length.
_INSIDE = np.arange(1, 5) / 5
#: Rounds that shrink a bracket to some 1e-6 of its length.
_ROUNDS = 15


def search(cost, outcomes):
    """Return the decision of least expected cost in each row.

    The quantiles of the outcomes are tried first, then the interval between the
    neighbours of the best one is divided again and again. A cost with several local
    minima between two neighbouring quantiles may get one that is not the least.
    """
    nodes = outcomes.nodes()
    tried = outcomes.quantiles(ndtr(_FIRST))
    # Even steps between them find minima in gaps, many where outcomes are few.
    n_even = int(
        np.clip(_EVALUATED // sum(len(values) for values, _ in nodes), 20, 400)
    )
    tried = np.sort(np.vstack([tried, np.linspace(tried[50], tried[-51], n_even)]), 0)
    expected = np.array([_expected(cost, nodes, decision) for decision in tried])
    best = expected.argmin(0)
    rows = np.arange(expected.shape[1])
    if not np.isfinite(expected[best, rows]).all():
        raise ValueError(
            "The expected cost of every decision is infinite or not a number; limit "
            "the cost, for example with costs.Capped, or give another distribution."
        )
    found, least = tried[best, rows], expected[best, rows]
    low = tried[np.maximum(best - 1, 0), rows]
    high = tried[np.minimum(best + 1, len(tried) - 1), rows]
    for _ in range(_ROUNDS):
        step = (high - low) / (len(_INSIDE) + 1)
        for decision in low + _INSIDE[:, None] * (high - low):
            value = _expected(cost, nodes, decision)
            is_better = value < least
            found = np.where(is_better, decision, found)
            least = np.where(is_better, value, least)
        low, high = np.maximum(low, found - step), np.minimum(high, found + step)
    return found


def _expected(cost, nodes, decision):
    """Return the expected cost of one decision in each row."""
    total = np.zeros(len(decision))
    for values, weights in nodes:
        shape = values.shape
        decisions = np.broadcast_to(decision, shape).ravel()
        each = cost
        if cost.n_rows is not None:
            each = cost[np.broadcast_to(np.arange(shape[1]), shape).ravel()]
        total += (weights * each(values.ravel(), decisions).reshape(shape)).sum(0)
    return np.where(np.isnan(total), np.inf, total)
