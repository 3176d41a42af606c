"""The epochs of a stack: Adam, a schedule, stopping and best weights per model."""

import math
import time

import torch

from skloss.training.gradient import StackLosses
from skloss.training.rows import FitRows, ValidationRows
from skloss.training.spec import FitResult
from skloss.training.stacks import NetworkStack, PerceptronStack

__all__ = ["train_stack"]


def train_stack(models, report, stopped=False):
    """Train models of one shape together.

    Parameters
    ----------
    models : list of FitSpec
        Of equal ``shape``; equal losses stand next to each other.
    report : callable ``(fraction, epoch, rows) -> bool``
        Hears of each epoch, and at least every half second within one; True stops.
    stopped : bool
        Whether to leave the models as they would begin.

    Returns
    -------
    list of FitResult
    """
    run = _Run(models)
    try:
        return run.fits(_run_epochs(run, report, stopped))
    except KeyboardInterrupt:
        if not all(run.history):  # no epoch was finished, so nothing was learned
            raise
        return run.fits(stopped=True, interrupted=True)


def _run_epochs(run, report, stopped):
    """Train until done; return whether the caller stopped the run before."""
    settings = run.models[0].settings
    total = settings.max_iter * run.n_steps
    heard = time.monotonic()
    for epoch in range(0 if stopped else settings.max_iter):
        run.begin_epoch()
        for step in range(run.n_steps):
            taken = epoch * run.n_steps + step
            run.step(step, _learning_rate(settings, taken, total))
            now = time.monotonic()
            if now - heard > 0.4:
                heard = now
                stopped = report(taken / total, epoch, [])
                if stopped:
                    break
        if stopped and step + 1 < run.n_steps:
            break
        rows = run.end_epoch(epoch)
        heard = time.monotonic()
        done = not run.live or epoch + 1 == settings.max_iter
        fraction = 1.0 if done else (epoch + 1) / settings.max_iter
        stopped = report(fraction, epoch + 1, rows) and not done
        if stopped or done:
            break
    return stopped


def _learning_rate(settings, taken, total):
    rate = settings.learning_rate
    warm = settings.warmup_fraction * total
    if taken < warm:
        return rate * min(1.0, (taken + 1) / warm)
    if settings.schedule == "cosine":
        progress = (taken - warm) / max(1.0, total - warm)
        return rate * 0.5 * (1 + math.cos(math.pi * progress))
    return rate


