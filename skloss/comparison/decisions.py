"""Decisions of a comparison under any cost, without training again."""

import copy
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from scipy import stats

from skloss.comparison.money import check_cost, price
from skloss.comparison.ranking import mean_gaps, values_by_fold
from skloss.comparison.row_scores import HeldOutRows, RowScores, share_held_out
from skloss.costs import as_cost
from skloss.losses import get_loss
from skloss.metrics import METRICS

__all__ = ["rank_decisions", "reprice"]

#: What a comparison with a cost is scored on: each loss's own predictions, and what
#: `decide` takes from its distribution.
_WAYS = {"cost": "predicted", "cost_decided": "decided"}
# Two-sided level of the intervals.
_LEVEL = 0.95


@dataclass
class _HeldOut:
    """The held-out rows of one loss in one fold, as `price` reads them."""

    label: str
    fold: int
    test: np.ndarray
    y_true: np.ndarray
    y_pred: np.ndarray
    proba: np.ndarray | None
    distribution: Any
    is_trained: bool = True
    costs: dict = field(default_factory=dict)


def reprice(comparison, cost):
    """Return a comparison with another cost, from the distributions that it has.

    Nothing is trained: the held-out predictions, distributions and probabilities are
    those of the comparison, so that many costs can be tried on one set of fits. The
    result equals that of `compare_losses` with the same ``cost``, but for the loss that
    trains for the cost, which is a row only if it was compared.

    Parameters
    ----------
    comparison : Comparison
        A comparison of one target, of numbers or classes.
    cost : Cost or callable
        As `compare_losses` accepts it.

    Returns
    -------
    Comparison
        With the metrics ``cost`` and ``cost_decided``.

    Raises
    ------
    ValueError
        If it is not a cost of such targets, or has amounts for other rows.

    See Also
    --------
    rank_decisions : What each loss costs, with intervals.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, costs
    >>> from skloss.comparison import reprice
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> priced = reprice(comparison, costs.Linear(under=9.0, over=1.0))
    >>> row = priced.table.loc["squared_error"]
    >>> bool(row["cost_decided", "mean"] < row["cost", "mean"])
    True
    """
    given, cost = cost, check_cost(cost, comparison.y, comparison.task)
    frame = comparison.predictions.drop(columns=list(_WAYS), errors="ignore")
    laid_out = _laid_out(comparison)
    blocks = [replace(block, costs={}) for block in laid_out.blocks]
    price(cost, blocks, comparison.classes)
    priced = copy.copy(comparison)
    priced.recipe = replace(comparison.recipe, cost=given)
    priced.predictions = frame.assign(**_paid(blocks, len(frame)))
    priced.folds = _with_costs(comparison, blocks)
    _KEPT[priced] = replace(laid_out, predictions=priced.predictions)
    return priced


@dataclass(frozen=True, eq=False)
class _LaidOut:
    """The rows of a comparison, found once for all costs that are tried on it."""

    predictions: pd.DataFrame
    blocks: list[_HeldOut]
    rows: HeldOutRows


# They are kept with their comparison, and no longer.
_KEPT = WeakKeyDictionary()


def _laid_out(comparison):
    """Return the rows of a comparison; those of `reprice` have the same."""
    frame, kept = comparison.predictions, _KEPT.get(comparison)
    # Predictions that were replaced have rows of their own.
    if kept is None or kept.predictions is not frame:
        blocks, rows = _blocks(comparison, frame), HeldOutRows.of(comparison)
        kept = _KEPT[comparison] = _LaidOut(frame, blocks, rows)
    return kept


def _blocks(comparison, frame):
    """Return the held-out rows of each loss and fold, in the order of the frame."""
    classes = comparison.classes
    names = [] if classes is None else [f"proba_{label}" for label in classes]
    return [
        _HeldOut(
            label,
            fold,
            rows["row"].to_numpy(),
            rows["y_true"].to_numpy(),
            rows["y_pred"].to_numpy(),
            rows[names].to_numpy() if names else None,
            comparison.distributions.get((label, fold)),
        )
        for (label, fold), rows in frame.groupby(["loss", "fold"], sort=False)
    ]


def _paid(blocks, n_rows):
    """Return the columns of costs; a loss without a distribution has NaN."""
    if not blocks:
        return dict.fromkeys(_WAYS, np.empty(n_rows))
    return {
        name: np.concatenate(
            [
                np.full(len(one.test), np.nan) if values is None else values
                for one in blocks
                for values in [one.costs.get(name)]
            ]
        )
        for name in _WAYS
    }


