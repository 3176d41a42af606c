"""Newton's method on several small linear models of one loss, step by step together."""

import math
from dataclasses import replace

import torch

from skloss.losses import Loss
from skloss.training.outcomes import Outcome
from skloss.training.solvers import newton_rules as rules
from skloss.training.solvers.stacked_objective import StackedObjective, moved
from skloss.training.solvers.starts import SHORT_RUN, initial_weights, starts
from skloss.training.spec import FitResult

__all__ = ["NewtonTogether", "at_best_starts", "batches"]

# Numbers of the inputs of one model up to which the calls of a step take longer than
# its arithmetic, so that models that share the calls are faster.
_MOST_NUMBERS = 50_000
# Inputs, and Hessians, of all models that take a step together: some megabytes.
_MOST_TOGETHER = 1_000_000


def batches(specs):
    """Divide models into those that are solved together.

    Parameters
    ----------
    specs : list of FitSpec
        Equal losses stand next to each other.

    Returns
    -------
    list of list of FitSpec
        In the same order. Large models stand alone.
    """
    found, last = [], None
    for spec in specs:
        width = spec.X.shape[1] + 1
        numbers = len(spec.fit_rows) * width
        is_small = numbers <= _MOST_NUMBERS and spec.X.device.type == "cpu"
        size = max(numbers, (width * spec.n_outputs) ** 2)
        key = (
            spec.loss.stack_key,
            spec.loss.is_smooth,
            spec.n_outputs,
            len(spec.fit_rows),
            spec.start is None,
            is_small or object(),  # equal to no other one
        )
        fits = key == last and size * (len(found[-1]) + 1) <= _MOST_TOGETHER
        if fits:
            found[-1].append(spec)
        else:
            found.append([spec])
        last = key
    return found


def at_best_starts(specs, report):
    """Let models whose loss is not convex begin where the best short run began.

    Parameters
    ----------
    specs : list of FitSpec
        One of the lists of `batches`.
    report : callable ``(fraction, epoch, rows) -> bool``
        Called after each step; True stops.

    Returns
    -------
    list of FitSpec
    """
    candidates = [starts(spec, with_random=False) for spec in specs]
    counts = list(map(len, candidates))
    if max(counts) == 1:
        return specs
    every = [
        replace(one, settings=replace(one.settings, max_iter=SHORT_RUN))
        for several in candidates
        for one in several
    ]
    run = NewtonTogether(every, lambda *_: report(0.0, 0, []))
    run.run_stages()
    values = run.problem.objective(run.theta).nan_to_num(math.inf).split(counts)
    return [
        several[int(value.argmin())]
        for several, value in zip(candidates, values, strict=True)
    ]


