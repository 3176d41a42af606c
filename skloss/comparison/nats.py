"""The log score of held-out rows, with a predicted distribution or without one."""

from typing import NamedTuple

import numpy as np

from skloss import noise
from skloss.noise import FAMILIES
from skloss.noise.rounding import COARSE, log_score, rounding_step

__all__ = [
    "GaussianOrLaplace",
    "Rounding",
    "fill_in_implied_nats",
    "fill_in_nats",
    "rounding_of",
    "row_nats",
]

# A density may exceed the mean of its cell by this many nats. A smooth one does by
# (step / s)^2 / 24 at most, below 0.002 for a step of 2% of the standard deviation of
# the target and errors s of a tenth of it.
_SPIKE = 0.01

_FAMILIES = ("gaussian", "laplace")


class Rounding(NamedTuple):
    """Steps to which targets are rounded.

    Attributes
    ----------
    coarse, fine : ndarray of shape (n_targets,)
        The step of each target, above and below 2% of its standard deviation; 0 if it
        has none of that kind.
    """

    coarse: np.ndarray
    fine: np.ndarray


def rounding_of(y, weight=None):
    """Return the steps to which targets are rounded.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,), optional
        A row of weight 0 counts as absent; the scale of weights has no effect.

    Returns
    -------
    Rounding
    """
    y = y.reshape(len(y), -1)
    y = y if weight is None else y[weight > 0]
    steps = np.array([rounding_step(values) for values in y.T])
    is_coarse = steps > COARSE * y.std(axis=0)
    return Rounding(np.where(is_coarse, steps, 0.0), np.where(is_coarse, 0.0, steps))


def row_nats(distribution, y, rounding):
    """Return the negative log score of each row, in nats, summed over the targets.

    A value that is coarsely rounded is scored by the probability of its cell: a density
    with spikes on the values that occur would win otherwise. Where the step is fine,
    any smooth density is nearly constant in a cell and is the score, as without
    rounding; spikes are cut to the mean density of their cell.

    Parameters
    ----------
    distribution : object
        With ``logpdf`` (or ``logpmf``) and ``cdf`` as in `scipy.stats`.
    y : ndarray of shape (n,) or (n, n_targets)
    rounding : Rounding

    Returns
    -------
    ndarray of shape (n,)
    """
    return _nats(distribution, y, rounding).reshape(len(y), -1).sum(axis=1)


def _nats(distribution, y, rounding):
    """Return the negative log score of each row and target."""
    coarse, fine = (one if y.ndim == 2 else one[0] for one in rounding)
    score = log_score(distribution, y, coarse)
    if np.any(fine):
        with np.errstate(divide="ignore"):
            limit = log_score(distribution, y, fine) - np.log(fine) + _SPIKE
        score = np.where(fine > 0, np.minimum(score, limit), score)
    return -np.asarray(score, dtype=float)


def fill_in_nats(results, y, weight, others):
    """Fill in the distributions of held-out numbers, and their nats per row.

    Parameters
    ----------
    results : list of FoldResult
        With predictions; the losses of each fold in the order of the folds.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    others : list of bool ndarray
        From `other_folds`.
    """
    by_label = {}
    for result in results:
        by_label.setdefault(result.label, []).append(result)
    with_noise = {
        label: of_loss
        for label, of_loss in by_label.items()
        if any(one.parameters is not None for one in of_loss)
    }
    rounding = rounding_of(y, weight) if with_noise else None
    for of_loss in with_noise.values():
        _fill_in_nats(of_loss, weight, others, rounding)


def _fill_in_nats(results, weight, others, rounding):
    """Compute the nats per row of a loss; other folds determine its free scale."""
    # Rows of a fold without a trained model show nothing of the scale.
    sizes = [len(result.test) for result in results]
    trained = np.repeat([result.is_trained for result in results], sizes)
    have = np.repeat([result.parameters is not None for result in results], sizes)
    with_noise = [result for result in results if result.parameters is not None]
    y = np.concatenate([result.y_true for result in with_noise])
    joined = {
        name: np.concatenate([one.parameters[name] for one in with_noise], axis=1)
        if np.ndim(value) > 1
        else value
        for name, value in with_noise[0].parameters.items()
    }
    if weight is not None:
        weight = weight[np.concatenate([result.test for result in with_noise])]
    for result, other in zip(results, others, strict=True):
        if result.parameters is None:  # stopped before the fold began
            continue
        other = (other & trained)[have]
        loss, parameters = result.model.loss, result.parameters
        fitted = result.model.scale
        is_free = bool(noise.free_parameters(loss, parameters))
        if is_free and fitted is None and not other.any():
            continue
        if is_free and other.any():
            seen = {
                name: value[:, other] if np.ndim(value) > 1 else value
                for name, value in joined.items()
            }
            weights = None if weight is None else weight[other]
            fitted = noise.fit(loss, seen, y[other], weights)
        result.distribution = noise.predictive(loss, parameters, fitted)
        result.distribution.seen = result.model.seen
        result.nll = row_nats(result.distribution, result.y_true, rounding)


