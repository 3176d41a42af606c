"""Confidence of a network of classes, from the rows that stopped its training."""

from dataclasses import replace

import torch

__all__ = ["with_confidence"]

# Standard deviation of the logarithm of the number by which scores are multiplied,
# before any row was seen. Networks that stopped on some 100 rows need 0.7 to 1.
_PRIOR = 0.25
# Logarithms of numbers that are tried; those in between follow from a parabola, which
# is within 1e-4 nats of a row.
_LOWEST, _HIGHEST, _STEP = -1.5, 0.75, 0.125


@torch.no_grad()
def with_confidence(fit, spec, n_rows=None):
    """Return a fit whose scores are multiplied by the most likely number.

    A network that has memorised part of its training rows is overconfident on new ones.
    One number above zero changes no decision (Guo et al. 2017, "On calibration of
    modern neural networks", arXiv:1706.04599). It minimises the loss itself over the
    validation rows, with a Gaussian prior around 1 on its logarithm, and scales the
    last layer.

    Parameters
    ----------
    fit : FitResult
        The result of a perceptron.
    spec : FitSpec
        With validation rows.
    n_rows : float, optional
        How many validation rows there are if a weight of 2 is a row that occurs twice;
        by default the sum of their weights.

    Returns
    -------
    FitResult
    """
    rows = spec.validation_rows
    raw = spec.architecture.module(fit)(spec.X[rows]).double()
    y, weight = spec.y[rows], spec.weight[rows].double()
    if n_rows is not None:
        weight = weight * (n_rows / weight.sum())
    logs = torch.arange(_LOWEST, _HIGHEST + _STEP / 2, _STEP, dtype=torch.float64)
    logs = logs.to(raw.device)
    cost = torch.stack([weight @ spec.loss.pointwise(raw * a.exp(), y) for a in logs])
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
