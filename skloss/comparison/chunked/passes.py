"""Passes over chunks: every model learns from the chunks that its fold trains on."""

import copy
import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from skloss.comparison.chunked.sources import Chunks
from skloss.estimators.base import TorchEstimator
from skloss.estimators.fitted import FittedModel
from skloss.estimators.fitting import make_inputs, prepare
from skloss.estimators.rows import check_rows
from skloss.training import FitResult, Outcome, Progress, train_without_warnings

__all__ = ["FoldRun", "Plan", "learn"]


@dataclass(frozen=True)
class Plan:
    """How chunks are learned from; the same for all folds.

    Attributes
    ----------
    chunks : Chunks
    sizes : list of int
        Rows of each chunk.
    n_passes : int
    rate : float
        The first learning rate.
    declines : bool
        Whether the learning rate declines to 0 by a half cosine.
    """

    chunks: Chunks
    sizes: list
    n_passes: int
    rate: float
    declines: bool

    def rate_at(self, done):
        """Return the learning rate where a share of the work is done."""
        return self.rate * (0.5 + 0.5 * math.cos(math.pi * done * self.declines))


@dataclass
class FoldRun:
    """The models of one fold.

    Attributes
    ----------
    fold : int
    train : ndarray
        Numbers of the chunks that are learned from.
    before : Pipeline or None
        Steps before the estimator, fitted.
    estimators : dict of str to TorchEstimator
        By the label of the loss.
    models : dict of str to FittedModel
        What is learned from the sample: units, encoding and initial weights.
    """

    fold: int
    train: np.ndarray
    before: Any
    estimators: dict[str, TorchEstimator]
    models: dict[str, FittedModel]


@dataclass
class _Learner:
    """One loss in one fold: its weights so far, and the epochs behind them."""

    labels: dict
    estimator: TorchEstimator
    model: FittedModel
    history: list = field(default_factory=list)
    outcome: Outcome = Outcome.FINISHED
    n_skipped: int = 0
    clipped: list = field(default_factory=list)
    losses: list = field(default_factory=list)

    @property
    def fits(self):
        return self.model.fits

    def take(self, fits, n_rows):
        """Take the weights of a chunk, unless it was stopped before its end."""
        if not all(fit.history for fit in fits):
            return
        self.model = copy.copy(self.model)
        self.model.fits = fits
        self.n_skipped += sum(fit.n_skipped for fit in fits)
        self.clipped.append(np.mean([fit.clipped for fit in fits]))
        self.losses.append((n_rows, [fit.history[-1]["train"] for fit in fits]))
        if any(fit.outcome is Outcome.DIVERGED for fit in fits):
            self.outcome = Outcome.DIVERGED

    def end_pass(self, number):
        """Return the rows of the history of a pass: means over its chunks."""
        if not self.losses:
            return []
        n_rows, values = zip(*self.losses, strict=True)
        means = np.average(values, axis=0, weights=n_rows)
        self.losses = []
        rows = [
            {"epoch": number + 1, "train": float(mean), "validation": math.nan}
            for mean in means
        ]
        self.history.append(rows)
        return [
            self.labels | {"member": member} | row for member, row in enumerate(rows)
        ]

    def results(self, stopped):
        """Return the `FitResult` of each member."""
        outcome = Outcome.STOPPED if stopped else self.outcome
        return [
            replace(
                fit,
                history=[rows[member] for rows in self.history],
                outcome=outcome,
                n_skipped=self.n_skipped,
                clipped=float(np.mean(self.clipped)) if self.clipped else 0.0,
                raw=None,
            )
            for member, fit in enumerate(self.fits)
        ]


