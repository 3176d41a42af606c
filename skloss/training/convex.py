"""Solvers for problems with one optimum: Newton for linear models, L-BFGS beyond.

L-BFGS has a file of its own. Newton needs the loss alone: its gradient and its small
Hessian per row come from autograd, and the step solves ``X' H X``. Losses with a kink
are solved as a sequence of smooth neighbours whose kinks are rounded less and less.
"""

import math

import torch

from skloss.training.lbfgs import minimise
from skloss.training.plan import Fit
from skloss.training.stack import PerceptronStack

__all__ = ["solve"]

_BLOCK_NUMBERS = 500_000  # numbers of a block of rows: they fit the cache
_WIDTHS = [0.3**k for k in range(1, 12)]  # of the kink, in standard deviations of y


def solve(model, report):
    """Minimise a model's objective on its training rows; return a `Fit`."""
    if model.settings.solver == "newton":
        return _Newton(model, report).fit()
    return minimise(model, report)


class _Newton:
    """Damped Newton steps on the weights of a linear model.

    Rows are taken in blocks that stay in the cache; sums over them are all that is
    kept, so that the table may be of any length.
    """

    def __init__(self, model, report):
        self.model, self.report = model, report
        self.total = model.weight[model.fit_rows].sum()
        self.penalty = self.total.new_full((model.X.shape[1] + 1, 1), model.alpha)
        self.penalty[-1] = 0.0  # the intercept is free
        n_rows = len(model.fit_rows)
        widest = max(model.X.shape[1], model.n_outputs**2)
        size = max(256, min(16384, _BLOCK_NUMBERS // widest))
        self.blocks = model.fit_rows.split(size)
        if n_rows == len(model.X):  # all rows in their order: slices spare the look-up
            self.blocks = [slice(b, b + size) for b in range(0, n_rows, size)]
        # Memory for a block and its product, made once: fresh pages cost as much as
        # the sums.
        self.memory = self.total.new_empty(2, min(size, n_rows), model.X.shape[1])
        self.history = []
        self.stopped = False

    def fit(self):
        stack = PerceptronStack([self.model])
        (layer,) = stack.result(0, stack.flat)["layers"]
        theta = torch.cat([layer[0], layer[1][None]])
        if self.model.start is None:
            theta[:-1] = 0.0
            if self.model.head_bias is None:
                theta[-1] = 0.0
        loss, message = self.model.loss, ""
        stages = [loss] if loss.is_smooth else [loss.smoothed(w) for w in _WIDTHS]
        for stage in stages:
            theta, converged = self._minimise(stage, theta, stage is stages[-1])
            if self.stopped:
                break
        theta = self._centred(stages[-1], theta)
        if not converged and not self.stopped:
            message = (
                f"newton did not converge in max_iter={self.model.settings.max_iter} "
                "iterations; raise max_iter or alpha."
            )
        return Fit(
            layers=[(theta[:-1].clone(), theta[-1].clone())],
            history=self.history,
            stopped=self.stopped,
            message=message,
            n_steps_taken=len(self.history),
        )

    def _centred(self, loss, theta):
        """Where all scores of a row may shift by one number, let them sum to zero."""
        if theta.shape[1] == 1:
            return theta
        centred = theta - theta.mean(1, keepdim=True)
        value = self._objective(loss, theta)
        same = self._objective(loss, centred) <= value + 1e-12 * abs(value)
        return centred if same else theta

    def _block(self, block, theta):
        """Inputs, raw scores, targets and weights of some rows."""
        model = self.model
        if isinstance(model.X, torch.Tensor):
            x = model.X[block]
        else:
            x = model.X.read(block, self.memory[0])
        raw = torch.addmm(theta[-1], x, theta[:-1])
        return x, raw, model.y[block], model.weight[block] / self.total

    def _penalty(self, theta):
        return 0.5 * (self.penalty * theta.square()).sum().item()

    def _objective(self, loss, theta):
        def value(block):
            _, raw, y, weight = self._block(block, theta)
            return (weight * loss.pointwise(raw, y)).sum().item()

        return math.fsum(map(value, self.blocks)) + self._penalty(theta)

    def _derivatives(self, loss, theta):
        """Value, gradient (d, q) and Hessian (q * d, q * d); the intercept is last."""
        d, q = theta.shape
        gradient, hessian = self.penalty * theta, theta.new_zeros(q, d, q, d)
        values = [
            self._add(loss, theta, block, gradient, hessian) for block in self.blocks
        ]
        for j in range(q):
            hessian[j, :, j] += torch.diag(self.penalty[:, 0])
        value = math.fsum(values) + self._penalty(theta)
        return value, gradient, hessian.reshape(q * d, q * d)

    def _add(self, loss, theta, block, gradient, hessian):
        """Add a block's part to the gradient and the Hessian; return its value."""
        x, raw, y, weight = self._block(block, theta)
        raw.requires_grad_()
        with torch.enable_grad():
            value = (weight * loss.pointwise(raw, y)).sum()
            (slope,) = torch.autograd.grad(value, raw, create_graph=True)
            q = raw.shape[1]
            curvature = [
                torch.autograd.grad(slope[:, j].sum(), raw, retain_graph=j < q - 1)[0]
                for j in range(q)
            ]
        pairs = [(j, k) for j in range(q) for k in range(j, q)]
        owns = torch.stack([curvature[j][:, k] for j, k in pairs], 1)
        # The gradient and the intercept's part of the Hessian in one pass over x.
        beside = torch.cat([slope.detach(), owns], 1)
        moments = torch.cat([x.mT @ beside, beside.sum(0, keepdim=True)])
        gradient += moments[:, :q]
        for (j, k), own, moment in zip(pairs, owns.mT, moments.mT[q:], strict=True):
            weighted = torch.mul(x, own[:, None], out=self.memory[1, : len(x)])
            part = x.new_empty(len(theta), len(theta))
            part[:-1, :-1] = x.mT @ weighted
            part[-1] = part[:, -1] = moment
            hessian[j, :, k] += part
            if k > j:
                hessian[k, :, j] += part
        return value.item()

    def _minimise(self, loss, theta, last):
        """Newton's method with damping that grows until a step helps."""
        settings = self.model.settings
        damping = 0.0
        for _ in range(settings.max_iter):
            value, gradient, hessian = self._derivatives(loss, theta)
            scale = hessian.diagonal().abs().mean().item() or 1.0
            step, damping = self._step(loss, theta, value, gradient, hessian, damping)
            if step is None:
                return theta, True  # no direction goes down: the optimum, to rounding
            theta, new, decrease = step
            gain, value = value - new, new
            self._record(value)
            if self.stopped:
                return theta, False
            # After a gain of 1e-11 a smooth loss would gain its square.
            precise = 1e-11 if self.model.loss.is_smooth else 1e-15
            goal = precise if last else 1e-6
            unit = max(abs(value), 1e-3 * scale)
            small = max(gain, decrease) <= goal * unit
            # A gain as predicted means a quadratic objective: this was its minimum.
            quadratic = damping == 0 and abs(gain - decrease) <= 1e-9 * gain
            if small or quadratic:
                return theta, True
        # Among many kinks the last gains come slowly; they no longer matter.
        return theta, max(gain, decrease) <= 1e-9 * unit

    def _step(self, loss, theta, value, gradient, hessian, damping):
        q = theta.shape[1]
        flat = gradient.T.reshape(-1)
        mean = hessian.diagonal().abs().mean().item() or 1.0
        for _ in range(30):
            ridge = max(damping, 1e-13) * mean
            shifted = hessian + ridge * torch.eye(
                len(hessian), dtype=hessian.dtype, device=hessian.device
            )
            factor, failed = torch.linalg.cholesky_ex(shifted)
            if not failed.item():
                direction = torch.cholesky_solve(flat[:, None], factor)[:, 0]
                decrease = 0.5 * (flat @ direction).item()
                moved = theta - direction.reshape(q, -1).T
                new = self._objective(loss, moved)
                if math.isfinite(new) and new <= value - 0.1 * decrease:
                    return (moved, new, decrease), damping / 10
                if decrease <= 1e-15 * max(abs(value), 1e-300):
                    return None, damping
            damping = max(10 * damping, 1e-9)
        return None, damping

    def _record(self, value):
        n = len(self.history) + 1
        row = {"epoch": n, "train": value, "validation": math.nan}
        self.history.append(row)
        fraction = n / (n + 5)  # how many steps it takes is not known beforehand
        self.stopped = self.report(fraction, n, [self.model.labels | row])
