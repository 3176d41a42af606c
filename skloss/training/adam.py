"""The epochs of a stack: Adam, a schedule, stopping and best weights per model."""

import math
import time

import torch

from skloss.losses.base import Loss
from skloss.training.plan import Fit
from skloss.training.rows import FitRows, ValidationRows
from skloss.training.stack import NetworkStack, PerceptronStack

__all__ = ["train_stack"]


def train_stack(models, report):
    """Train models of one shape together.

    Parameters
    ----------
    models : list of Model
        Of equal ``shape``; equal losses stand next to each other.
    report : callable ``(fraction, epoch, rows) -> bool``
        Hears of each epoch, and at least every half second within one; True stops.

    Returns
    -------
    list of Fit
    """
    run = _Run(models)
    settings = models[0].settings
    total = settings.max_iter * models[0].n_steps
    heard = time.monotonic()
    stopped = False
    for epoch in range(settings.max_iter):
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
        stopped = report((epoch + 1) / settings.max_iter, epoch + 1, rows)
        if stopped or not run.live:
            break
    return run.fits(stopped)


def _learning_rate(settings, taken, total):
    rate = settings.learning_rate
    warm = settings.warmup_fraction * total
    if taken < warm:
        return rate * min(1.0, (taken + 1) / warm)
    if settings.schedule == "cosine":
        progress = (taken - warm) / max(1.0, total - warm)
        return rate * 0.5 * (1 + math.cos(math.pi * progress))
    return rate


def _groups(models):
    """Runs of equal losses: (slice of positions, one loss for all, its outputs)."""
    groups, begin = [], 0
    for end in range(1, len(models) + 1):
        key = models[begin].loss.stack_key
        if end == len(models) or models[end].loss.stack_key != key:
            loss = Loss.stack([m.loss for m in models[begin:end]])
            groups.append((slice(begin, end), loss, models[begin].n_outputs))
            begin = end
    return groups


