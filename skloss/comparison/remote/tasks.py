"""Train the models of a comparison as tasks in other processes or on a cluster.

A task holds whole losses where there are enough of them, else some folds of a loss. It
is sent as one bytes object: the table of a fold once for all its losses, and before
encoding, which the task repeats to the last bit.
"""

from dataclasses import replace

import cloudpickle  # a user's loss may be a lambda
import joblib
import torch
from joblib.parallel import get_active_backend

from skloss.comparison.remote.progress import Listener, Reporter
from skloss.training import (
    LARGEST_STACK,
    SOLVERS,
    Monitor,
    emit_warnings,
    leave_if_shutting_down,
    partition,
    stop_threads_first,
    train_without_warnings,
)

__all__ = ["pack", "train_remotely", "trains_here"]


def trains_here(n_jobs):
    """Whether joblib would use this process alone, as on a cluster of one thread.

    Parameters
    ----------
    n_jobs : int or None

    Returns
    -------
    bool
    """
    backend, _ = get_active_backend(prefer="threads")
    shared = getattr(backend, "supports_sharedmem", False)
    return shared or joblib.effective_n_jobs(n_jobs) == 1


def train_remotely(plans, on_epoch, n_jobs):
    """Train the models of all plans through joblib's backend.

    Parameters
    ----------
    plans : list of FitPlan
    on_epoch : callable or None
        Called with a `Progress`; returning True stops. A task on another machine that
        is not a Dask worker reports only its end.
    n_jobs : int or None

    Returns
    -------
    list of FitResult
        In the order of the models of ``plans``.
    """
    backend, _ = get_active_backend()
    assigned = _assign(plans, joblib.effective_n_jobs(n_jobs))
    tasks = [[plans[index] for index in task] for task in assigned]
    monitor = Monitor(
        on_epoch,
        [sum(len(plan.trained) for plan in task) for task in tasks],
        plans[0].models[0].settings.max_iter,
    )
    in_any_order = backend.supports_return_generator
    parallel = joblib.Parallel(
        n_jobs=n_jobs,
        batch_size=1,
        return_as="generator_unordered" if in_any_order else "list",
    )
    fits = {}
    with Listener(monitor, getattr(backend, "client", None)) as listener:
        results = parallel(_calls(tasks, listener))
        stop_threads_first()  # before joblib's processes, which were just started
        for number, found, rows in results:
            fits[number] = found
            listener.report(number, 1.0, max(len(f.history) for f in found), rows)
    for number in set(range(len(tasks))) - set(fits):  # stopped before they started
        models = [model for plan in tasks[number] for model in plan.trained]
        fits[number] = train_without_warnings(models, stopped=True)
    by_plan = [None] * len(plans)
    for number, task in enumerate(assigned):
        found = iter(fits[number])
        for index in task:
            by_plan[index] = [next(found) for _ in plans[index].trained]
    fits = [fit for found in by_plan for fit in found]
    leave_if_shutting_down()
    emit_warnings(fits)
    return fits


def _assign(plans, n_workers):
    """Indices of the plans of each task, as few tasks as keep all workers busy.

    A task is at most about as large as a stack, except that plans stay whole.
    """
    n_models = sum(len(plan.trained) for plan in plans)
    rounds = -(-n_models // (LARGEST_STACK * n_workers))
    firsts, groups = [plan.models[0] for plan in plans], {}
    for index, model in enumerate(firsts):
        groups.setdefault(model.loss.stack_key, []).append(index)
    return partition(firsts, list(groups.values()), min(n_workers * rounds, len(plans)))


def _calls(tasks, listener):
    """Yield the call of each task, until the comparison is stopped."""
    for number, task in enumerate(tasks):
        if listener.stopped:
            return
        yield joblib.delayed(_train_task)(pack(task), number, listener.address)


def pack(plans):
    """Return the bytes that a task is sent as.

    Bytes are opaque to joblib and Dask: neither stores them on one worker for others to
    fetch, so they are not lost with a worker.

    Parameters
    ----------
    plans : list of FitPlan

    Returns
    -------
    bytes
    """
    seen = []
    packed = [
        (
            plan.inputs,
            plan.models[0].X.dtype,
            [
                replace(m, X=None, y=_once(m.y, seen), weight=_once(m.weight, seen))
                for m in plan.trained
            ],
        )
        for plan in plans
    ]
    return cloudpickle.dumps(packed)


def _once(tensor, seen):
    """Return the first equal tensor, so that equal targets are sent once."""
    for other in seen:
        if other.dtype == tensor.dtype and torch.equal(other, tensor):
            return other
    seen.append(tensor)
    return tensor


def _train_task(packed, number, address):
    """In the other process: train, and return the fits with rows not reported yet."""
    models = [
        replace(model, X=inputs.tensor(dtype, _reads_in_order(model)))
        for inputs, dtype, models in cloudpickle.loads(packed)
        for model in models
    ]
    with Reporter(address, number) as reporter:
        # torch reads OMP_NUM_THREADS, by which loky and Dask divide the cores.
        fits = train_without_warnings(models, reporter, torch.get_num_threads())
    return number, fits, reporter.rows


def _reads_in_order(model):
    """Whether the rows of a model are encoded when they are read."""
    return SOLVERS[model.settings.solver].reads_in_order