def learn(plan, runs, on_progress, n_threads=None) -> list[list[FitResult]]:
    """Learn from all chunks, in as many passes as planned.

    A chunk is read and encoded once for all models of a fold, which train as a stack.

    Parameters
    ----------
    plan : Plan
    runs : list of FoldRun
    on_progress : callable or None
        Called with a `Progress`; returning True stops.
    n_threads : int, optional

    Returns
    -------
    list of list of FitResult
        For each loss of each fold, one per member.

    Raises
    ------
    ValueError
        If a pass reads other chunks than the first one.
    """
    learners = {
        run.fold: [
            _Learner({"loss": label, "fold": run.fold}, run.estimators[label], model)
            for label, model in run.models.items()
        ]
        for run in runs
    }
    every = [one for of_fold in learners.values() for one in of_fold]
    meter, stopped = _Meter(plan, on_progress), False
    for number in range(plan.n_passes):
        for chunk, table in enumerate(plan.chunks):
            _check_size(plan, chunk, table)
            due = [run for run in runs if chunk in run.train and len(table)]
            meter.begin(number, chunk)
            if due:
                _learn_chunk(plan, meter, table, due, learners, n_threads)
            stopped = meter.is_stopped
            if stopped:
                break
        rows = [row for one in every for row in one.end_pass(number)]
        stopped = meter.end_pass(rows) or stopped
        if stopped:
            break
    return [one.results(stopped) for one in every]


def _check_size(plan, chunk, table):
    """Refuse chunks that differ from those of the first pass."""
    known = plan.sizes[chunk] if chunk < len(plan.sizes) else None
    if len(table) != known:
        before = "no rows" if known is None else f"{known} rows"
        raise ValueError(
            f"Chunk {chunk} of X has {len(table)} rows, but had {before} when it was "
            "read first; yield the same chunks in each pass."
        )


def _learn_chunk(plan, meter, table, runs, learners, n_threads):
    """Train the models of some folds on a chunk, all together."""
    X, y, weight = plan.chunks.split(table)
    if weight is not None and not np.any(weight):
        return
    rate, specs, owners = plan.rate_at(meter.done_halfway), [], []
    for run in runs:
        own = X if run.before is None else run.before.transform(X)
        first = learners[run.fold][0]
        rows = check_rows(first.estimator, own, y, weight, warm=True)
        inputs = make_inputs(first.estimator, rows, first.model.encoding)
        for learner in learners[run.fold]:
            one = copy.copy(learner.estimator).set_params(learning_rate=rate)
            how = {"loss": one.loss, "fitted": learner.model, "inputs": inputs}
            planned = prepare(one, rows, one_epoch=True, own_scale=False, **how)
            specs += planned.models
            owners += [learner] * len(planned.models)
    fits = train_without_warnings(specs, meter, n_threads)
    by_learner = {}
    for owner, fit in zip(owners, fits, strict=True):
        by_learner.setdefault(id(owner), (owner, []))[1].append(fit)
    for owner, own in by_learner.values():
        owner.take(own, len(table))


class _Meter:
    """Progress of the passes, reported within each chunk."""

    def __init__(self, plan, on_progress):
        self.plan, self.on_progress = plan, on_progress
        self.is_stopped, self.last = False, 0.0
        self.starts = np.cumsum([0, *plan.sizes]) / max(sum(plan.sizes), 1)

    def begin(self, number, chunk):
        """Note the pass and the chunk that is read."""
        self.number, self.chunk = number, chunk

    @property
    def done_halfway(self):
        """Share of the work that is done in the middle of this chunk."""
        return self._done(0.5)

    def _done(self, share):
        first, last = self.starts[self.chunk : self.chunk + 2]
        return (self.number + first + share * (last - first)) / self.plan.n_passes

    def __call__(self, progress):
        """Report a `Progress` of this chunk; return whether to stop."""
        return self._report(self._done(progress.fraction), self.number, [])

    def end_pass(self, rows):
        """Report the rows of the history of a pass; return whether to stop."""
        is_last = self.number + 1 == self.plan.n_passes
        done = (self.number + 1) / self.plan.n_passes
        done = self.last if self.is_stopped else done
        return self._report(done, self.number + 1, rows) and not is_last

    def _report(self, fraction, epoch, rows):
        self.last = float(fraction)
        if self.on_progress is not None:
            progress = Progress(self.last, epoch, self.plan.n_passes, rows)
            answer = self.on_progress(progress)
            # As `train` does: other answers are not a request to stop.
            if isinstance(answer, (bool, np.bool_)) and answer:
                self.is_stopped = True
        return self.is_stopped
