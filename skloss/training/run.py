"""Train any number of models: stacks of equal shape, in parallel on the cores."""

import threading
from contextlib import nullcontext
from functools import partial

import numpy as np

from skloss.training.grouping import stacked
from skloss.training.interrupts import deferred_interrupts
from skloss.training.outcomes import emit_warnings
from skloss.training.shutdown import is_shutting_down, leave_if_shutting_down
from skloss.training.solvers import SOLVERS
from skloss.training.spec import Progress
from skloss.training.threads import n_cores, side_by_side

__all__ = ["Monitor", "train", "train_without_warnings"]


def train(models, on_progress=None, n_threads=None):
    """Train models and return their fits in the same order.

    Models of equal ``shape`` are stacked; a model's numbers depend on its own rows and
    seed, never on the other models of its stack.

    Parameters
    ----------
    models : list of FitSpec
    on_progress : callable, optional
        Called with a `Progress`; returning True stops the run. Calls may come from
        worker threads, but never two at once.
    n_threads : int, optional
        Stacks that train in parallel; by default as many as there are cores.

    Returns
    -------
    list of FitResult

    Warns
    -----
    ConvergenceWarning
        If a run diverged or skipped steps; predictions are finite in any case.
    """
    fits = train_without_warnings(models, on_progress, n_threads)
    emit_warnings(fits)
    return fits


def train_without_warnings(
    models, on_progress=None, n_threads=None, stopped=False, interrupted=None
):
    """Like `train`, but without warnings; call `emit_warnings` on the results.

    With ``stopped``, models keep their initial weights. Ctrl-C stops the run and is
    raised again, unless the caller passes the Event ``interrupted`` of
    `deferred_interrupts`: then it is set, and the best weights so far are returned.
    """
    n_threads = n_cores() if n_threads is None else n_threads
    if is_shutting_down():  # in a function of `atexit`: there can be no new threads
        n_threads = 1
    stacks = stacked(models, n_threads)
    longest = max(model.settings.max_iter for model in models)
    kept = interrupted is not None
    with nullcontext(interrupted) if kept else deferred_interrupts() as interrupted:
        sizes = [len(stack) for stack in stacks]
        monitor = Monitor(on_progress, sizes, longest, interrupted)
        if stopped:
            monitor.stop.set()

        def work(number):
            members = [models[i] for i in stacks[number]]
            report = partial(monitor.report, number)
            solver = SOLVERS[members[0].settings.solver]
            n_each = max(1, n_threads // len(stacks))
            fits = solver.solve(members, report, monitor.stop, n_each)
            if any(fit.interrupted for fit in fits):
                interrupted.set()
                monitor.stop.set()
            return fits

        results = side_by_side(work, range(len(stacks)), monitor.stop, n_threads)
    leave_if_shutting_down()
    if interrupted.is_set() and not kept:
        raise KeyboardInterrupt
    fits = [None] * len(models)
    for members, part in zip(stacks, results, strict=True):
        for index, fit in zip(members, part, strict=True):
            fits[index] = fit
    return fits


class Monitor:
    """Combine the reports of parallel runs into one `Progress` at a time.

    Parameters
    ----------
    on_progress : callable or None
        Called with a `Progress`; returning True sets ``stop``.
    sizes : list of int
        Models of each run.
    max_iter : int
    interrupted : threading.Event or None
        Set by Ctrl-C; ends the runs too, as does the end of the interpreter.
    """

    def __init__(self, on_progress, sizes, max_iter, interrupted=None):
        self.on_progress, self.max_iter = on_progress, max_iter
        self.interrupted = interrupted
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.share = [size / sum(sizes) for size in sizes]
        self.fraction = [0.0] * len(sizes)
        self._is_last = is_shutting_down()  # began in a function of `atexit`

    def report(self, number, fraction, epoch, rows):
        """Take the report of one run, and return whether it should stop."""
        if self.interrupted is not None and self.interrupted.is_set():
            self.stop.set()
        if is_shutting_down() and not self._is_last:
            self.stop.set()
        if self.on_progress is None:
            return self.stop.is_set()
        with self.lock:
            if not self.stop.is_set():
                self.fraction[number] = fraction
                whole = sum(map(float.__mul__, self.share, self.fraction))
                answer = self.on_progress(Progress(whole, epoch, self.max_iter, rows))
                if isinstance(answer, (bool, np.bool_)) and answer:
                    self.stop.set()
        return self.stop.is_set()