def _with_costs(comparison, blocks):
    """Return the scores by fold, those of the cost included."""
    weight = comparison.sample_weight
    kept = comparison.folds[~comparison.folds["metric"].isin(_WAYS)]
    means = {
        (one.label, one.fold, name): METRICS[name].function(
            values, sample_weight=None if weight is None else weight[one.test]
        )
        for one in blocks
        for name, values in one.costs.items()
        if values is not None
    }
    parts = []
    for (label, fold), rows in kept.groupby(["loss", "fold"], sort=False):
        added = [(label, fold, w, means.get((label, fold, w), np.nan)) for w in _WAYS]
        parts += [rows, pd.DataFrame(added, columns=kept.columns)]
    return pd.concat(parts, ignore_index=True)


def rank_decisions(comparison):
    """Rank losses, predicted and decided, by what they cost per row.

    Each loss is there twice: with its predictions as decisions, and with the decisions
    that `skloss.decide` takes from its held-out distribution or probabilities.

    Parameters
    ----------
    comparison : Comparison
        With a cost: of ``compare_losses(..., cost=...)`` or `reprice`.

    Returns
    -------
    DataFrame
        One row for each loss and way of deciding, the least expensive first. Columns
        loss; way, "predicted" or "decided"; trained, whether the loss is the one that
        trains for the cost; mean, money per row, with low and high, its 95% interval;
        gap, how much more it costs than the first row, with gap_low and gap_high, its
        95% interval over the same rows. Losses that were stopped, or without a
        distribution, are left out.

    Raises
    ------
    ValueError
        If the comparison has no cost.

    Notes
    -----
    The variance of a mean is that of `skloss.comparison.ranking.mean_gaps`, with its
    sources and limits. The intervals are not corrected for their number.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, costs
    >>> from skloss.comparison import rank_decisions
    >>> X, y = load_diabetes(return_X_y=True)
    >>> cost = costs.Linear(under=9.0, over=1.0)
    >>> ranked = rank_decisions(compare_losses(X, y, "mse", cost=cost, cv=3))
    >>> ranked[["loss", "way"]].iloc[-1].tolist()
    ['squared_error', 'predicted']
    """
    if "cost" not in set(comparison.folds["metric"]):
        raise ValueError(
            "The comparison has no cost; pass cost= to compare_losses, or use reprice."
        )
    by_fold, rows = _options(comparison)
    order = by_fold.mean().sort_values(kind="stable").index
    by_fold = by_fold[order]
    if by_fold.empty:
        columns = ["loss", "way", "trained", "mean", "low", "high"]
        return pd.DataFrame(columns=[*columns, "gap", "gap_low", "gap_high"])
    values = by_fold.to_numpy()
    gaps = values - values[:, :1]
    rows_of = None
    if rows is not None:
        rows = replace(rows, values=np.stack([rows.values[one] for one in order], 1))
        paired = rows.values - rows.values[:, :1]
        rows_of = replace(rows, values=paired)
    trained = as_cost(comparison.recipe.cost).loss()
    labels = [label for label, _ in order]
    found = pd.DataFrame(
        {
            "loss": labels,
            "way": [way for _, way in order],
            "trained": [_is_loss(comparison, one, trained) for one in labels],
        }
    )
    found[["mean", "low", "high"]] = _interval(values, rows, comparison)
    found[["gap", "gap_low", "gap_high"]] = _interval(gaps, rows_of, comparison)
    return found


def _options(comparison):
    """Return costs by fold and by row, keyed by loss and way of deciding."""
    ranked = comparison.folds[~comparison.folds["loss"].isin(comparison.stopped)]
    by_fold, rows, places = {}, {}, None
    held_out = _laid_out(comparison).rows.with_columns(comparison.predictions)
    for metric, way in _WAYS.items():
        values = values_by_fold(ranked, metric)
        scored = held_out.score(metric, values) if len(values.T) else None
        for loss in values:
            by_fold[loss, way] = values[loss]
            if scored is not None:
                rows[loss, way] = scored.values[loss]
                places = scored
    frame = pd.DataFrame(by_fold)
    if places is None or len(rows) < len(by_fold):
        return frame, None
    return frame, replace(places, values=rows)


def _interval(by_fold, rows: RowScores | None, comparison):
    """Return mean, low and high of columns of values by fold."""
    mean = by_fold.mean(axis=0)
    if len(by_fold) < 2:  # a single fold shows nothing of the training sets
        return np.column_stack([mean, np.full((len(mean), 2), np.nan)])
    with np.errstate(invalid="ignore"):
        variance, freedom = mean_gaps(by_fold, rows, share_held_out(comparison.splits))
    width = stats.t.ppf(0.5 + _LEVEL / 2, freedom) * np.sqrt(variance)
    return np.column_stack([mean, mean - width, mean + width])


def _is_loss(comparison, label, trained):
    """Return whether a row of the comparison is the loss that trains for the cost."""
    given = comparison.recipe.losses.get(label)
    if trained is None or isinstance(given, dict):
        return False
    return repr(get_loss(given)) == repr(trained)
