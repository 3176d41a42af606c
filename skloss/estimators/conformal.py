"""Conformal intervals: from calibration rows, or from refits on folds."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.model_selection import KFold

from skloss import noise
from skloss.estimators.fitting import finish, prepare
from skloss.training import emit_warnings, train_without_warnings, warn_caller

__all__ = [
    "Refits",
    "conformal_rank",
    "cross_interval",
    "refit",
    "split_interval",
    "warn_of_seen_rows",
]

# scikit-learn's default number of folds: each refit uses four fifths of the rows.
_FOLDS = 5
_SMALLEST_WIDTH = np.finfo(float).tiny
# Numbers in memory at once where each row to predict meets each training row: 32 MB.
_NUMBERS_AT_ONCE = 4_000_000
# Calibration rows that are looked up among the training rows.
_LOOKED_UP = 1000


@dataclass(frozen=True)
class Band:
    """Interval of each row before it is made wider by a threshold.

    With the threshold q, the interval is [low - q below, high + q above].

    Attributes
    ----------
    low, high, below, above : ndarray of shape (n_rows, n_targets)
    """

    low: np.ndarray
    high: np.ndarray
    below: np.ndarray
    above: np.ndarray

    @classmethod
    def of(cls, model, raw, coverage):
        """Return the band of a model around its raw predictions.

        A loss whose noise has a constant scale: the prediction, in units of y. One that
        predicts the scale: the median, in units of the half-widths of the predicted
        interval. Any other: the predicted interval, in units of y.
        """
        shape = (raw.shape[1], -1)
        prediction = np.asarray(model.predict(raw), dtype=float).reshape(shape)
        one = np.ones_like(prediction)
        kind = _interval_kind(model, raw)
        if kind == "constant":
            return cls(prediction, prediction, one, one)
        tail = 0.5 * (1 - coverage)
        levels = model.stated_levels(raw, np.array([tail, 0.5, 1 - tail]))
        values = model.quantiles(raw, levels).reshape(*shape, 3)
        low, middle, high = np.moveaxis(values, -1, 0)
        if kind == "scaled":
            # A half-width that rounding made zero must not divide zero by zero.
            below = np.maximum(middle - low, _SMALLEST_WIDTH)
            above = np.maximum(high - middle, _SMALLEST_WIDTH)
            return cls(middle, middle, below, above)
        return cls(low, high, one, one)

    def scores(self, y):
        """Return the threshold at which the interval of each row reaches its y."""
        y = y.reshape(self.low.shape)
        return np.maximum((self.low - y) / self.below, (y - self.high) / self.above)


def _interval_kind(model, raw):
    """Return "constant" or "scaled" for a width of intervals, or "quantiles"."""
    loss = model.loss
    if loss.functional.kind in ("quantile", "quantiles"):
        return "quantiles"
    if loss.noise is None:
        return "constant"
    parameters = model.trained_loss.noise_parameters(raw[:, :1])
    if "scale" in noise.free_parameters(loss, parameters):
        return "constant"
    return "scaled" if "scale" in parameters else "quantiles"


@dataclass(frozen=True)
class Refits:
    """Models of all folds but one each, with the rows of the fold that they predict.

    Attributes
    ----------
    models : list of FittedNumbers
    raws : list of Tensor of shape (n_members, n_rows, n_outputs)
    targets : list of ndarray of shape (n_rows,) or (n_rows, n_targets)
    """

    models: list[Any]
    raws: list[Any]
    targets: list[Any]


def conformal_rank(n, coverage):
    """Return the rank, from 1, of the score that is the threshold.

    It is ceil((n + 1) coverage); beyond n, the interval is infinite, with a warning.
    """
    # Rounding must not make the rank one larger: 0.07 * 100 is 7.000000000000001.
    rank = int(np.ceil((n + 1) * coverage - 1e-9))
    if rank > n:
        needed = int(np.ceil(coverage / (1 - coverage) - 1e-9))
        warn_caller(
            f"{n} rows are too few for conformal intervals of coverage {coverage:g}, "
            f"which are infinite; use at least {needed} rows or a smaller coverage.",
            UserWarning,
        )
    return rank


def split_interval(model, raw, raw_cal, y_cal, coverage):
    """Return split-conformal intervals.

    The threshold is the ceil((n + 1) coverage)-th smallest of the n scores (Vovk et al.
    2005). Scores are absolute residuals where the noise has a
    constant scale (Lei et al. 2018), normalised ones where the scale is predicted
    (Kivaranovic et al. 2020; those of Lei et al. for a single Gaussian), and else those
    of conformalised quantile regression (Romano et al. 2019).

    Parameters
    ----------
    model : FittedNumbers
    raw, raw_cal : Tensor of shape (n_members, n_rows, n_outputs)
        Raw scores of the rows to predict and of the calibration rows.
    y_cal : ndarray of shape (n_rows,) or (n_rows, n_targets)
    coverage : float

    Returns
    -------
    ndarray of shape (n_rows, 2) or (n_rows, n_targets, 2)
    """
    scores = np.sort(Band.of(model, raw_cal, coverage).scores(y_cal), axis=0)
    rank = conformal_rank(len(scores), coverage)
    q = scores[rank - 1] if rank <= len(scores) else np.inf
    band = Band.of(model, raw, coverage)
    return _shaped(model, band.low - q * band.below, band.high + q * band.above)


def refit(estimator, rows):
    """Fit the estimator again to all folds but one each, as one stack.

    Parameters
    ----------
    estimator : TorchRegressor
    rows : Rows
        That it was fitted to.

    Returns
    -------
    Refits
    """
    n = len(rows.y)
    if n < 2:
        raise ValueError(
            "conformal=True requires at least 2 training rows, to fit to one and "
            "predict the other."
        )
    seed = estimator.random_state
    folds = list(KFold(min(_FOLDS, n), shuffle=True, random_state=seed).split(rows.y))
    plans = [prepare(estimator, _taken(rows, train)) for train, _ in folds]
    fits = train_without_warnings([model for plan in plans for model in plan.models])
    emit_warnings(fits)
    rest = iter(fits)
    models = [finish(plan, [next(rest) for _ in plan.models]) for plan in plans]
    held_out = [test for _, test in folds]
    raws = [
        model.raw_prediction(rows.X[test])
        for model, test in zip(models, held_out, strict=True)
    ]
    return Refits(models, raws, [rows.y[test] for test in held_out])


def cross_interval(refits, X, coverage):
    """Return the intervals CV+ of Barber et al. (2021).

    With n rows, the upper end is the ceil((n + 1) coverage)-th smallest of the n upper
    ends that the score of each row gives around the prediction of the model that was
    not fitted to this row; the lower end likewise. Doi:10.1214/20-AOS1965.

    Parameters
    ----------
    refits : Refits
    X : ndarray or CSR matrix of shape (n_rows, n_features)
        Validated.
    coverage : float

    Returns
    -------
    ndarray of shape (n_rows, 2) or (n_rows, n_targets, 2)
    """
    scores = [
        Band.of(model, raw, coverage).scores(y)
        for model, raw, y in zip(
            refits.models, refits.raws, refits.targets, strict=True
        )
    ]
    bands = [
        Band.of(model, model.raw_prediction(X), coverage) for model in refits.models
    ]
    n = sum(map(len, scores))
    rank = conformal_rank(n, coverage)
    low, high = (np.full(bands[0].low.shape, sign * np.inf) for sign in (-1, 1))
    step = max(1, _NUMBERS_AT_ONCE // n)
    for start in range(0, len(low) if rank <= n else 0, step):
        block = slice(start, start + step)
        for target in range(low.shape[1]):
            ends = [
                _ends(band, of_fold, block, target)
                for band, of_fold in zip(bands, scores, strict=True)
            ]
            lows, highs = (
                np.concatenate(part, axis=1) for part in zip(*ends, strict=True)
            )
            low[block, target] = np.partition(lows, n - rank, axis=1)[:, n - rank]
            high[block, target] = np.partition(highs, rank - 1, axis=1)[:, rank - 1]
    return _shaped(refits.models[0], low, high)


def _ends(band, scores, block, target):
    """Return the lower and upper ends (n_rows, n_scores) of some rows."""
    low, high, below, above = (
        getattr(band, name)[block, target, None]
        for name in ("low", "high", "below", "above")
    )
    return low - scores[:, target] * below, high + scores[:, target] * above


def _shaped(model, low, high):
    """Return both ends along a last axis, within the range that y can have."""
    # A threshold below zero can make the ends of a narrow interval cross.
    low, high = np.minimum(low, high), np.maximum(low, high)
    possible = model.loss.y_range
    ends = np.clip(np.stack([low, high], axis=-1), possible.low, possible.high)
    return ends[:, 0] if model.targets.is_single else ends


def _taken(rows, index):
    """Return some of the rows; those to stop on stay."""
    weight = None if rows.weight is None else rows.weight[index]
    return replace(rows, X=rows.X[index], y=rows.y[index], weight=weight)


def warn_of_seen_rows(rows, X, y):
    """Warn if most calibration rows are among those that the model was fitted to."""
    if rows is None or sparse.issparse(X):
        return
    wanted = {_key(*row) for row in zip(X[:_LOOKED_UP], y[:_LOOKED_UP], strict=True)}
    seen = set()
    for part in filter(None, (rows, rows.validation)):
        if sparse.issparse(part.X):
            continue
        near = np.isin(part.y, y[:_LOOKED_UP])
        near = near if near.ndim == 1 else near.all(1)
        pairs = zip(part.X[near], part.y[near], strict=True)
        seen |= wanted.intersection(_key(*row) for row in pairs)
    if len(seen) > len(wanted) / 2:
        warn_caller(
            "Most calibration rows are rows that the model was fitted to or stopped "
            "on, so that the intervals are too narrow; pass rows that fit did not use.",
            UserWarning,
        )


def _key(x, y):
    """Return what identifies a row."""
    return np.asarray(x, float).tobytes() + np.asarray(y, float).tobytes()
