"""Spread of the predicted noise, from rows that a model was not fitted to."""

from dataclasses import dataclass

import numpy as np
import scipy.optimize

from skloss import noise
from skloss.estimators.leverage import Leverage
from skloss.estimators.out_of_fold import can_cross_fit, cross_fitted

__all__ = [
    "SpreadCalibration",
    "calibrate",
    "implied_scale",
    "is_cross_fitted",
    "needs_refits",
]

# Degrees of freedom lost by stopping on rows whose residuals are then used. With m
# rows the variance of the predicted noise is then m / (m - 2) times that of the
# residuals, as that of Student's t, which predicts with a scale from m residuals.
_LOST_TO_STOPPING = 2
# Standard deviations of the logarithm of a factor and of a power, before any row was
# seen. Heads that were trained on a likelihood need a factor of 1.1 to 1.5 and a power
# near 1; those that need others show it on few rows.
_PRIOR = 0.5
# Factors beyond a hundred mean that the head learned nothing about the spread.
_LARGEST_LOG_FACTOR = np.log(100)
# Rows per output weight of a linear model from which its own training rows state the
# scale: the likelihood of new rows is then at most 0.025 nats lower.
_ROWS_PER_WEIGHT = 40


@dataclass(frozen=True)
class SpreadCalibration:
    """What takes the spreads that a head states to those of new rows.

    The spread s becomes factor * center * (s / center)^power.

    Attributes
    ----------
    factor, power, center : ndarray of shape (n_members, 1, n_targets)
    """

    factor: np.ndarray
    power: np.ndarray
    center: np.ndarray

    def __call__(self, spread):
        return self.factor * self.center * (spread / self.center) ** self.power


def implied_scale(model, plan, fits):
    """Return the noise parameters that the outputs do not state, and their rows.

    The ``leverage`` of a linear model is set where the training rows are used.

    Parameters
    ----------
    model : FittedNumbers
        With weights.
    plan : FitPlan
    fits : list of FitResult

    Returns
    -------
    (dict, {"validation rows", "cross-fitted rows", "training rows"})
        The last for a linear model, and for `partial_fit`, where no member has
        validation rows.
    """
    X, y, weight = plan.inputs.X, plan.target.values, plan.target.weight
    held_out_of = _held_out(plan.models, len(y))
    rows = held_out_of.any(0)
    if not rows.any():
        seen = () if model.is_linear else _cross_fitted(model, plan)
        if seen:
            return noise.fit(model.loss, *seen), "cross-fitted rows"
        n_lost_dof = 0
        if model.is_linear:
            model.leverage = Leverage.learn(model, plan)
            n_lost_dof = plan.inputs.encoding.n_outputs + 1
        if model.leverage is not None:
            n_lost_dof = model.leverage.n_lost_dof
        # Some solvers return the raw scores of all rows, which then need no prediction.
        raw = model.raw_prediction(X) if fits[0].raw is None else fits[0].raw[None]
        parameters = model.noise_parameters(raw)
        fitted = noise.fit(model.loss, parameters, y, weight, n_lost_dof)
        return fitted, "training rows"
    # Each row is predicted by the members that were not fitted to it.
    parameters = model.noise_parameters(model.raw_prediction(X[rows]))
    unseen = held_out_of[:, rows].reshape(
        (len(held_out_of), -1) + (1,) * (parameters["loc"].ndim - 2)
    )
    located = np.average(
        parameters["loc"],
        axis=0,
        weights=np.broadcast_to(unseen, parameters["loc"].shape),
        keepdims=True,
    )
    parameters = parameters | {"loc": located}
    weight = _counted(weight[rows])
    fitted = noise.fit(model.loss, parameters, y[rows], weight, _LOST_TO_STOPPING)
    return fitted, "validation rows"


def needs_refits(model, plan):
    """Return whether `implied_scale` refits models, to have rows that are unseen."""
    has_unseen_rows = _held_out(plan.models, len(plan.target.values)).any()
    return not (model.is_linear or has_unseen_rows) and can_cross_fit(plan)


def is_cross_fitted(model, plan):
    """Return whether `calibrate` refits models, to have rows that are unseen."""
    has_unseen_rows = _held_out(plan.models, len(plan.target.values)).any()
    return not has_unseen_rows and _needs_cross_fit(model, plan)


