"""Damped Newton for linear models, with a loss that is smooth or has kinks."""

import math
from dataclasses import replace

import torch

from skloss.training.outcomes import Outcome
from skloss.training.solvers import newton_rules as rules
from skloss.training.solvers.newton_together import (
    NewtonTogether,
    at_best_starts,
    batches,
)
from skloss.training.solvers.row_sums import RowSums
from skloss.training.solvers.solver import Solver
from skloss.training.solvers.starts import SHORT_RUN, initial_weights, starts
from skloss.training.spec import FitResult
from skloss.training.threads import workers

__all__ = ["Newton"]

# From a relative gain of this size to the optimum, the Hessian changes by about its
# square root, a thousandth: one more step with the same Hessian converges too.
_HESSIAN_REUSE_GAIN = 1e-6
# Rows that a short run needs to show which start is best, a thousand for each of some
# tens of unknowns; on twice as many or more, short runs would take most of the time.
_ROWS_OF_SHORT_RUN = 20_000


class Newton(Solver):
    """Newton's method with Levenberg-Marquardt damping.

    The objective of the weights and intercepts theta of shape (d, q), with raw scores
    f_i = x_i' theta and weights w_i, is

        L(theta) = 1/s sum_i w_i l(f_i, y_i) + alpha/2 ||W||^2,   s = sum_i w_i,
        g = X' G / s + alpha W,                                   G_i = w_i dl/df_i,
        H_jk = X' diag(w_i d2l/df_ij df_ik) X / s + alpha [j = k],

    where W is theta without its intercepts. The derivatives with respect to f come from
    autograd and the sums over rows from `RowSums`. A step solves (H + mu * mean(diag H)
    * I) p = g by Cholesky's factors and moves to theta - p if that gains at least a
    tenth of g'p / 2; otherwise the damping mu grows tenfold, and after success it
    shrinks (Levenberg 1944, Marquardt 1963; Nocedal & Wright 2006, Numerical
    Optimization, sections 3.4 and 10.3). At the optimum g'p / 2, half the squared
    Newton decrement, bounds what is left to gain (Boyd & Vandenberghe 2004, section
    9.5): together with the gain of the step it is the test of convergence.

    A loss with kinks, such as the absolute error, is replaced by smooth neighbours
    (`Loss.smoothed`) whose kinks are rounded less and less, as the barrier of
    interior-point methods is lowered (Nocedal & Wright, chapter 19). For small widths
    the optimum is linear in the width (Madsen & Nielsen 1993, A finite smoothing
    algorithm for linear l1 estimation, theorem 2), so that each stage starts where the
    line through the last two optima leads, if that is better. Where the loss is
    not convex, damping makes the Hessian definite, and the model starts where the best
    of several short runs did (`starts`).
    """

    name = "newton"
    needs_curvature = True
    precision = torch.float64  # Cholesky's factors lose half of the digits
    reads_in_order = True
    advice = "raise max_iter or alpha"

    @classmethod
    def solve(cls, specs, report, stop, n_threads=1):
        """Train models, small ones of one loss together; see `Solver.solve`."""
        parts, fits = batches(specs), []
        if stop.is_set() or len(parts) == len(specs):
            return super().solve(specs, report, stop, n_threads)
        for part in parts:
            n_done, size = len(fits), len(part)

            def report_share(fraction, epoch, rows, n_done=n_done, size=size):
                return report((n_done + fraction * size) / len(specs), epoch, rows)

            if size == 1 or stop.is_set():
                fits += super().solve(part, report_share, stop, n_threads)
                continue
            ready = at_best_starts(list(map(_with_scale_alpha, part)), report_share)
            fits += NewtonTogether(ready, report_share).results()
            if fits[-1].outcome is Outcome.INTERRUPTED:
                stop.set()
            report_share(1.0, max(len(fit.history) for fit in fits), [])
        return fits

    @classmethod
    def solve_one(cls, spec, report, stopped=False, n_threads=1):
        """Minimise the objective of one model; see `Solver.solve_one`."""
        if not stopped:
            spec = _with_scale_alpha(spec)
        sums = RowSums(spec)
        n_threads = min(n_threads, len(sums.shares))
        run = _NewtonRun(spec, report, sums, stopped)
        if n_threads == 1:
            return run.result()
        with workers(n_threads) as sums.pool:
            return run.result()


def _with_scale_alpha(spec):
    """Return a spec with the penalty on its log-scales, where it has one."""
    if spec.linear_start is None:
        return spec
    return replace(spec, scale_alpha=spec.linear_start.scale_alpha(spec))


