"""Solvers for problems with one optimum: Newton for linear models, L-BFGS beyond.

L-BFGS and the sums over rows have files of their own. Newton needs the loss alone: its
gradient and its small Hessian per row come from autograd, and the step solves
``X' H X``. Losses with a kink are solved as a sequence of smooth neighbours whose kinks
are rounded less and less.
"""

import math

import torch

from skloss.training.solvers.lbfgs import minimise
from skloss.training.solvers.row_sums import RowSums
from skloss.training.spec import FitResult
from skloss.training.stacks import PerceptronStack
from skloss.training.threads import workers

__all__ = ["solve"]

_WIDTHS = [0.3**k for k in range(1, 12)]  # of the kink, in standard deviations of y


def solve(model, report, n_threads=1, stopped=False):
    """Minimise a model's objective on its training rows; return a `FitResult`.

    Parameters
    ----------
    model : FitSpec
    report : callable
        ``(fraction, epoch, rows)``, which returns whether to stop.
    n_threads : int
        That may sum the rows of a large table side by side.
    stopped : bool
        Whether to leave the model as it would begin.
    """
    if model.settings.solver != "newton":
        return minimise(model, report, stopped)
    sums = RowSums(model)
    n_threads = min(n_threads, len(sums.shares))
    newton = _Newton(model, report, sums, stopped)
    if n_threads == 1:
        return newton.fit()
    with workers(n_threads) as sums.pool:
        return newton.fit()


class _Newton:
    """Damped Newton steps on the weights of a linear model."""

    def __init__(self, model, report, sums, stopped):
        self.model, self.report, self.sums = model, report, sums
        self.history = []
        self.stopped, self.interrupted = stopped, False

    def fit(self):
        stack = PerceptronStack([self.model])
        (layer,) = stack.result(0, stack.flat)["layers"]
        theta = torch.cat([layer[0], layer[1][None]])
        if self.model.start is None:
            theta[:-1] = 0.0
            if self.model.head_bias is None:
                theta[-1] = 0.0
        self.raw = theta[-1].expand(self.sums.n, -1)
        if theta[:-1].any():
            _, self.raw = self.sums.objective(self.model.loss, theta)
        loss, message = self.model.loss, ""
        stages = [loss] if loss.is_smooth else [loss.smoothed(w) for w in _WIDTHS]
        for stage in stages:
            converged = False
            if self.stopped or len(self.history) == self.model.settings.max_iter:
                break
            try:
                theta, converged = self._minimise(stage, theta, stage is stages[-1])
            except KeyboardInterrupt:
                if not self.history:  # no step was taken, so nothing was learned
                    raise
                theta, self.stopped, self.interrupted = self.theta, True, True
        if not self.interrupted:
            theta = self._centred(stages[-1], theta)
        if not self.stopped and not converged:
            message = (
                f"newton did not converge in max_iter={self.model.settings.max_iter} "
                "iterations; raise max_iter or alpha."
            )
        return FitResult(
            layers=[(theta[:-1].clone(), theta[-1].clone())],
            history=self.history,
            stopped=self.stopped,
            interrupted=self.interrupted,
            message=message,
            n_steps_taken=len(self.history),
            raw=self.raw,
        )

    def _centred(self, loss, theta):
        """Where all scores of a row may shift by one number, let them sum to zero."""
        if theta.shape[1] == 1:
            return theta
        centred = theta - theta.mean(1, keepdim=True)
        value, _ = self.sums.objective(loss, theta)
        other, raw = self.sums.objective(loss, centred)
        if other > value + 1e-12 * abs(value):
            return theta
        self.raw = raw
        return centred

    def _minimise(self, loss, theta, last):
        """Newton's method with damping that grows until a step helps."""
        settings = self.model.settings
        smooth = self.model.loss.is_smooth
        damping, hessian, near = 0.0, None, False
        for _ in range(settings.max_iter - len(self.history)):
            value, gradient, found = self.sums.derivatives(
                loss, theta, self.raw, not near
            )
            hessian = hessian if near else found
            scale = hessian.diagonal().abs().mean().item() or 1.0
            step, damping = self._step(loss, theta, value, gradient, hessian, damping)
            if step is None:
                return theta, True  # no direction goes down: the optimum, to rounding
            theta, new, self.raw, decrease = step
            self.theta = theta
            gain, value = value - new, new
            self._record(value)
            if self.stopped:
                return theta, False
            # After a gain of 1e-11 a smooth loss would gain its square.
            precise = 1e-11 if smooth else 1e-15
            goal = precise if last else 1e-6
            unit = max(abs(value), 1e-3 * scale)
            small = max(gain, decrease) <= goal * unit
            # A gain as predicted means a quadratic objective: this was its minimum.
            quadratic = damping == 0 and abs(gain - decrease) <= 1e-9 * gain
            if small or quadratic:
                return theta, True
            # From here to the optimum the Hessian changes by a thousandth: once more.
            near = smooth and not near and gain <= 1e-6 * unit
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
                new, raw = self.sums.objective(loss, moved)
                if math.isfinite(new) and new <= value - 0.1 * decrease:
                    return (moved, new, raw, decrease), damping / 10
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