def calibrate(model, plan, name, refitted=None):
    """Return how the stated spreads of each member are calibrated, by likelihood.

    A head states the spread that fits its training rows. A factor and a power that are
    most likely on rows which the member was not fitted to, with Gaussian priors around
    1, correct for the rows that it has memorised: at power 0 the spread is constant.
    The rows are those that stopped the member; without any, those of a cross-fit, which
    a linear model needs on few rows only.

    Parameters
    ----------
    model : FittedNumbers
        With weights, and without a calibration.
    plan : FitPlan
    name : str
        Name of the parameter that is the spread.
    refitted : tuple, optional
        What `cross_fitted` returns, where it was computed before.

    Returns
    -------
    SpreadCalibration or None
        None if no member has rows to calibrate on.
    """
    y, weight = plan.target.values, plan.target.weight
    y = y.reshape(len(y), -1)
    held_out_of = _held_out(plan.models, len(y))
    n_lost = _LOST_TO_STOPPING
    if held_out_of.any():
        rows = held_out_of.any(0)
        parameters = model.noise_parameters(model.raw_prediction(plan.inputs.X[rows]))
        y, weight, held_out_of = y[rows], weight[rows], held_out_of[:, rows]
    else:
        seen = ()
        if _needs_cross_fit(model, plan):
            seen = _cross_fitted(model, plan, refitted)
        if not seen:
            return None if plan.continued is None else plan.continued.calibration
        parameters, y, weight = seen
        y, n_lost = y.reshape(len(y), -1), 0
        held_out_of = np.ones((1, len(y)), dtype=bool)  # all members as the first
    family = noise.FAMILIES[model.loss.noise]
    parameters = {
        key: np.reshape(value, (len(held_out_of), len(y), -1))
        for key, value in parameters.items()
    }
    found = np.ones((3, len(held_out_of), 1, y.shape[1]))
    for member, unseen in enumerate(held_out_of):
        w = _counted(weight[unseen])
        for target in range(y.shape[1]):
            own = {
                key: value[member, unseen, target] for key, value in parameters.items()
            }
            best = _most_likely(family, own, name, y[unseen, target], w)
            n_kept = w.sum() / max(w.sum() - n_lost, 1)
            found[:, member, 0, target] = best * [np.sqrt(n_kept), 1, 1]
    return SpreadCalibration(*found)


def _cross_fitted(model, plan, refitted=None):
    """Return noise parameters, targets and weights of cross-fitted rows, or ()."""
    rows, raw = cross_fitted(plan, model) if refitted is None else refitted
    if not len(rows):
        return ()
    parameters = model.noise_parameters(model.limited(raw))
    return parameters, plan.target.values[rows], plan.target.weight[rows]


def _needs_cross_fit(model, plan):
    """Return whether the training rows of a linear model are too few for its scale."""
    n_weights = plan.models[0].n_outputs * (model.encoding.n_outputs + 1)
    few = plan.target.weight.sum() <= _ROWS_PER_WEIGHT * n_weights
    return few or not model.is_linear


def _counted(weight):
    """Return weights whose sum is a number of rows.

    A weight of 2 is a row that occurs twice; but weights that sum to less than one row
    more than stopping uses up can only be relative, and get a mean of 1.
    """
    is_count = weight.sum() > _LOST_TO_STOPPING + 1
    return weight if is_count else weight / weight.mean()


def _most_likely(family, parameters, name, y, weight):
    """Return the most likely factor and power on the spreads, and their center."""
    logs = np.log(parameters[name])
    center = np.average(logs, weights=weight)

    def cost(values):
        log_factor, power = values
        spread = np.exp(center + log_factor + power * (logs - center))
        found = family.frozen(parameters | {name: spread})
        is_discrete = hasattr(found, "logpmf")
        log_density = found.logpmf(y) if is_discrete else found.logpdf(y)
        away = (log_factor**2 + (power - 1) ** 2) / _PRIOR**2
        return 0.5 * away - weight @ log_density

    limits = [(-_LARGEST_LOG_FACTOR, _LARGEST_LOG_FACTOR), (0, 1)]
    # Where spreads are far too small the likelihood is nearly flat at power 1.
    found = [
        scipy.optimize.minimize(cost, start, method="L-BFGS-B", bounds=limits)
        for start in ((0.0, 1.0), (0.0, 0.2))
    ]
    log_factor, power = min(found, key=lambda one: one.fun).x
    return np.array([np.exp(log_factor), power, np.exp(center)])


def _held_out(models, n_rows):
    """Return a mask (n_models, n_rows) of the rows that each was not fitted to."""
    mask = np.zeros((len(models), n_rows), dtype=bool)
    for one, model in zip(mask, models, strict=True):
        if model.validation_rows is not None:
            one[model.validation_rows.cpu().numpy()] = True
    return mask
