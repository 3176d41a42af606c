"""Adam on mini-batches of a stack, with a schedule, early stopping and best weights."""

import math
import time
from collections import deque

import torch

from skloss.training.gradient import StackLosses
from skloss.training.outcomes import Outcome
from skloss.training.penalty import Penalty
from skloss.training.rows import FitRows, ValidationRows
from skloss.training.solvers.batch import BatchGradient
from skloss.training.solvers.linear_start import linear_starts
from skloss.training.solvers.moments import Moments
from skloss.training.solvers.schedule import learning_rate_at
from skloss.training.solvers.solver import Solver
from skloss.training.spec import FitResult

__all__ = ["Adam"]

# Seconds between two reports within an epoch: a run stops within half a second.
_REPORT_SECONDS = 0.4

# Epochs without a lower estimate before they are evaluated, at most. Estimates scatter:
# forty models on 353 rows are evaluated 194 times with 10, and 26 times from 20 on.
_GRACE = 20


class Adam(Solver):
    """Adam (Kingma & Ba 2015) on all models of a stack at once.

    The objective of a model with weights W, intercepts b and raw scores f is

        1/n sum_i w_i l(f(x_i), y_i) + alpha/2 ||W||^2,

    where the w_i have mean 1. A step takes the gradient g of the mean over a batch,
    scales it down to the norm ``clip_grad_norm`` if it is longer (Pascanu, Mikolov &
    Bengio 2013), and moves by Adam with bias correction (`skloss.training.kernels`).
    Each model has its own norm; a model whose gradient is not finite skips the step.

    After each epoch a model is judged by its loss on held-out rows or, without any, by
    the objective above on all rows, those of the ragged last batch included. A model
    stops after ``n_iter_no_change`` epochs in which that did not fall ``tol`` below the
    best so far (Prechelt 1998, "Early stopping - but when?"). The weights of the best
    epoch are kept. A loss whose rows depend on each other has a value for batches only:
    its objective is the mean over the batches of the epoch plus the penalty.

    Evaluating the objective on all rows takes a fifth of the time of an epoch. An
    estimate of it, from the loss of each row at the last step that saw the row, is
    nearly free. An epoch in which that falls ``tol`` below all earlier ones counts as
    progress, and earlier epochs are not kept. The epochs from the last such one on are
    evaluated together, at the latest before the model may have to stop; and from then
    on, each epoch until the objective or its estimate has fallen by ``tol`` again.

    On few rows, perceptrons that are stopped on held-out rows start at the linear model
    of their loss (`LinearStart`).

    In the history, ``train`` is the mean loss over the batches of the epoch where
    ``validation`` decides. Where there are no held-out rows it is the objective, or
    its estimate if that was not evaluated. All are values of `Loss.judged_by`.
    """

    name = "adam"
    advice = "raise max_iter or learning_rate"
    uses_batches = True
    can_stop_early = True

    @classmethod
    def solve(cls, specs, report, stop, n_threads=1):
        """Train models of one shape together; see `Solver.solve`."""
        run = _StackRun(specs, linear_starts(specs, report, stop))
        try:
            stopped = _run_epochs(run, report, stop.is_set())
        except KeyboardInterrupt:
            if not all(run.history):  # no epoch was finished, so nothing was learned
                raise
            return run.results(Outcome.INTERRUPTED)
        return run.results(Outcome.STOPPED if stopped else _outcome(specs[0].settings))


def _outcome(settings):
    """Outcome of models that were still improving after ``max_iter`` epochs."""
    # A cosine schedule is planned to end there, with a learning rate of zero.
    planned = settings.schedule == "cosine" or not settings.until_converged
    return Outcome.FINISHED if planned else Outcome.NOT_CONVERGED


