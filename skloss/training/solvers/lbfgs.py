"""L-BFGS on all training rows, taken block by block so that memory stays bounded."""

import math
from dataclasses import replace

import numpy as np
import scipy.optimize
import torch
from scipy import sparse

from skloss.training.budget import Budget
from skloss.training.outcomes import Outcome
from skloss.training.solvers.solver import Solver
from skloss.training.solvers.starts import SHORT_RUN, starts
from skloss.training.spec import FitResult

__all__ = ["LBFGS"]

# SciPy stops once the largest component of the gradient is below this. The gradient is
# that of a mean loss in standardised units, of order one; its sums over rows scatter by
# about 1e-7 in float32.
_GRADIENT_TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-6}
# It also stops once a step gains less than this many roundings of the objective, as
# scikit-learn's LogisticRegression does.
_ROUNDINGS = 64
# Unless gradients are smaller than this, the tolerances above suit them.
_SMALL_GRADIENT = 1e-3
# Relative change of the weights at which a surrogate gradient has settled: predictions
# change in the sixth digit.
_SETTLED = 1e-6
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

    A loss that is not convex may have several optima: a linear model starts where the
    best of some short runs ended. A loss with a surrogate gradient is minimised as the
    loss that judges it first; then its detached factors are held at the weights so far
    (`Loss.frozen_at`) and the objective minimised again, until the weights settle.
    """

    name = "lbfgs"
    precision = torch.float64  # differences of gradients lose digits at the optimum
    most_refit_steps = 100  # each costs one gradient; spreads are off by 2% after 30
    advice = "raise max_iter or scale the inputs"

    @classmethod
    def solve_one(cls, spec, report, stopped=False, n_threads=1):
        """Minimise the objective of one model; see `Solver.solve_one`."""
        is_linear = spec.architecture.is_linear
        if is_linear and spec.linear_start is not None and not stopped:
            spec = replace(spec, scale_alpha=spec.linear_start.scale_alpha(spec))
        run = _Run(spec, report)
        try:
            outcome = Outcome.STOPPED if stopped else run.minimise()
        except KeyboardInterrupt:
            if not run.history:  # no step was taken, so nothing was learned
                raise
            outcome = Outcome.INTERRUPTED
        return FitResult(
            history=run.history,
            outcome=outcome,
            solver=cls.name,
            advice=cls.advice,
            n_steps_taken=len(run.history),
            **run.problem.result(torch.as_tensor(run.theta)),
        )


class _Run:
    """One model at its current parameters ``theta``, a vector."""

    def __init__(self, spec, report):
        self.spec, self.report = spec, report
        self.problem = _problem(spec)
        self.theta = self.problem.start
        self.history, self.frozen = [], False

    def minimise(self):
        """Minimise the objective and return how that ended."""
        self.unit = self._unit()
        if not self._choose_start():
            return Outcome.STOPPED
        outcome = self._descend()
        while outcome is Outcome.FINISHED and self.problem.freeze(self.theta):
            self.frozen = True
            before = self.theta
            outcome = self._descend()
            moved = np.abs(self.theta - before).max()
            if moved <= _SETTLED * (1 + np.abs(before).max()):
                break
        return outcome

    def _unit(self):
        """Size of a linear model's gradients, if small, to measure the objective in.

        SciPy compares gradients and gains with fixed numbers, and so would not move at
        all where targets that cannot be standardised are tiny.
        """
        if not self.spec.architecture.is_linear:
            return 1.0
        # Not where a fit goes on from, which may be an optimum.
        start = self.problem.theta_of(replace(self.spec, start=None))
        _, gradient = self.problem.objective(start)
        largest = np.abs(gradient).max()
        return largest if 0 < largest < _SMALL_GRADIENT else 1.0

    def _choose_start(self):
        """Move to the start that leads lowest in a short run; False if stopped."""
        best, candidates = math.inf, starts(self.spec)
        for start in candidates[:-1] and candidates:  # nothing to choose from one
            if self.report(0.0, 0, []):
                return False
            theta = self.problem.theta_of(start)
            found = self._minimise(theta, SHORT_RUN)
            if found.fun < best:
                best, self.theta = found.fun, theta
        return True

    def _descend(self):
        """Run L-BFGS from ``theta`` within the iterations that are left."""
        left = self.spec.settings.max_iter - len(self.history)
        if left <= 0:
            return Outcome.NOT_CONVERGED
        found = self._minimise(self.theta, left, self._callback)
        self.theta = found.x
        if not self.history and self._record(found):  # the start is the optimum
            return Outcome.STOPPED
        return _OUTCOMES.get(found.status, Outcome.FINISHED)

    def _callback(self, intermediate_result):
        if self._record(intermediate_result):
            raise StopIteration

    def _record(self, intermediate_result):
        """Add an iteration to the history, and return whether to stop."""
        self.theta = intermediate_result.x.copy()
        value = float(intermediate_result.fun) * self.unit
        if self.frozen:  # a value that changes with each freezing
            value = self._judged(self.theta)
        epoch = len(self.history) + 1
        row = {"epoch": epoch, "train": value, "validation": math.nan}
        self.history.append(row)
        fraction = min(1.0, epoch / self.spec.settings.max_iter)
        return self.report(fraction, epoch, self.spec.labelled(row))

    def _judged(self, theta):
        """Objective of the loss that judges a surrogate."""
        problem = self.problem
        frozen, judge = problem.losses, self.spec.loss.judged_by
        problem.losses = [judge] * len(frozen)
        value, _ = problem.objective(theta)
        problem.losses = frozen
        return value

    def _minimise(self, start, max_iter, callback=None):
        """Call SciPy's L-BFGS-B."""
        dtype, highest = self.spec.X.dtype, 0.0

        def objective(theta):
            nonlocal highest
            value, gradient = self.problem.objective(theta)
            value, gradient = value / self.unit, gradient / self.unit
            if not (math.isfinite(value) and np.isfinite(gradient).all()):
                # A step into values that are not finite is shortened by SciPy as one
                # that goes up; by a value of that size, it is not shortened to nothing.
                return highest + 1 + abs(highest), np.zeros_like(theta)
            highest = max(highest, value)
            return value, gradient

        return scipy.optimize.minimize(
            objective,
            start,
            jac=True,
            method="L-BFGS-B",
            callback=callback,
            options={
                "maxiter": max_iter,
                "gtol": _GRADIENT_TOLERANCE[dtype],
                "ftol": _ROUNDINGS * torch.finfo(dtype).eps,
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
        if spec.scale_alpha:
            spread = self.stack.output_weights(spec.spread_outputs)
            self.penalty = self.penalty + spec.scale_alpha * spread
        self.start = self.theta_of(spec)
        self.losses = [spec.loss.judged_by] * len(self.blocks)
        if len(self.blocks) == 1:
            self.x = self._read(rows)

    def objective(self, theta):
        """Value and gradient at a vector of parameters."""
        stack, spec = self.stack, self.spec
        stack.flat[0] = torch.as_tensor(theta)
        value = 0.5 * (self.penalty * stack.flat.square()).sum().item()
        total = stack.flat * self.penalty
        for rows, loss in zip(self.blocks, self.losses, strict=True):
            weight = spec.weight[rows] / self.total
            part, gradient = _loss_gradient(
                loss, self._forward(rows), spec.y[rows][None], weight
            )
            stack.backward(gradient)
            value += part
            total += stack.grad
        return value, total[0].double().cpu().numpy()

    def _forward(self, rows):
        x = self.x if len(self.blocks) == 1 else self._read(rows)
        return self.stack.forward(x)

    def freeze(self, theta):
        """Hold detached factors of a surrogate at these parameters; False if none."""
        spec = self.spec
        if spec.loss.judged_by is spec.loss:
            return False
        self.stack.flat[0] = torch.as_tensor(theta)
        self.losses = [
            spec.loss.frozen_at(self._forward(rows).clone(), spec.y[rows][None])
            for rows in self.blocks
        ]
        return True

    @staticmethod
    def theta_of(spec):
        """Parameters that a spec starts from."""
        return spec.architecture.stack([spec]).flat[0].double().cpu().numpy().copy()

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
        self.shape = spec.X.shape[1], spec.n_outputs
        self.alphas = torch.tensor(spec.alphas, dtype=torch.float64)
        self.start = self.theta_of(spec)
        self.losses = [spec.loss.judged_by] * len(self.blocks)

    @staticmethod
    def theta_of(spec):
        """Parameters that a spec starts from."""
        stack = spec.architecture.stack([spec])
        (layer,) = stack.result(0, stack.flat)["layers"]
        return torch.cat([layer[0], layer[1][None]]).double().flatten().numpy()

    def objective(self, theta):
        """Value and gradient at a vector of parameters."""
        weights, scaled, offset = self._scaled(theta)
        value = 0.5 * (self.alphas * weights.square()).sum().item()
        products, sums = torch.zeros_like(weights), torch.zeros_like(offset)
        for (x, y, weight), loss in zip(self.blocks, self.losses, strict=True):
            raw = torch.from_numpy(x @ scaled.numpy()) + offset
            part, gradient = _loss_gradient(loss, raw, y, weight)
            value += part
            products += torch.from_numpy(x.T @ gradient.numpy())
            sums += gradient.sum(0)
        gradient = (products - self.mean * sums) / self.scale
        gradient += self.alphas * weights
        return value, torch.cat([gradient, sums[None]]).flatten().numpy()

    def _scaled(self, theta):
        """Weights, and weights and intercept of the raw columns."""
        theta = torch.as_tensor(theta).reshape(-1, self.shape[1])
        scaled = theta[:-1] / self.scale
        return theta[:-1], scaled, theta[-1] - (self.mean * scaled).sum(0)

    def freeze(self, theta):
        """Hold detached factors of a surrogate at these parameters; False if none."""
        loss = self.spec.loss
        if loss.judged_by is loss:
            return False
        _, scaled, offset = self._scaled(theta)
        self.losses = [
            loss.frozen_at(torch.from_numpy(x @ scaled.numpy()) + offset, y)
            for x, y, _ in self.blocks
        ]
        return True

    def result(self, theta):
        theta = theta.reshape(-1, self.shape[1])
        return {"layers": [(theta[:-1].clone(), theta[-1].clone())]}