class _NewtonRun:
    """One model at its current weights ``theta``, with raw scores ``raw``."""

    def __init__(self, spec, report, sums, stopped):
        self.spec, self.report, self.sums = spec, report, sums
        self.history = []
        self.stopped = stopped
        self.theta = initial_weights(spec)

    def result(self):
        """Minimise the objective and return the `FitResult`."""
        try:
            self._choose_start()
            outcome = self.run_stages()
        except KeyboardInterrupt:
            if not self.history:  # no step was taken, so nothing was learned
                raise
            outcome, self.raw = Outcome.INTERRUPTED, None
        return FitResult(
            layers=[(self.theta[:-1].clone(), self.theta[-1].clone())],
            history=self.history,
            outcome=outcome,
            solver=Newton.name,
            advice=Newton.advice,
            n_steps_taken=len(self.history),
            raw=self.raw,
        )

    def _choose_start(self):
        """Move to where the best of several short runs ended."""
        spec, sums = self.spec, self.sums
        every = len(spec.fit_rows) // _ROWS_OF_SHORT_RUN
        if every > 1:  # of a long table, evenly spaced rows lead to the same optimum
            spec = replace(spec, fit_rows=spec.fit_rows[::every])
        candidates = starts(spec, with_random=False)
        if len(candidates) == 1 or self.stopped:
            return
        if every > 1:
            sums = RowSums(spec)
        best, settings = math.inf, replace(spec.settings, max_iter=SHORT_RUN)
        for start in candidates:
            self.stopped = self.stopped or self.report(0.0, 0, [])
            short = replace(start, settings=settings)
            run = _NewtonRun(short, lambda *_: False, sums, self.stopped)
            run.run_stages()
            theta = run.theta if every > 1 else initial_weights(start)
            value, _ = sums.objective(spec.loss, run.theta)
            if value < best:
                best, self.theta = value, theta

    def run_stages(self):
        """Minimise the loss, or its smooth neighbours in turn; return the outcome."""
        loss, max_iter = self.spec.loss, self.spec.settings.max_iter
        self.raw = self.theta[-1].expand(self.sums.n, -1)
        if self.theta[:-1].any():
            _, self.raw = self.sums.objective(loss, self.theta)
        stages = [loss] if loss.is_smooth else [loss.smoothed(w) for w in rules.WIDTHS]
        optima = []
        for stage in stages:
            converged = False
            if self.stopped or len(self.history) == max_iter:
                break
            if len(optima) >= 2:
                self._extrapolate(stage, *optima[-2:])
            converged = self._minimise(stage, stage is stages[-1])
            optima.append(self.theta)
        self._centre(stages[-1])
        if self.stopped:
            return Outcome.STOPPED
        return Outcome.FINISHED if converged else Outcome.NOT_CONVERGED

    def _extrapolate(self, loss, before, last):
        """Continue the line through the optima of two widths to the next width."""
        ahead = last + rules.NARROWING * (last - before)
        value, raw = self.sums.objective(loss, ahead)
        if value < self.sums.objective(loss, last)[0]:
            self.theta, self.raw = ahead, raw

    def _centre(self, loss):
        """Let the scores of each row sum to zero, where the loss allows it.

        A softmax does not change if all scores of a row shift by one number. The
        penalty leaves intercepts out, so that the optimum is a line; this picks its
        central point.
        """
        theta = self.theta
        if theta.shape[1] == 1:
            return
        centred = theta - theta.mean(1, keepdim=True)
        value, _ = self.sums.objective(loss, theta)
        other, raw = self.sums.objective(loss, centred)
        if other <= value + rules.CENTRING_TOLERANCE * abs(value):
            self.theta, self.raw = centred, raw

    def _minimise(self, loss, last):
        """Take steps until the loss has converged; return whether it has."""
        spec = self.spec
        smooth, goal = spec.loss.is_smooth, rules.goal(spec.loss, last)
        damping, hessian, near = 0.0, None, False
        for _ in range(spec.settings.max_iter - len(self.history)):
            value, gradient, found = self.sums.derivatives(
                loss, self.theta, self.raw, not near
            )
            hessian = hessian if near else found
            scale = hessian.diagonal().abs().mean().item() or 1.0
            step, damping = self._step(loss, value, gradient, hessian, damping)
            if step is None:
                return True  # the optimum, to rounding
            self.theta, new, self.raw, decrease = step
            gain, value = value - new, new
            self._record(value)
            if self.stopped:
                return False
            unit = max(abs(value), rules.CURVATURE_SHARE * scale)
            small = max(gain, decrease) <= goal * unit
            quadratic = damping == 0 and abs(gain - decrease) <= rules.QUADRATIC * gain
            if small or quadratic:
                return True
            near = smooth and not near and gain <= _HESSIAN_REUSE_GAIN * unit
        return max(gain, decrease) <= rules.ACCEPTED_GAIN * unit

    def _step(self, loss, value, gradient, hessian, damping):
        """Return (theta, value, raw, predicted decrease) of a step down, and damping.

        The step is None at an optimum.
        """
        q = self.theta.shape[1]
        flat = gradient.T.reshape(-1)
        mean = hessian.diagonal().abs().mean().item() or 1.0
        for _ in range(rules.MOST_TRIES):
            ridge = max(damping, rules.LEAST_RIDGE) * mean
            shifted = hessian + ridge * torch.eye(
                len(hessian), dtype=hessian.dtype, device=hessian.device
            )
            factor, failed = torch.linalg.cholesky_ex(shifted)
            if not failed.item():
                direction = torch.cholesky_solve(flat[:, None], factor)[:, 0]
                decrease = 0.5 * (flat @ direction).item()
                moved = self.theta - direction.reshape(q, -1).T
                new, raw = self.sums.objective(loss, moved)
                enough = new <= value - rules.SUFFICIENT_DECREASE * decrease
                if math.isfinite(new) and enough:
                    return (moved, new, raw, decrease), damping / rules.DAMPING_FACTOR
                # The second bound is positive for an objective of zero.
                if decrease <= rules.ROUNDING * max(abs(value), 1e-300):
                    return None, damping
            damping = max(rules.DAMPING_FACTOR * damping, rules.FIRST_DAMPING)
        return None, damping

    def _record(self, value):
        """Add a step to the history and report it."""
        n = len(self.history) + 1
        row = {"epoch": n, "train": value, "validation": math.nan}
        self.history.append(row)
        fraction = n / (n + 5)  # the number of steps is not known in advance
        self.stopped = self.report(fraction, n, self.spec.labelled(row))