class NewtonTogether:
    """Models with equal numbers of rows, columns and outputs, and losses of one kind.

    Each takes the steps of `Newton`, which has the method and its sources; a model that
    is done waits for the others. What a model learns does not depend on the others, but
    for the rounding of sums.

    Parameters
    ----------
    specs : list of FitSpec
    report : callable ``(fraction, epoch, rows) -> bool``
        Called after each step; True stops.
    """

    def __init__(self, specs, report):
        self.specs, self.report = specs, report
        self.stopped = False
        self.histories = [[] for _ in specs]
        self.converged = [False] * len(specs)
        self.problem = _Problem.of(specs)
        self.theta = torch.stack([initial_weights(spec) for spec in specs])

    def results(self):
        """Minimise all objectives and return a `FitResult` for each."""
        outcome = None
        try:
            self.run_stages()
        except KeyboardInterrupt:
            if not any(self.histories):  # no step was taken: nothing was learned
                raise
            outcome = Outcome.INTERRUPTED
        return [
            FitResult(
                layers=[(theta[:-1].clone(), theta[-1].clone())],
                history=history,
                outcome=outcome or self._outcome(converged),
                solver="newton",
                advice="raise max_iter or alpha",
                n_steps_taken=len(history),
            )
            for theta, history, converged in zip(
                self.theta, self.histories, self.converged, strict=True
            )
        ]

    def _outcome(self, converged):
        if self.stopped:
            return Outcome.STOPPED
        return Outcome.FINISHED if converged else Outcome.NOT_CONVERGED

    def run_stages(self):
        """Minimise the losses, or their smooth neighbours in turn."""
        loss = self.specs[0].loss
        widths = [None] if loss.is_smooth else rules.WIDTHS
        optima = []
        for width in widths:
            self.converged = [False] * len(self.specs)
            if self.stopped or not self._open():
                break
            problem = self.problem.smoothed(width)
            if len(optima) >= 2:
                self._extrapolate(problem, *optima[-2:])
            self._minimise(problem, width == widths[-1])
            optima.append(self.theta)
        self._centre(self.problem.smoothed(widths[-1]))

    def _open(self):
        """Return which models may take more steps."""
        pairs = zip(self.specs, self.histories, strict=True)
        return [
            k
            for k, (spec, history) in enumerate(pairs)
            if len(history) < spec.settings.max_iter
        ]

    def _extrapolate(self, problem, before, last):
        """Continue the line through the optima of two widths to the next width."""
        ahead = last + rules.NARROWING * (last - before)
        value = problem.objective(ahead)
        is_better = value < problem.objective(last)
        self.theta = torch.where(is_better[:, None, None], ahead, last)

    def _centre(self, problem):
        """Let the scores of each row sum to zero, where the loss allows it.

        `Newton` explains why.
        """
        if self.theta.shape[2] == 1:
            return
        centred = self.theta - self.theta.mean(2, keepdim=True)
        value = problem.objective(self.theta)
        other = problem.objective(centred)
        is_equal = other <= value + rules.CENTRING_TOLERANCE * value.abs()
        self.theta = torch.where(is_equal[:, None, None], centred, self.theta)

    def _minimise(self, whole, is_last):
        """Take steps until each model has converged or has no steps left."""
        loss, active = self.specs[0].loss, torch.tensor(self._open())
        goal = rules.goal(loss, is_last)
        problem, theta = whole.among(active), self.theta[active]
        state = problem.derivatives(theta)
        damping = torch.zeros(len(active), dtype=theta.dtype)
        tries = torch.zeros(len(active), dtype=torch.long)
        while not self.stopped:
            value, gradient, hessian = state
            mean = hessian.diagonal(dim1=1, dim2=2).abs().mean(1)
            mean = torch.where(mean > 0, mean, 1.0)
            ridge = damping.clamp_min(rules.LEAST_RIDGE) * mean
            ahead, decrease = moved(theta, gradient, hessian, ridge)
            new = problem.derivatives(ahead)
            enough = value - rules.SUFFICIENT_DECREASE * decrease
            is_step = new[0].isfinite() & (new[0] <= enough)
            # The second bound is positive for an objective of zero.
            least = rules.ROUNDING * value.abs().clamp_min(1e-300)
            tries = torch.where(is_step, 0, tries + 1)
            at_optimum = ~is_step & ((decrease <= least) | (tries == rules.MOST_TRIES))
            gain = value - new[0]
            unit = torch.maximum(new[0].abs(), rules.CURVATURE_SHARE * mean)
            left = torch.maximum(gain, decrease)
            is_exact = (damping == 0) & (
                (gain - decrease).abs() <= rules.QUADRATIC * gain
            )
            is_small = is_step & ((left <= goal * unit) | is_exact)
            theta = torch.where(is_step[:, None, None], ahead, theta)
            state = [_picked(is_step, a, b) for a, b in zip(new, state, strict=True)]
            more = (rules.DAMPING_FACTOR * damping).clamp_min(rules.FIRST_DAMPING)
            damping = torch.where(is_step, damping / rules.DAMPING_FACTOR, more)
            self.theta = self.theta.index_copy(0, active, theta)
            self._record(active[is_step].tolist(), new[0][is_step].tolist())
            ends = self._ended(active, at_optimum | is_small, left, unit)
            if ends.all():
                break
            if ends.any():
                kept = ~ends
                active, problem = active[kept], problem.among(kept.nonzero()[:, 0])
                theta, damping, tries = theta[kept], damping[kept], tries[kept]
                state = [one[kept] for one in state]

    def _ended(self, active, is_done, left, unit):
        """Return which models are done, and note which of them have converged."""
        ends = is_done.clone()
        accepted = (left <= rules.ACCEPTED_GAIN * unit).tolist()
        for place, k in enumerate(active.tolist()):
            is_full = len(self.histories[k]) >= self.specs[k].settings.max_iter
            if is_done[place]:
                self.converged[k] = True
            elif is_full:
                ends[place], self.converged[k] = True, accepted[place]
        return ends

    def _record(self, models, values):
        """Add a step to the histories and report it."""
        rows = []
        for k, value in zip(models, values, strict=True):
            n = len(self.histories[k]) + 1
            row = {"epoch": n, "train": value, "validation": math.nan}
            self.histories[k].append(row)
            rows += self.specs[k].labelled(row)
        n = max(map(len, self.histories))
        self.stopped = self.stopped or self.report(n / (n + 5), n, rows)


def _picked(mask, new, old):
    """Return the new rows where a mask is true, else the old ones."""
    return torch.where(mask.reshape(-1, *[1] * (new.ndim - 1)), new, old)


class _Problem(StackedObjective):
    """Objectives of models with rows and losses of their own.

    Parameters
    ----------
    losses : list of Loss
        One per model.
    x, y, weight, alpha : Tensor
        As for `StackedObjective`, with rows of shape (m, n, d).
    """

    def __init__(self, losses, x, y, weight, alpha):
        super().__init__(Loss.stack(losses), x, y, weight, alpha)
        self.losses, self.alpha = losses, alpha

    @classmethod
    def of(cls, specs):
        """Return the problem of some models."""
        x = torch.stack([spec.X[spec.fit_rows] for spec in specs])
        x = torch.cat([x, torch.ones_like(x[..., :1])], -1)
        y = torch.stack([spec.y[spec.fit_rows] for spec in specs])
        weight = torch.stack([spec.shares(spec.fit_rows) for spec in specs])
        alpha = torch.stack([weight.new_tensor(spec.alphas) for spec in specs])
        return cls([spec.loss for spec in specs], x, y, weight, alpha)

    def smoothed(self, width):
        """Return the problem with smooth neighbours of the losses, of some width."""
        if width is None:
            return self
        losses = [loss.smoothed(width) for loss in self.losses]
        return _Problem(losses, self.x, self.y, self.weight, self.alpha)

    def among(self, models):
        """Return the problem of some of the models, given by their positions."""
        if len(models) == len(self.x):
            return self
        losses = [self.losses[k] for k in models.tolist()]
        parts = self.x, self.y, self.weight, self.alpha
        return _Problem(losses, *(part[models] for part in parts))

    def objective(self, theta):
        """Return the values (m,)."""
        with torch.no_grad():
            return self._value(self.loss.pointwise(self.x @ theta, self.y), theta)