def _run_epochs(run, report, stopped):
    """Train until done; return whether the caller stopped the run before."""
    settings = run.specs[0].settings
    total = settings.max_iter * run.n_steps
    reported = time.monotonic()
    for epoch in range(0 if stopped else settings.max_iter):
        run.begin_epoch()
        for step in range(run.n_steps):
            taken = epoch * run.n_steps + step
            run.step(step, learning_rate_at(settings, taken, total))
            now = time.monotonic()
            if now - reported > _REPORT_SECONDS:
                reported = now
                stopped = report((taken + 1) / total, epoch, [])
                if stopped:
                    break
        if stopped and step + 1 < run.n_steps:
            break
        rows = run.end_epoch(epoch)
        reported = time.monotonic()
        done = not run.live or epoch + 1 == settings.max_iter
        fraction = 1.0 if done else (epoch + 1) / settings.max_iter
        stopped = report(fraction, epoch + 1, rows) and not done
        if stopped or done:
            break
    return stopped


class _StackRun:
    """State of a stack in training.

    Models that are done leave the stack, so that the others do not wait for the
    slowest. ``live`` holds the number of the model at each position of the stack.
    """

    def __init__(self, specs, starts):
        self.specs = specs
        self.n_steps = specs[0].n_steps
        self.live = list(range(len(specs)))
        self.stack = specs[0].architecture.stack(specs)
        for number, linear in starts.items():
            self.stack.start_at(number, *linear)
        self.rows = FitRows(specs)
        self.validation = ValidationRows(specs)
        self.best_flat = self.stack.flat.clone()
        # Epochs that are not yet judged: their weights, and their records in the
        # history by the number of the model, the latest last.
        kept = self.rows.budget.unjudged_numbers // self.stack.flat.numel()
        self.grace = max(1, min(_GRACE, specs[0].settings.n_iter_no_change, kept))
        self.recent = deque(maxlen=self.grace + 1)
        self.unjudged = {number: [] for number in self.live}
        self.lowest = [math.inf] * len(specs)  # estimates of the objective
        self.best = [math.inf] * len(specs)
        self.waited = [0] * len(specs)
        # Steps by position, on the device: to read them would wait for each step.
        counts = self.stack.flat.new_zeros(2, len(specs), dtype=torch.int64)
        self.skipped, self.clipped = counts
        self.reads_norms = counts.device.type == "cpu"
        self.history = [[] for _ in specs]
        self.diverged = set()
        self.done = {}
        self.ahead = None
        self.compares_rows = any(m.loss.compares_rows for m in specs)
        # Weights of a module are not all of its state: they cannot be judged later.
        self.may_wait = (
            self.n_steps > 1
            and self.validation.is_empty
            and not self.compares_rows
            and self.stack.is_deterministic
        )
        self.clip = specs[0].settings.clip_grad_norm or math.inf
        clips = math.isfinite(self.clip)
        self.longest = specs[0].settings.longest_gradient if clips else math.inf
        self.moments = Moments(self.stack.flat, [model.start for model in specs])
        self._regroup()

    def _regroup(self):
        """Find runs of equal losses, after models have left."""
        specs = [self.specs[i] for i in self.live]
        self.losses = StackLosses(specs)
        self.some_losses = {}
        self.penalty = Penalty(self.stack, [m.alpha for m in specs])
        self.gradient = BatchGradient(
            self.stack, self.losses, self.penalty, self.rows.width, self.clip
        )
        shape = len(specs), self.rows.width
        self.epoch_loss = self.stack.flat.new_zeros(shape)
        if self.may_wait:
            self.row_losses = self.stack.flat.new_zeros(self.n_steps, *shape)
            self.step_losses = self.row_losses.unbind()

    def begin_epoch(self):
        y, weight = self.rows.shuffle()
        # One call for the views of all steps, instead of one in each step.
        self.weight = weight.unbind()
        self.targets = self.losses.targets_by_step(y, self.stack.flat.dtype)
        self.weights = self.losses.by_step(weight)
        self.epoch_loss.zero_()

    def step(self, step, learning_rate):
        values, *scale = self._pass(step) if self.ahead is None else self.ahead
        self.ahead = None
        if self.may_wait:
            self.step_losses[step].copy_(values)
        else:
            self.epoch_loss.addcmul_(self.weight[step], values)
        self._update(*scale, learning_rate)

    def _pass(self, step):
        """Losses of the rows of a step, and the norms and factors of the gradients."""
        batch = self.rows.batch(step, self.stack.inputs(self.rows.width))
        rows = self.targets[step], self.weights[step], self.rows.table
        return self.gradient(batch, *rows)

    def _update(self, norm, factor, learning_rate):
        norms = norm.tolist() if self.reads_norms else [math.nan]
        if not math.isfinite(sum(norms)):
            self._update_finite(norm, factor, learning_rate)
            return
        if max(norms) > self.clip:
            self.stack.grad.mul_(factor)
        if max(norms) > self.longest:
            self.clipped += norm > self.longest
        self.moments.update(self.stack.flat, self.stack.grad, learning_rate)

    def _update_finite(self, norm, factor, learning_rate):
        """Take the step with the models whose gradient is finite; skip the others."""
        flat, gradient = self.stack.flat, self.stack.grad
        bad = ~torch.isfinite(norm)
        self.skipped += bad
        self.clipped += (norm > self.longest) & ~bad
        bad = bad[:, None]
        gradient.nan_to_num_(0.0, 0.0, 0.0).mul_(factor.masked_fill(bad, 0.0))
        kept = flat, self.moments.exp_avg, self.moments.exp_avg_sq
        before = [tensor.clone() for tensor in kept]
        self.moments.update(flat, gradient, learning_rate)
        for tensor, old in zip(kept, before, strict=True):
            torch.where(bad, old, tensor, out=tensor)

    def end_epoch(self, epoch):
        """Score the epoch, keep best weights, remove finished models."""
        settings = self.specs[0].settings
        waiting = []
        valid = self.validation.scores(self.stack, self.losses.values)
        if valid is not None:
            train = self._mean_loss().tolist()
        else:
            train, waiting = self._objective(epoch)
        improved, leaving, records = [], [], []
        for position, number in enumerate(self.live):
            score = train[position] if valid is None else valid[position]
            record = {
                "epoch": epoch + 1,
                "train": train[position],
                "validation": math.nan if valid is None else valid[position],
            }
            self.history[number].append(record)
            records += self.specs[number].labelled(record)
            if position in waiting:
                self.unjudged[number].append(record)
                continue
            if self._judge(number, score):
                improved.append(position)
            if not math.isfinite(score):
                self.diverged.add(number)
                leaving.append(position)
            elif self.waited[number] >= settings.n_iter_no_change:
                leaving.append(position)
        self._keep_best(improved)
        if leaving:
            self._leave(leaving)
        return records

    def _judge(self, number, score):
        """Count the epochs of a model without progress; return whether one is best."""
        slow = not score <= self.best[number] - self.specs[0].settings.tol
        self.waited[number] = self.waited[number] + 1 if slow else 0
        is_best = score < self.best[number]
        if is_best:
            self.best[number] = score
        return is_best

    def _mean_loss(self):
        """Mean loss of each model over the batches of the epoch."""
        return self.epoch_loss.sum(1) / self.n_steps

    def _objective(self, epoch):
        """Objective of each model, and the positions where it is not yet evaluated."""
        flat, every = self.stack.flat, range(len(self.live))
        is_last = epoch + 1 == self.specs[0].settings.max_iter
        if self.n_steps == 1 and self.stack.is_deterministic:
            # All rows are those of the next step, whose forward pass this is.
            self.ahead = self._pass(0)
            value = torch.linalg.vecdot(self.weight[0], self.ahead[0])
            return self.penalty.add_to(value, flat).tolist(), []
        if self.compares_rows:
            return self.penalty.add_to(self._mean_loss(), flat).tolist(), []
        if not self.may_wait:
            return self._evaluate(flat, list(every)), []
        values = self.penalty.add_to(
            self.rows.estimates(self.row_losses), flat
        ).tolist()
        waiting = self._waiting(values)
        if is_last:
            waiting = []
        rest = [p for p in every if p not in waiting]
        self._judge_earlier(rest)
        self.recent.append(flat.clone())
        if rest:
            own = flat if len(rest) == len(every) else flat[rest]
            for position, value in zip(rest, self._evaluate(own, rest), strict=True):
                values[position] = value
        return values, waiting

    def _waiting(self, estimates):
        """Positions of models that may be judged at a later epoch."""
        settings, found = self.specs[0].settings, []
        for position, number in enumerate(self.live):
            value, unjudged = estimates[position], self.unjudged[number]
            if not math.isfinite(value):
                continue
            if value <= self.lowest[number] - settings.tol:
                self.lowest[number], self.waited[number] = value, 0
                unjudged.clear()
                found.append(position)
            elif unjudged and len(unjudged) < self.grace:
                found.append(position)
        return found

    def _judge_earlier(self, positions):
        """Evaluate the epochs of some models that have not been judged, in order."""
        for age in range(len(self.recent), 0, -1):
            due = [p for p in positions if len(self.unjudged[self.live[p]]) >= age]
            if not due:
                continue
            flat = self.recent[-age]
            values = self._evaluate(flat[due], due)
            for position, value in zip(due, values, strict=True):
                number = self.live[position]
                self.unjudged[number][-age]["train"] = value
                if self._judge(number, value):
                    self.best_flat[position] = flat[position]
        for position in positions:
            self.unjudged[self.live[position]].clear()

    def _evaluate(self, flat, positions):
        """Objective of some models on all of their rows, for weights of some epoch."""
        losses, key = self.losses, tuple(positions)
        if len(key) < len(self.live):
            if key not in self.some_losses:
                specs = [self.specs[self.live[position]] for position in positions]
                self.some_losses[key] = StackLosses(specs)
            losses = self.some_losses[key]
        value = self.rows.scores(self.stack, flat, losses.values, positions)
        return self.penalty.add_to(value, flat, positions).tolist()

    def _keep_best(self, positions):
        if positions:
            self.stack.remember()
        if len(positions) == len(self.live):
            self.best_flat.copy_(self.stack.flat)  # without a copy of the selection
        elif positions:
            self.best_flat[positions] = self.stack.flat[positions]

    def _finish(self, position, outcome):
        number = self.live[position]
        start = self.specs[number].start
        before = 0 if start is None else start.n_steps_taken
        taken = len(self.history[number]) * self.n_steps
        return FitResult(
            history=self.history[number],
            outcome=Outcome.DIVERGED if number in self.diverged else outcome,
            n_skipped=int(self.skipped[position]),
            solver=Adam.name,
            advice=Adam.advice,
            optimizer=self.moments.state(position),
            # The steps of an epoch that was stopped are not among those taken.
            clipped=min(int(self.clipped[position]) / max(taken, 1), 1.0),
            n_steps_taken=before + taken,
            **self.stack.result(position, self.best_flat),
        )

    def _leave(self, positions):
        for position in positions:
            self.done[self.live[position]] = self._finish(position, Outcome.FINISHED)
        keep = [p for p in range(len(self.live)) if p not in positions]
        self.live = [self.live[p] for p in keep]
        if not keep:
            return
        self.stack.keep(keep)
        self.best_flat = self.best_flat[keep]
        self.skipped, self.clipped = self.skipped[keep], self.clipped[keep]
        recent = (flat[keep] for flat in self.recent)
        self.recent = deque(recent, maxlen=self.recent.maxlen)
        self.rows.keep(keep)
        self.validation.keep(keep)
        self.ahead = None  # of a larger stack
        self.moments.keep(keep)
        self._regroup()

    def results(self, outcome):
        """Results in the order of ``specs``; ``outcome`` of those still training."""
        for position, number in enumerate(self.live):
            age = len(self.unjudged[number])
            if age:  # stopped after the objective fell
                self.best_flat[position] = self.recent[-age][position]
            self.done[number] = self._finish(position, outcome)
        return [self.done[number] for number in range(len(self.specs))]
