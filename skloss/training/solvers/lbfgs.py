"""L-BFGS on all training rows, taken block by block so that memory stays bounded."""

import math

import scipy.optimize
import torch
from scipy import sparse

from skloss.training.budget import Budget
from skloss.training.outcomes import Outcome
from skloss.training.solvers.solver import Solver
from skloss.training.spec import FitResult

__all__ = ["LBFGS"]

# SciPy stops once the largest component of the gradient is below this. The gradient is
# that of a mean loss in standardised units, of order one; its sums over rows scatter by
# about 1e-7 in float32.
_GRADIENT_TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-6}
# It also stops once a step gains less than this many roundings of the objective, as
# scikit-learn's LogisticRegression does.
_ROUNDINGS = 64
# SciPy's status if the limit of iterations is reached, or a callback ends the run.
_OUTCOMES = {1: Outcome.NOT_CONVERGED, 99: Outcome.STOPPED}


class LBFGS(Solver):
    """L-BFGS-B of SciPy, without bounds.

    The objective is that of all rows, for any architecture with weights W:

        L = sum_i w_i l(f(x_i), y_i) / sum_i w_i + alpha/2 ||W||^2,

    and its gradient is the sum of those of blocks of rows. The method keeps the last
    ten pairs of steps and changes of the gradient in place of a Hessian (Liu & Nocedal
    1989; Nocedal & Wright 2006, Numerical Optimization, section 7.2; the code is that
    of Zhu, Byrd, Lu & Nocedal 1997). It has converged when the largest component of the
    gradient, or the relative gain of a step, falls below a tolerance. Every step lowers
    the objective, so that the last weights are the best.
    """

    name = "lbfgs"
    precision = torch.float64  # differences of gradients lose digits at the optimum
    advice = "raise max_iter or scale the inputs"

    @classmethod
    def solve_one(cls, spec, report, stopped=False, n_threads=1):
        """Minimise the objective of one model; see `Solver.solve_one`."""
        problem = _problem(spec)
        history, theta, outcome = [], problem.start, Outcome.STOPPED

        def callback(intermediate_result):
            nonlocal theta
            theta = intermediate_result.x.copy()
            value = float(intermediate_result.fun)
            row = {"epoch": len(history) + 1, "train": value, "validation": math.nan}
            history.append(row)
            fraction = len(history) / spec.settings.max_iter
            if report(min(1.0, fraction), len(history), [spec.labels | row]):
                raise StopIteration

        if not stopped:
            try:
                found = _minimise(problem, spec, callback)
                theta = found.x
                outcome = _OUTCOMES.get(found.status, Outcome.FINISHED)
            except KeyboardInterrupt:
                if not history:  # no step was taken, so nothing was learned
                    raise
                outcome = Outcome.INTERRUPTED
        return FitResult(
            history=history,
            outcome=outcome,
            solver=cls.name,
            advice=cls.advice,
            n_steps_taken=len(history),
            **problem.result(torch.as_tensor(theta)),
        )


def _minimise(problem, spec, callback):
    """Call SciPy's L-BFGS-B on a problem."""
    return scipy.optimize.minimize(
        problem.objective,
        problem.start,
        jac=True,
        method="L-BFGS-B",
        callback=callback,
        options={
            "maxiter": spec.settings.max_iter,
            "gtol": _GRADIENT_TOLERANCE[spec.X.dtype],
            "ftol": _ROUNDINGS * torch.finfo(spec.X.dtype).eps,
        },
    )


def _problem(spec):
    """Objective of a model, as SciPy needs it."""
    table = getattr(spec.X, "X", None)
    on_cpu = spec.X.device.type == "cpu"
    if spec.architecture.is_linear and on_cpu and sparse.issparse(table):
        return _SparseLinear(spec)
    return _Stacked(spec)


def _loss_gradient(loss, raw, y, weight):
    """Weighted sum of the loss, and its gradient with respect to the raw scores."""
    raw = raw.detach().requires_grad_()
    with torch.enable_grad():
        value = (weight * loss.pointwise(raw, y)).sum()
        (gradient,) = torch.autograd.grad(value, raw)
    return value.item(), gradient


