"""Cross-fitting: scores of rows by models that were not fitted to them."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from skloss.encoding.split import (
    content_key,
    draw_folds,
    split_distinct_rows,
    split_rows,
)
from skloss.estimators import parameters as options
from skloss.estimators.calibration import FEWEST_ROWS, moments
from skloss.training import SOLVERS

__all__ = ["FoldModels", "cross_fitted_scores", "fold_models"]

# As in scikit-learn's `CalibratedClassifierCV`: each model learns from 80% of the rows.
_FOLDS = 5
# A linear model is calibrated on a part of a long table. The part has as many rows,
# weights and rows of each class as determine a few numbers: 2,000 rows of a class
# determine its log-odds within 0.02, which costs 0.0003 nats for each of its rows.
_ENOUGH_ROWS, _ROWS_PER_WEIGHT, _ROWS_OF_CLASS = 50_000, 100, 2000
# Mean weight above which weights cannot be numbers of copies.
_MOST_COPIES = 4
# Rows whose scores align those of a fold: they determine a mean and a spread.
_ALIGNED_ROWS = 2000
_ROWS_AT_ONCE = 16_384  # encoded, a few megabytes


@dataclass(frozen=True, eq=False)
class FoldModels:
    """Models of one fold of the training rows, which show how scores generalise.

    Attributes
    ----------
    rows : LongTensor of shape (n_held_out,)
        Rows that the models are not fitted to.
    models : list of FitSpec
        One per member.
    """

    rows: torch.Tensor
    models: list


def fold_models(estimator, models, target, inputs, seed):
    """Lay out the models of all folds, stratified by class.

    They share the encoded rows and the loss of the models on all rows, and differ from
    them in the rows that they are fitted to alone. Folds of a linear model divide a
    stratified part of a long table: its scores generalise to the other rows as well.

    Parameters
    ----------
    estimator : TorchEstimator
    models : list of FitSpec
        Specs of all training rows, one per member.
    target : Target
        Targets of the training rows.
    inputs : Inputs
        Whose first rows are the training rows.
    seed : int
        Seed of the folds.

    Returns
    -------
    list of FoldModels
        Empty if the rows are too few.
    """
    if target.rows_weight.sum() < FEWEST_ROWS:
        return []
    weight = target.rows_weight
    table = by = inputs.as_drawn(target.values, weight)
    if table is None and not SOLVERS[models[0].settings.solver].uses_batches:
        # A row of weight two is two rows, also of a long table.
        by = content_key(inputs.X[: len(weight)], target.values)[:, None]
    n_folds = _FOLDS * _n_parts(models[0], target)
    fold_of = draw_folds(len(weight), n_folds, seed, target.labels, by, weight)
    start, found = models[0].linear_start, []
    for fold in range(_FOLDS):
        kept = np.flatnonzero((fold_of != fold) & (fold_of < _FOLDS))
        own = start
        if start is not None:  # of rows of the fold, none may choose its penalty
            total = float(target.weight[kept].sum())
            own = start.among(torch.from_numpy(kept), total)
        of_fold = [
            _without(estimator, replace(model, linear_start=own), target, table, kept)
            for model in models
        ]
        held_out = torch.from_numpy(np.flatnonzero(fold_of == fold))
        found.append(FoldModels(held_out, of_fold))
    return found


def _n_parts(model, target):
    """Return into how many parts of rows a table is divided, one of which is enough."""
    if not model.architecture.is_linear:
        return 1
    weight = target.rows_weight
    total = float(weight.sum())
    size = total if total <= _MOST_COPIES * len(weight) else float(len(weight))
    if target.values.ndim == 2:  # rows with each label, and without it
        present = weight @ target.values
        counts = np.concatenate([present, total - present])
    else:
        counts = np.bincount(target.values.astype(int), weight)
    rarest = counts.min() * size / total
    n_weights = (model.X.shape[1] + 1) * model.n_outputs
    enough = max(_ENOUGH_ROWS, _ROWS_PER_WEIGHT * n_weights)
    return max(1, int(min(size / enough, rarest / _ROWS_OF_CLASS)))


def _without(estimator, model, target, table, kept):
    """Return the spec of a model that is fitted to some of the training rows only."""
    rows, stop_rows = torch.from_numpy(kept), model.validation_rows
    total = float(target.weight[kept].sum())
    if stop_rows is not None and int(stop_rows.max()) < len(target.weight):
        # Rows to stop on are drawn from the training rows.
        labels = None if target.labels is None else target.labels[kept]
        how = model.seed, float(estimator.validation_fraction), labels
        if table is None:
            parts = split_rows(len(kept), *how)
        else:
            weight = target.rows_weight[kept]
            parts = split_distinct_rows(table[kept], weight, *how)
        rows, stop_rows = (rows[part] for part in parts)
    size = float(target.rows_weight[kept].sum())
    return replace(
        model,
        fit_rows=rows,
        validation_rows=stop_rows,
        batch_size=options.batch_size_for(estimator, size, len(rows)),
        alpha=float(estimator.alpha) / total,
        start=None,
        labels=None,
    )


def cross_fitted_scores(plan, fits, scores_of):
    """Return the rows of the folds, and their scores by models fitted to other rows.

    Scores of a fold are moved and scaled to those of the fit on all rows, as both are
    on rows that both were fitted to: a hinge on rare classes hardly determines the size
    of its scores.

    Parameters
    ----------
    plan : FitPlan
    fits : list of FitResult
        Results of ``plan.trained``.
    scores_of : callable
        From raw scores of shape (n_members, n_samples, n_outputs) to scores.

    Returns
    -------
    (ndarray, ndarray)
        Numbers of rows, and scores of shape (n_rows,) or (n_rows, n_scores). Folds in
        which training was stopped before its first epoch are left out.
    """
    fits, rows, scores = iter(fits), [], []
    whole = _members(plan.models, fits)
    for fold in plan.folds:
        own = [next(fits) for _ in fold.models]
        if any(fit.stopped and not fit.history for fit in own):
            continue
        members, X = _members(fold.models, iter(own)), fold.models[0].X
        seen = fold.models[0].fit_rows
        seen = seen[:: max(1, len(seen) // _ALIGNED_ROWS)]
        pair = [scores_of(_raw(several, X, seen)) for several in (members, whole)]
        found = scores_of(_raw(members, X, fold.rows))
        rows.append(fold.rows.numpy())
        scores.append(_aligned(found, *pair, plan.target.weight[seen.numpy()]))
    if not rows:
        return np.empty(0, dtype=int), np.empty(0)
    return np.concatenate(rows), np.concatenate(scores)


def _members(models, fits):
    """Networks of some specs and their results."""
    pairs = [(model, next(fits)) for model in models]
    return [model.architecture.module(fit).eval() for model, fit in pairs]


@torch.no_grad()
def _raw(members, X, rows):
    """Raw scores of encoded rows, by each member."""
    parts = rows.split(_ROWS_AT_ONCE)
    return torch.cat(
        [torch.stack([m(X[part]) for m in members]) for part in parts], dim=1
    )


def _aligned(scores, of_fold, of_whole, weight):
    """Scores of a fold with the mean and spread that the whole fit has."""
    center, spread = moments(of_fold, weight)
    wanted_center, wanted = moments(of_whole, weight)
    usable = (spread > 0) & (wanted > 0)
    ratio = np.where(usable, wanted / np.where(usable, spread, 1.0), 1.0)
    return wanted_center + (scores - center) * ratio