def fill_in_implied_nats(results, learned, y, weight, splits):
    """Fill in distributions and nats of a model that predicts numbers alone.

    Parameters
    ----------
    results : list of FoldResult
        Results of the model in each fold, with predictions.
    learned : dict of (str, int) to ndarray
        Predictions of the training rows, by label and fold.
    y, weight, splits
        As for `GaussianOrLaplace`.
    """
    nats = GaussianOrLaplace(y, weight, splits)
    for one in results:
        of_training = learned[one.label, one.fold]
        nats.add_fold(one.y_pred, one.y_pred, (of_training, of_training))
    for fold, one in enumerate(results):
        one.nll = nats.of_fold(fold)
        one.distribution = nats.distribution(fold)
        if y.ndim == 1:
            learned_y = y[splits[fold][0]]
            one.distribution.seen = learned_y.min(), learned_y.max()


class GaussianOrLaplace:
    """Nats per row under the better of a Gaussian and a Laplace noise model.

    Scale and family are those that fit the other folds' held-out rows best: rows that
    are scored must not choose the model that they are scored with, and residuals of
    training rows are too small for a model that has memorised them. Each target has its
    own family.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    splits : list of (ndarray, ndarray)
    """

    def __init__(self, y, weight, splits):
        self.y = y.reshape(len(y), -1)
        self.weight = np.ones(len(y)) if weight is None else weight
        self.splits = splits
        self.rounding = rounding_of(self.y, weight)
        self.locations = []

    def add_fold(self, gaussian, laplace, learned=None):
        """Add the locations of the next fold.

        Parameters
        ----------
        gaussian, laplace : ndarray
            Predictions of the held-out rows, or constants, by family.
        learned : tuple of (ndarray, ndarray), optional
            Predictions of the training rows, by family; by default the same constants.
        """
        train, test = self.splits[len(self.locations)]
        learned = (gaussian, laplace) if learned is None else learned
        self.locations.append(
            (
                self._shaped(learned, len(train)),
                self._shaped((gaussian, laplace), len(test)),
            )
        )

    def of_fold(self, fold):
        """Return the nats of each held-out row of a fold.

        Parameters
        ----------
        fold : int

        Returns
        -------
        ndarray of shape (n_held_out,)
            Summed over the targets.
        """
        models = self._models(fold)
        y = self.y[self.splits[fold][1]]
        scores = [_nats(model, y, self.rounding) for model in models]
        return np.where(self._is_laplace(fold), scores[1], scores[0]).sum(axis=1)

    def distribution(self, fold):
        """Return the distribution of each held-out row of a fold.

        Parameters
        ----------
        fold : int

        Returns
        -------
        frozen distribution
            Of shape (n_held_out,), or (n_held_out, n_targets) with several targets.
        """
        is_laplace = self._is_laplace(fold)
        if len(is_laplace) == 1:
            return self._models(fold, column=0)[int(is_laplace[0])]
        return _FamilyByTarget(*self._models(fold), is_laplace)

    def _models(self, fold, column=slice(None)):
        """Return a Gaussian and a Laplace distribution of the held-out rows."""
        scales, _ = self._fits(fold)
        return [
            FAMILIES[name].frozen({"loc": loc[:, column], "scale": scale[column]})
            for name, loc, scale in zip(
                _FAMILIES, self.locations[fold][1], scales, strict=True
            )
        ]

    def _is_laplace(self, fold):
        """Return for each target whether a Laplace distribution fits better."""
        gaussian, laplace = self._fits(fold)[1]
        return laplace > gaussian

    def _fits(self, fold):
        """Return scales and mean log-densities of both families, by target."""
        train, test = self.splits[fold]
        held_out = np.concatenate([rows for _, rows in self.splits])
        other = ~np.isin(held_out, test)
        rows, (seen, _) = train, self.locations[fold]
        if other.any():  # else the training rows have to do
            every = np.concatenate([of_test for _, of_test in self.locations], axis=1)
            rows, seen = held_out[other], every[:, other]
        share = self.weight[rows] / self.weight[rows].sum()
        scales, fits = [], []
        # A scale of 0, of residuals that are all 0, has no density.
        with np.errstate(divide="ignore", invalid="ignore"):
            for name, loc in zip(_FAMILIES, seen, strict=True):
                family = FAMILIES[name]
                scale = family.fit({"loc": loc}, self.y[rows], share, 1.0)
                density = family.frozen({"loc": loc} | scale).logpdf(self.y[rows])
                scales.append(np.broadcast_to(scale["scale"], self.y.shape[1]))
                fits.append(np.average(density, axis=0, weights=share))
        return scales, fits

    def _shaped(self, locations, n_rows):
        """Return locations as an array of shape (2, n_rows, n_targets)."""
        shape = (n_rows, self.y.shape[1])
        columns = [np.asarray(one) for one in locations]
        if shape[1] == 1:  # a number, or one per row
            columns = [one.reshape(-1, 1) for one in columns]
        return np.array([np.broadcast_to(one, shape) for one in columns])


class _FamilyByTarget:
    """A distribution that is Gaussian for some targets and Laplace for the others."""

    def __init__(self, gaussian, laplace, is_laplace):
        self.models, self.is_laplace = (gaussian, laplace), is_laplace

    def _each(self, method, *values):
        gaussian, laplace = (getattr(one, method)(*values) for one in self.models)
        return np.where(self.is_laplace, laplace, gaussian)

    def logpdf(self, x):
        """Return the log-density of each target, in nats."""
        return self._each("logpdf", x)

    def cdf(self, x):
        """Return the probability that each target is at most x."""
        return self._each("cdf", x)

    def ppf(self, q):
        """Return the quantile of each target."""
        return self._each("ppf", q)

    def mean(self):
        """Return the mean of each target."""
        return self._each("mean")

    def std(self):
        """Return the standard deviation of each target."""
        return self._each("std")