def _loss_gradient(groups, raw, y, weight):
    """Loss of each row, and the gradient of the weighted sum, shaped like ``raw``."""
    parts = [
        raw[part, :, :n_outputs].detach().requires_grad_()
        for part, _, n_outputs in groups
    ]
    with torch.enable_grad():
        values = [
            loss.pointwise(own, y[part])
            for own, (part, loss, _) in zip(parts, groups, strict=True)
        ]
    gradients = torch.autograd.grad(values, parts, [weight[p] for p, _, _ in groups])
    values = [value.detach() for value in values]
    if len(groups) == 1:
        gradient = gradients[0]
    elif len({n_outputs for _, _, n_outputs in groups}) == 1:
        gradient = torch.cat(gradients)
    else:
        gradient = None
    if gradient is None or gradient.shape != raw.shape:  # some heads are padded
        gradient = torch.zeros_like(raw)
        for (part, _, n_outputs), own in zip(groups, gradients, strict=True):
            gradient[part, :, :n_outputs] = own
    return values[0] if len(groups) == 1 else torch.cat(values), gradient


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
        self._start_optimizer(models[0].start)
        self._regroup()

    def _start_optimizer(self, start):
        self.stack.flat.grad = self.stack.grad
        self.optimizer = torch.optim.Adam([self.stack.flat], fused=True)
        if start is not None and start.optimizer:
            moments = [m.start.optimizer for m in self.models]
            if len(moments) == 1:
                self.optimizer.state[self.stack.flat] = {
                    key: value.clone() for key, value in moments[0].items()
                }

    def _regroup(self):
        """Find runs of equal losses, after models have joined or left."""
        models = [self.models[i] for i in self.live]
        self.groups = _groups(models)
        alpha = self.stack.flat.new_tensor([m.alpha for m in models])[:, None]
        penalty = alpha * self.stack.penalised
        self.penalty = penalty if bool((alpha != 0).any()) else None
        self.epoch_loss = self.stack.flat.new_zeros(len(models))

    def losses(self, raw, y):
        """Loss of each row, shape (models, rows)."""
        return torch.cat(
            [
                loss.pointwise(raw[part, :, :n_outputs], y[part])
                for part, loss, n_outputs in self.groups
            ]
        )

    def begin_epoch(self):
        self.rows.shuffle()
        self.epoch_loss.zero_()

    def step(self, step, learning_rate):
        stack = self.stack
        x, y, weight = self.rows.batch(step, stack.buffer)
        values, gradient = _loss_gradient(self.groups, stack.forward(x), y, weight)
        stack.backward(gradient)
        self.epoch_loss += torch.linalg.vecdot(weight, values)
        if self.penalty is not None:
            stack.grad.addcmul_(stack.flat, self.penalty)
        self._update(learning_rate)

    def _update(self, learning_rate):
        gradient = self.stack.grad
        norm = torch.linalg.vector_norm(gradient, dim=1)
        largest, clip = norm.max().item(), self.models[0].settings.clip_grad_norm
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        if not math.isfinite(largest):
            self._update_finite(norm)
            return
        if clip is not None and largest > clip:
            gradient.mul_((clip / norm).clamp(max=1.0)[:, None])
        self.optimizer.step()

    def _update_finite(self, norm):
        """Take the step with the models whose gradient is finite; skip the others."""
        stack, state = self.stack, self.optimizer.state[self.stack.flat]
        bad = ~torch.isfinite(norm)
        for position in bad.nonzero().flatten().tolist():
            self.skipped[self.live[position]] += 1
        clip = self.models[0].settings.clip_grad_norm or math.inf
        factor = (clip / norm).clamp(max=1.0).masked_fill(bad, 0.0)[:, None]
        stack.grad.nan_to_num_(0.0, 0.0, 0.0).mul_(factor)
        kept = [
            stack.flat,
            *(state[k] for k in ("exp_avg", "exp_avg_sq") if k in state),
        ]
        before = [tensor[bad] for tensor in kept]
        self.optimizer.step()
        for tensor, old in zip(kept, before, strict=True):
            tensor[bad] = old

    def end_epoch(self, epoch):
        """Score the epoch, keep best weights, let finished models leave."""
        train = (self.epoch_loss / self.n_steps).tolist()
        valid = self.validation.scores(self.stack, self.losses)
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
        if not positions:
            return
        self.best_flat[positions] = self.stack.flat[positions]

    def _finish(self, position):
        number = self.live[position]
        moments = {}
        if len(self.models) == 1:
            moments = dict(self.optimizer.state.get(self.stack.flat, {}))
        message = self.message[number]
        if self.skipped[number] and not message:
            message = (
                f"{self.skipped[number]} training steps were skipped because their "
                "gradient was not finite."
            )
        return Fit(
            history=self.history[number],
            message=message,
            optimizer=moments,
            n_steps_taken=len(self.history[number]) * self.n_steps,
            **self.stack.result(position, self.best_flat),
        )

    def _leave(self, positions):
        for position in positions:
            self.done[self.live[position]] = self._finish(position)
        keep = [p for p in range(len(self.live)) if p not in positions]
        self.live = [self.live[p] for p in keep]
        if not keep:
            return
        old = self.optimizer.state[self.stack.flat]
        self.stack.keep(keep)
        self.best_flat = self.best_flat[keep]
        self.rows.keep(keep)
        self.validation.keep(keep)
        self._start_optimizer(None)
        self.optimizer.state[self.stack.flat] = {
            "step": old["step"],
            "exp_avg": old["exp_avg"][keep],
            "exp_avg_sq": old["exp_avg_sq"][keep],
        }
        self._regroup()

    def fits(self, stopped):
        """Results in the order of ``models``."""
        for position, number in enumerate(self.live):
            self.done[number] = self._finish(position)
            self.done[number].stopped = stopped
        return [self.done[number] for number in range(len(self.models))]
