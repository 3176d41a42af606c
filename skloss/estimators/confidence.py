"""Confidence of a network of classes, from the rows that stopped its training."""

from dataclasses import replace

import torch

from skloss.losses.contract.posterior import settled_posterior
from skloss.tasks import as_task

__all__ = ["with_confidence"]

# Standard deviation of the logarithm of the number by which scores are multiplied,
# before any row was seen. Networks that stopped on some 100 rows need 0.7 to 1.
_PRIOR = 0.25
# Logarithms of numbers that are tried; those in between follow from a parabola, which
# is within 1e-4 nats of a row.
_LOWEST, _HIGHEST, _STEP = -1.5, 0.75, 0.125
# Rows that determine the number within a hundredth.
_MOST_ROWS = 10_000
_LEAST_PROBABILITY = 1e-12  # rounding, where 1 - p is 0


@torch.no_grad()
def with_confidence(fit, spec, n_rows=None, task=None):
    """Return a fit whose scores are multiplied by the most likely number.

    A network that has memorised part of its training rows is overconfident on new ones.
    One number above zero changes no decision (Guo et al. 2017, "On calibration of
    modern neural networks", arXiv:1706.04599). It minimises the loss over the
    validation rows, or the log-loss of the posterior that is recovered from the scores,
    with a Gaussian prior around 1 on its logarithm, and scales the last layer.

    Parameters
    ----------
    fit : FitResult
        The result of a perceptron.
    spec : FitSpec
        With validation rows.
    n_rows : float, optional
        How many validation rows there are if a weight of 2 is a row that occurs twice;
        by default the sum of their weights.
    task : str or Task, optional
        Given if the posterior is recovered. Losses that are nearly flat where a class
        has a small probability, such as ``generalized_cross_entropy``, do not
        determine the number themselves.

    Returns
    -------
    FitResult
    """
    rows = spec.validation_rows
    if task is not None:  # posteriors of many rows and classes take long
        rows = rows[:: -(-len(rows) // _MOST_ROWS)]
    raw = spec.architecture.module(fit)(spec.X[rows]).double()
    y, weight = spec.y[rows], spec.weight[rows].double()
    if n_rows is not None:
        weight = weight * (n_rows / weight.sum())
    logs = torch.arange(_LOWEST, _HIGHEST + _STEP / 2, _STEP, dtype=torch.float64)
    logs = logs.to(raw.device)
    cost = torch.stack(
        [weight @ _cost(spec.loss, raw * a.exp(), y, task) for a in logs]
    )
    cost = cost + 0.5 * (logs / _PRIOR) ** 2
    best = int(cost.argmin().clamp(1, len(logs) - 2))
    before, at, after = cost[best - 1 : best + 2].tolist()
    bend = before - 2 * at + after
    if not bend > 0:  # not finite, or flat
        return fit
    shift = 0.5 * (before - after) / bend
    factor = float((logs[best] + _STEP * max(-1.0, min(shift, 1.0))).exp())
    *inner, (weights, bias) = fit.layers
    return replace(fit, layers=[*inner, (factor * weights, factor * bias)], raw=None)


def _cost(loss, raw, y, task):
    """Return the loss of each row, or the log-loss of its recovered posterior."""
    if task is None:
        return loss.pointwise(raw, y)
    found = settled_posterior(loss, raw, task)
    if as_task(task).link == "softmax":
        of_true = found.gather(-1, y.long()[:, None])
    else:
        y = y.reshape(found.shape)
        of_true = torch.where(y == 1, found, 1 - found)
    return -of_true.clamp(min=_LEAST_PROBABILITY).log().sum(-1)
