"""Starts of a linear model whose objective may have several optima."""

from dataclasses import replace

import torch

from skloss.losses import SquaredError
from skloss.training.solvers.row_sums import RowSums
from skloss.training.spec import FitResult

__all__ = ["SHORT_RUN", "initial_weights", "starts"]

# Iterations of a run that only has to show which start is best. Newton has mostly
# converged by then, and L-BFGS has replaced its ten pairs once.
SHORT_RUN = 20
# Columns up to which least squares, at their cube, take less time than a short run.
_MOST_COLUMNS = 600
# Added to the curvature, relative to its mean: columns may be collinear, and a start
# need not be exact.
_RIDGE = 1e-9


def initial_weights(spec):
    """Return weights and intercepts of a linear model: those so far, or a constant.

    Parameters
    ----------
    spec : FitSpec

    Returns
    -------
    Tensor of shape (n_features + 1, n_outputs)
        The last row holds the intercepts.
    """
    theta = spec.total_weight.new_zeros(spec.X.shape[1] + 1, spec.n_outputs)
    if spec.start is not None:
        ((weight, bias),) = spec.start.layers
        theta[:-1], theta[-1] = weight, bias
    elif spec.head_bias is not None:
        theta[-1] = spec.head_bias
    return theta


def starts(spec, with_random=True):
    """List specs that start at several weights, none of which depends on the seed.

    A convex objective has one optimum, and a fit that goes on has its start. Otherwise
    these are the best constant, small random weights and, for targets that are numbers,
    least squares for the first outputs: far from there, a likelihood or a robust loss
    can be flat. Solvers continue from the one that leads lowest in a short run, a
    common choice for likelihoods with several optima (Biernacki, Celeux & Govaert 2003,
    doi:10.1016/S0167-9473(02)00163-9).

    Parameters
    ----------
    spec : FitSpec
    with_random : bool, default True
        Whether random weights are among them: not for a solver that begins at a
        constant where there are none.

    Returns
    -------
    list of FitSpec
    """
    if spec.start is not None or not spec.architecture.is_linear or spec.loss.is_convex:
        return [spec]
    like, width = spec.total_weight, spec.X.shape[1]
    bias = like.new_zeros(spec.n_outputs)
    if spec.head_bias is not None:
        bias.copy_(spec.head_bias)
    weight = like.new_zeros(width, spec.n_outputs)
    found = [_at(spec, weight, bias)]
    if with_random:
        found.append(replace(spec, seed=0))
    if spec.y.is_floating_point() and width <= _MOST_COLUMNS:
        theta = _least_squares(spec)
        k = theta.shape[1]
        weight, bias = weight.clone(), bias.clone()
        weight[:, :k], bias[:k] = theta[:-1], theta[-1]
        found.append(_at(spec, weight, bias))
    return found


def _at(spec, weight, bias):
    return replace(spec, start=FitResult([(weight, bias)], []))


def _least_squares(spec):
    """Weights and intercepts of penalised least squares: one step of Newton from 0."""
    k = spec.y[0].numel()
    theta = spec.total_weight.new_zeros(spec.X.shape[1] + 1, k)
    raw = theta.new_zeros(len(spec.fit_rows), k)
    derivatives = RowSums(spec).derivatives(SquaredError(), theta, raw)
    _, gradient, hessian = derivatives
    hessian.diagonal().add_(_RIDGE * hessian.diagonal().mean())
    factor, _ = torch.linalg.cholesky_ex(hessian)
    step = torch.cholesky_solve(gradient.T.reshape(-1, 1), factor)
    return -step.reshape(k, -1).T
