"""Spread of the predicted noise, from rows that a model was not fitted to."""

import numpy as np
import scipy.optimize

from skloss import noise
from skloss.estimators.leverage import Leverage

__all__ = ["implied_scale", "scale_factors"]

# Lost by stopping on rows whose residuals are then taken for those of new rows. With m
# rows the variance of the predicted noise is then m / (m - 2) times that of the
# residuals, as that of Student's t, which predicts with a scale from m residuals.
_LOST_TO_STOPPING = 2
# Standard deviation of the logarithm of a factor, before any row was seen. Heads that
# were trained on a likelihood need a factor of 1.1 to 1.5; those that need more show it
# on few rows.
_PRIOR = 0.5
# Factors beyond a hundred mean that the head learned nothing about the spread.
_LARGEST_LOG_FACTOR = np.log(100)


def implied_scale(model, plan, fits):
    """Return what the outputs do not state of the noise, and the rows it comes from.

    The ``leverage`` of a linear model is set where the training rows are used.

    Parameters
    ----------
    model : FittedNumbers
        With weights.
    plan : FitPlan
    fits : list of FitResult

    Returns
    -------
    (dict, {"validation rows", "training rows"})
        The latter only if no member has validation rows.
    """
    X, y, weight = plan.inputs.X, plan.target.values, plan.target.weight
    held_out_of = _held_out(plan.models, len(y))
    rows = held_out_of.any(0)
    if not rows.any():
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
    # In units of rows: the degrees of freedom do not depend on the scale of weights.
    weight = weight[rows] / weight[rows].mean()
    fitted = noise.fit(model.loss, parameters, y[rows], weight, _LOST_TO_STOPPING)
    return fitted, "validation rows"


def scale_factors(model, plan):
    """Return one factor on the stated scales per member, fitted by likelihood.

    A head states the scale that fits its training rows. The factor that is most likely
    on the rows that stopped the member, with a log-normal prior around one, makes up
    for what it has learned by heart; it is corrected for the few rows as an implied
    scale is.

    Parameters
    ----------
    model : FittedNumbers
        With weights, and without factors.
    plan : FitPlan

    Returns
    -------
    ndarray of shape (n_members, 1, n_targets) or None
        None if no member has validation rows.
    """
    X, y, weight = plan.inputs.X, plan.target.values, plan.target.weight
    held_out_of = _held_out(plan.models, len(y))
    rows = held_out_of.any(0)
    if not rows.any():
        return None if plan.continued is None else plan.continued.scale_factors
    parameters = model.noise_parameters(model.raw_prediction(X[rows]))
    y, weight = y[rows].reshape(rows.sum(), -1), weight[rows]
    family = noise.FAMILIES[model.loss.noise]
    factors = np.ones((len(held_out_of), 1, y.shape[1]))
    for member, unseen in enumerate(held_out_of[:, rows]):
        w = weight[unseen] / weight[unseen].mean()
        for target in range(y.shape[1]):
            own = {
                name: value[member].reshape(len(unseen), -1)[unseen, target]
                for name, value in parameters.items()
            }
            factors[member, 0, target] = _factor(family, own, y[unseen, target], w)
    return factors


def _factor(family, parameters, y, weight):
    """Return the most likely factor on the scale of the given rows."""

    def objective(log_factor):
        scale = parameters["scale"] * np.exp(log_factor)
        nats = -family.frozen(parameters | {"scale": scale}).logpdf(y)
        return weight @ nats + 0.5 * (log_factor / _PRIOR) ** 2

    bounds = (-_LARGEST_LOG_FACTOR, _LARGEST_LOG_FACTOR)
    found = scipy.optimize.minimize_scalar(objective, bounds=bounds, method="bounded")
    n_kept = len(y) / max(len(y) - _LOST_TO_STOPPING, 1)
    return np.exp(found.x) * np.sqrt(n_kept)


def _held_out(models, n_rows):
    """Return a mask (n_models, n_rows) of the rows that each was not fitted to."""
    mask = np.zeros((len(models), n_rows), dtype=bool)
    for one, model in zip(mask, models, strict=True):
        if model.validation_rows is not None:
            one[model.validation_rows.cpu().numpy()] = True
    return mask
