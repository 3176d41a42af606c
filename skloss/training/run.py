"""Train any number of models: stacks of equal shape, side by side on the cores."""

import itertools
import threading
import warnings

from sklearn.exceptions import ConvergenceWarning

from skloss.training.adam import train_stack
from skloss.training.convex import solve
from skloss.training.plan import Progress
from skloss.training.threads import n_cores, side_by_side

__all__ = ["train"]

_LARGEST_STACK = 20


def train(models, on_progress=None):
    """Train models and return their fits in the same order.

    Models of equal ``shape`` are stacked; a model's numbers depend on its own rows and
    seed, never on its company.

    Parameters
    ----------
    models : list of Model
    on_progress : callable, optional
        Hears a `Progress`; returning True stops the run. Calls come from worker
        threads, never two at once.

    Returns
    -------
    list of Fit

    Warns
    -----
    ConvergenceWarning
        If a run diverged or skipped steps; predictions are finite all the same.
    """
    stacks = _stacks(models)
    monitor = _Monitor(on_progress, models, stacks)
    spare = max(1, n_cores() // len(stacks))  # for solvers that can use more cores

    def work(number):
        members = [models[i] for i in stacks[number]]
        report = monitor.reporter(number, members[0].settings.max_iter)
        if members[0].settings.solver == "adam":
            return train_stack(members, report)
        return [solve(model, report, spare) for model in members]

    results = side_by_side(work, range(len(stacks)), monitor.stop)
    fits = [None] * len(models)
    for members, part in zip(stacks, results, strict=True):
        for index, fit in zip(members, part, strict=True):
            fits[index] = fit
    for message in sorted({fit.message for fit in fits if fit.message}):
        warnings.warn(message, ConvergenceWarning, stacklevel=3)
    return fits


def _stacks(models):
    """Indices of models that train together."""
    groups = {}
    for index, model in enumerate(models):
        alone = (index,) if model.network is not None else ()
        groups.setdefault((model.shape, alone), []).append(index)
    stacks = []
    for members in groups.values():
        order = {}
        for index in members:
            order.setdefault(models[index].loss.stack_key, []).append(index)
        members = list(itertools.chain.from_iterable(order.values()))
        n_stacks = -(-len(members) // _LARGEST_STACK)
        if len(groups) < n_cores():  # small stacks side by side beat one large one
            n_stacks = max(n_stacks, min(n_cores(), len(members) // 4))
        size = -(-len(members) // max(1, n_stacks))
        stacks += [members[i : i + size] for i in range(0, len(members), size)]
    return stacks


class _Monitor:
    """Joins the reports of all stacks into one `Progress` at a time."""

    def __init__(self, hook, models, stacks):
        self.hook = hook
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.share = [len(stack) / len(models) for stack in stacks]
        self.fraction = [0.0] * len(stacks)

    def reporter(self, number, max_iter):
        def report(fraction, epoch, rows):
            if self.hook is not None and not self.stop.is_set():
                with self.lock:
                    self.fraction[number] = fraction
                    whole = sum(map(float.__mul__, self.share, self.fraction))
                    if self.hook(Progress(whole, epoch, max_iter, rows)) is True:
                        self.stop.set()
            return self.stop.is_set()

        return report