class _Stacked:
    """The objective of any architecture, as a stack of one model."""

    def __init__(self, spec):
        self.spec = spec
        self.stack = spec.architecture.stack([spec])
        rows = spec.fit_rows
        budget = Budget.for_device(spec.X.device)
        size = budget.rows_at_once(budget.lbfgs_block_numbers, spec.X.shape[1])
        if not spec.architecture.is_stackable:
            size = len(rows)  # a module may combine all rows of a batch
        self.blocks = rows.split(size)
        self.total = spec.total_weight
        self.penalty = spec.alpha * self.stack.penalised
        self.start = self.stack.flat[0].double().cpu().numpy().copy()
        if len(self.blocks) == 1:
            self.x = self._read(rows)

    def objective(self, theta):
        """Value and gradient at a vector of parameters."""
        stack, spec = self.stack, self.spec
        stack.flat[0] = torch.as_tensor(theta)
        value = 0.5 * (self.penalty * stack.flat.square()).sum().item()
        total = stack.flat * self.penalty
        for rows in self.blocks:
            x = self.x if len(self.blocks) == 1 else self._read(rows)
            weight = spec.weight[rows] / self.total
            part, gradient = _loss_gradient(
                spec.loss, stack.forward(x), spec.y[rows][None], weight
            )
            stack.backward(gradient)
            value += part
            total += stack.grad
        return value, total[0].double().cpu().numpy()

    def _read(self, rows):
        x = self.stack.inputs(len(rows))
        x[0] = self.spec.X[rows]
        return x

    def result(self, theta):
        self.stack.remember()
        return self.stack.result(0, theta.to(self.stack.flat)[None])


class _SparseLinear:
    """The objective of a linear model on a sparse table, which is never made dense.

    With columns of means m and scales s, standardised rows give the raw scores
    f = (x - m) / s W + b = x (W / s) + (b - m (W / s)), so that the weights are scaled
    in place of the table. With G = d L / d f, the gradient with respect to W is
    (X' G - m' sum(G)) / s.
    """

    def __init__(self, spec):
        self.spec = spec
        encoding, rows = spec.X.encoding, spec.fit_rows
        self.mean, self.scale = encoding.mean[:, None], encoding.scale[:, None]
        self.weight = spec.fit_weight.double() / spec.total_weight
        budget = Budget.for_device(spec.X.device)
        size = budget.rows_at_once(budget.lbfgs_block_numbers, spec.n_outputs)
        self.blocks = [
            (spec.X.X[part.numpy()], spec.y[part], self.weight[begin : begin + size])
            for part, begin in zip(
                rows.split(size), range(0, len(rows), size), strict=True
            )
        ]
        stack = spec.architecture.stack([spec])
        (layer,) = stack.result(0, stack.flat)["layers"]
        self.shape = layer[0].shape
        self.start = torch.cat([layer[0], layer[1][None]]).double().flatten().numpy()

    def objective(self, theta):
        """Value and gradient at a vector of parameters."""
        theta = torch.as_tensor(theta).reshape(-1, self.shape[1])
        weights, intercept = theta[:-1], theta[-1]
        scaled = weights / self.scale
        offset = intercept - (self.mean * scaled).sum(0)
        value = 0.5 * self.spec.alpha * weights.square().sum().item()
        products, sums = torch.zeros_like(weights), torch.zeros_like(intercept)
        for x, y, weight in self.blocks:
            raw = torch.from_numpy(x @ scaled.numpy()) + offset
            part, gradient = _loss_gradient(self.spec.loss, raw, y, weight)
            value += part
            products += torch.from_numpy(x.T @ gradient.numpy())
            sums += gradient.sum(0)
        gradient = (products - self.mean * sums) / self.scale
        gradient += self.spec.alpha * weights
        return value, torch.cat([gradient, sums[None]]).flatten().numpy()

    def result(self, theta):
        theta = theta.reshape(-1, self.shape[1])
        return {"layers": [(theta[:-1].clone(), theta[-1].clone())]}
