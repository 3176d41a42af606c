"""Held-out log scores of a noise model whose scale comes from other folds."""

import numpy as np
import scipy.optimize
from scipy import stats

from skloss.noise import FAMILIES, Predictive
from skloss.noise.maximum_likelihood import LOCATION_SCALE, fit_noise
from skloss.noise.rounding import log_score, pit_ends

__all__ = ["candidate_scores"]

# One factor on predicted scales: a factor of 20 to either side is far beyond any fit.
_LOG_FACTORS = (-3.0, 3.0)
# Half-width of the range around the best factor of all rows, in logarithms, and points
# in it: a polynomial through them is exact to 1e-7 nats for Gaussian scores.
_NEAR, _NODES = 0.3, 7


def candidate_scores(rows, candidate, step):
    """Return log scores and both ends of the PIT of the held-out rows.

    Parameters
    ----------
    rows : object
        Held-out rows: ``y``, ``weight``, ``fold`` and ``others``, the rows of other
        folds by fold, and ``outputs`` of the models by loss.
    candidate : Candidate
    step : float
        To which the targets are rounded; 0 if they are not.

    Returns
    -------
    score, low, high : ndarray of shape (n,)
        What a model leaves open is fitted to the other folds.
    """
    location, parameters = rows.outputs[candidate.loss, candidate.is_logarithmic]
    if candidate.states_distribution:
        distribution = _distribution_of(candidate.family, parameters, rows, step)
    else:
        distribution = _located(candidate, location, rows, step)
    score = log_score(distribution, rows.y, step)
    return score, *pit_ends(distribution, rows.y, step)


def _located(candidate, location, held_out, step):
    """Return the distribution of rows around a location, its scale from other folds."""
    fitted = []
    for seen in held_out.others:
        y, weight = held_out.y[seen], held_out.weight[seen]
        fitted.append(_fitted(candidate, location[seen], y, weight, step))
    # Of each row, what the folds other than its own determine.
    of_rows = {
        name: np.array([one[name] for one in fitted], dtype=float)[held_out.fold]
        for name in fitted[0]
    }
    if candidate.is_logarithmic:
        return stats.lognorm(of_rows["scale"], scale=np.exp(location))
    return FAMILIES[candidate.family].frozen(of_rows | {"loc": location})


def _fitted(candidate, location, y, weight, step):
    """Return what is not stated of a family, by maximum likelihood on some rows."""
    weight, parameters = weight / weight.sum(), {"loc": location}
    if candidate.is_logarithmic:
        found = fit_noise("gaussian", np.log(y), parameters, weight)
    elif candidate.family in LOCATION_SCALE:
        found = fit_noise(candidate.family, y, parameters, weight, step)
    else:
        found = FAMILIES[candidate.family].fit(parameters, y, weight, 1.0)
    return {name: value for name, value in found.items() if name != "loc"}


def _distribution_of(family, parameters, held_out, step):
    """Return the distribution of rows, one factor on their scales from other folds."""

    def predicted(factor):
        of_rows = dict(parameters)
        if "scale" in of_rows:
            of_rows["scale"] = of_rows["scale"] * factor
        if len(of_rows["loc"]) > 1:
            return Predictive(FAMILIES[family], of_rows)
        return FAMILIES[family].frozen({k: value[0] for k, value in of_rows.items()})

    def scores(log_factor):
        return log_score(predicted(np.exp(log_factor)), held_out.y, step)

    if "scale" not in parameters:
        return predicted(1.0)
    share = np.stack([held_out.weight * seen for seen in held_out.others])
    log_factors = _best_by_fold(scores, share / share.sum(1, keepdims=True))
    return predicted(np.exp(log_factors)[held_out.fold])


def _best_by_fold(scores, share):
    """Return the log-factor with the highest mean score, of each row of shares.

    The shares of two folds differ in few rows, so that their best factors are close to
    that of all rows: the scores of all rows at a few nodes near it give the mean of
    every fold, as a polynomial of the log-factor.
    """

    def best(weights):
        found = scipy.optimize.minimize_scalar(
            lambda log_factor: -(weights @ scores(log_factor)),
            bounds=_LOG_FACTORS,
            method="bounded",
            options={"xatol": 1e-4},
        )
        return found.x

    center = best(share.mean(axis=0))
    nodes = np.polynomial.chebyshev.chebpts1(_NODES)
    means = np.stack([share @ scores(center + _NEAR * node) for node in nodes])
    curves = np.polynomial.chebyshev.chebfit(nodes, means, _NODES - 1)
    grid = np.linspace(-1, 1, 2001)  # of which a step is 3e-4 of the factor
    place = np.polynomial.chebyshev.chebval(grid, curves).argmax(axis=1)
    found = center + _NEAR * grid[place]
    for fold in np.flatnonzero((place == 0) | (place == len(grid) - 1)):
        found[fold] = best(share[fold])  # it is farther away
    return found