class _Adam:
    """Adam on the weights of all models by torch's fused kernel.

    The class `torch.optim.Adam` around the same kernel takes longer than the kernel.
    """

    def __init__(self, flat, starts=()):
        moments = [start.optimizer for start in starts if start is not None]
        if moments and all(moments):
            self.step = moments[0]["step"].clone()
            self.exp_avg = torch.cat([m["exp_avg"] for m in moments]).to(flat)
            self.exp_avg_sq = torch.cat([m["exp_avg_sq"] for m in moments]).to(flat)
        else:
            self.step = torch.zeros((), device=flat.device)
            self.exp_avg, self.exp_avg_sq = flat.new_zeros(2, *flat.shape)

    def update(self, flat, grad, learning_rate):
        """Take a step down the gradient."""
        self.step += 1
        torch._fused_adam_(
            [flat],
            [grad],
            [self.exp_avg],
            [self.exp_avg_sq],
            [],
            [self.step],
            lr=learning_rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    def keep(self, positions):
        """Forget all models but those at ``positions``."""
        self.exp_avg, self.exp_avg_sq = (
            self.exp_avg[positions],
            self.exp_avg_sq[positions],
        )

    def state(self, position):
        """Moments of one model, to go on from."""
        own = slice(position, position + 1)
        return {
            "step": self.step.clone(),
            "exp_avg": self.exp_avg[own].clone(),
            "exp_avg_sq": self.exp_avg_sq[own].clone(),
        }


class _Run:
    """State of a stack in training. Position in the stack is not the model's number.

    ``live`` holds, for each position, which model is there: models that are done
    leave, so that a slow one costs only itself.
    """

    def __init__(self, models):
        self.models = models
        self.n_steps = models[0].n_steps
        self.live = list(range(len(models)))
        network = models[0].network
        self.stack = (PerceptronStack if network is None else NetworkStack)(models)
        self.rows = FitRows(models)
        self.validation = ValidationRows(models)
        self.best_flat = self.stack.flat.clone()
        self.best = [math.inf] * len(models)
        self.waited = [0] * len(models)
        self.skipped = [0] * len(models)
        self.history = [[] for _ in models]
        self.message = [""] * len(models)
        self.done = {}
        self.adam = _Adam(self.stack.flat, [model.start for model in models])
        self._regroup()

    def _regroup(self):
        """Find runs of equal losses, after models have joined or left."""
        models = [self.models[i] for i in self.live]
        self.losses = StackLosses(models)
        alpha = self.stack.flat.new_tensor([m.alpha for m in models])[:, None]
        if (alpha == alpha[0]).all():
            alpha = alpha[:1]  # a row that stays in the cache serves all models
        penalty = alpha * self.stack.penalised
        self.penalty = penalty if bool((alpha != 0).any()) else None
        self.epoch_loss = self.stack.flat.new_zeros(len(models), self.rows.width)

    def begin_epoch(self):
        y, self.weight = self.rows.shuffle()
        self.targets = [y[:, part] for part in self.losses.positions]
        self.epoch_loss.zero_()

    def step(self, step, learning_rate):
        stack, weight = self.stack, self.weight[step]
        x = self.rows.read(step, stack.inputs(self.rows.width))
        raw = stack.forward(x)
        targets = [y[step] for y in self.targets]
        values, gradient = self.losses.gradient(raw, targets, weight)
        stack.backward(gradient)
        self.epoch_loss.addcmul_(weight, values)
        if self.penalty is not None:
            stack.grad.addcmul_(stack.flat, self.penalty)
        self._update(learning_rate)

    def _update(self, learning_rate):
        flat, gradient = self.stack.flat, self.stack.grad
        norm = torch.linalg.vector_norm(gradient, dim=1)
        norms, clip = norm.tolist(), self.models[0].settings.clip_grad_norm
        if not math.isfinite(sum(norms)):
            self._update_finite(norm, learning_rate)
            return
        if clip is not None and max(norms) > clip:
            gradient.mul_((clip / norm).clamp(max=1.0)[:, None])
        self.adam.update(flat, gradient, learning_rate)

    def _update_finite(self, norm, learning_rate):
        """Take the step with the models whose gradient is finite; skip the others."""
        flat, gradient = self.stack.flat, self.stack.grad
        bad = ~torch.isfinite(norm)
        for position in bad.nonzero().flatten().tolist():
            self.skipped[self.live[position]] += 1
        clip = self.models[0].settings.clip_grad_norm or math.inf
        factor = (clip / norm).clamp(max=1.0).masked_fill(bad, 0.0)[:, None]
        gradient.nan_to_num_(0.0, 0.0, 0.0).mul_(factor)
        kept = flat, self.adam.exp_avg, self.adam.exp_avg_sq
        before = [tensor[bad] for tensor in kept]
        self.adam.update(flat, gradient, learning_rate)
        for tensor, old in zip(kept, before, strict=True):
            tensor[bad] = old

    def end_epoch(self, epoch):
        """Score the epoch, keep best weights, let finished models leave."""
        train = (self.epoch_loss.sum(1) / self.n_steps).tolist()
        valid = self.validation.scores(self.stack, self.losses.values)
        settings = self.models[0].settings
        improved, leaving, records = [], [], []
        for position, number in enumerate(self.live):
            score = train[position] if valid is None else valid[position]
            record = {
                "epoch": epoch + 1,
                "train": train[position],
                "validation": math.nan if valid is None else valid[position],
            }
            self.history[number].append(record)
            records.append(self.models[number].labels | record)
            slow = not score <= self.best[number] - settings.tol
            self.waited[number] = self.waited[number] + 1 if slow else 0
            if score < self.best[number]:
                self.best[number] = score
                improved.append(position)
            if not math.isfinite(score):
                self.message[number] = (
                    f"Training diverged in epoch {epoch + 1}; the best finite weights "
                    "are kept. A smaller learning_rate or scaled inputs would help."
                )
                leaving.append(position)
            elif self.waited[number] >= settings.n_iter_no_change:
                leaving.append(position)
        self._keep_best(improved)
        if leaving:
            self._leave(leaving)
        return records

    def _keep_best(self, positions):
        if positions:
            self.stack.remember()
        if len(positions) == len(self.live):
            self.best_flat.copy_(self.stack.flat)  # without a copy of the selection
        elif positions:
            self.best_flat[positions] = self.stack.flat[positions]

    def _finish(self, position):
        number = self.live[position]
        message = self.message[number]
        if self.skipped[number] and not message:
            message = (
                f"{self.skipped[number]} training steps were skipped because their "
                "gradient was not finite."
            )
        start = self.models[number].start
        before = 0 if start is None else start.n_steps_taken
        return FitResult(
            history=self.history[number],
            message=message,
            optimizer=self.adam.state(position),
            n_steps_taken=before + len(self.history[number]) * self.n_steps,
            **self.stack.result(position, self.best_flat),
        )

    def _leave(self, positions):
        for position in positions:
            self.done[self.live[position]] = self._finish(position)
        keep = [p for p in range(len(self.live)) if p not in positions]
        self.live = [self.live[p] for p in keep]
        if not keep:
            return
        self.stack.keep(keep)
        self.best_flat = self.best_flat[keep]
        self.rows.keep(keep)
        self.validation.keep(keep)
        self.adam.keep(keep)
        self._regroup()

    def fits(self, stopped, interrupted=False):
        """Results in the order of ``models``."""
        for position, number in enumerate(self.live):
            self.done[number] = self._finish(position)
            self.done[number].stopped = stopped
            self.done[number].interrupted = interrupted
        return [self.done[number] for number in range(len(self.models))]
