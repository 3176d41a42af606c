"""Train the models of a comparison in parts, in other processes or on a cluster.

A part holds whole losses where there are enough of them, else some folds of a loss. It
travels as one piece of bytes: the table of a fold once for all its losses, and as it
was before encoding, which the other side repeats to the last bit.
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
    partition,
    train_without_warnings,
)

__all__ = ["pack", "train_remotely", "trains_here"]


def trains_here(n_jobs):
    """Whether joblib would use this process alone, as on a cluster of one thread."""
    backend, _ = get_active_backend(prefer="threads")
    shared = getattr(backend, "supports_sharedmem", False)
    return shared or joblib.effective_n_jobs(n_jobs) == 1


def train_remotely(plans, on_epoch, n_jobs):
    """Train the models of all plans through joblib's backend; fits in their order.

    Parameters
    ----------
    plans : list of FitPlan
    on_epoch : callable or None
        Hears a `Progress`; returning True stops. Parts on another machine that is not
        a Dask worker tell only when they are done.
    n_jobs : int or None

    Returns
    -------
    list of FitResult
    """
    backend, _ = get_active_backend()
    dealt = _assign(plans, joblib.effective_n_jobs(n_jobs))
    parts = [[plans[index] for index in part] for part in dealt]
    monitor = Monitor(
        on_epoch,
        [sum(len(plan.models) for plan in part) for part in parts],
        plans[0].models[0].settings.max_iter,
    )
    as_they_end = backend.supports_return_generator
    parallel = joblib.Parallel(
        n_jobs=n_jobs,
        batch_size=1,
        return_as="generator_unordered" if as_they_end else "list",
    )
    fits = {}
    with Listener(monitor, getattr(backend, "client", None)) as receiver:
        for number, found, rows in parallel(_tasks(parts, receiver)):
            fits[number] = found
            receiver.tell(number, 1.0, max(len(f.history) for f in found), rows)
    for number in set(range(len(parts))) - set(fits):  # Stop came before them
        models = [model for plan in parts[number] for model in plan.models]
        fits[number] = train_without_warnings(models, stopped=True)
    by_plan = [None] * len(plans)
    for number, part in enumerate(dealt):
        found = iter(fits[number])
        for index in part:
            by_plan[index] = [next(found) for _ in plans[index].models]
    fits = [fit for found in by_plan for fit in found]
    emit_warnings(fits)
    return fits


def _assign(plans, n_workers):
    """Indices of the plans of each part, as few parts as keep all workers busy.

    A part is about as large as a stack at most, but for plans, which stay whole.
    """
    n_models = sum(len(plan.models) for plan in plans)
    rounds = -(-n_models // (LARGEST_STACK * n_workers))
    firsts, groups = [plan.models[0] for plan in plans], {}
    for index, model in enumerate(firsts):
        groups.setdefault(model.loss.stack_key, []).append(index)
    return partition(firsts, list(groups.values()), min(n_workers * rounds, len(plans)))


def _tasks(parts, receiver):
    for number, part in enumerate(parts):
        if receiver.stopped:
            return
        yield joblib.delayed(_train_part)(pack(part), number, receiver.address)


def pack(plans):
    """Return the bytes that a part travels as.

    Bytes are opaque to joblib and Dask: neither puts them on one worker for others to
    fetch, so that no worker can take them along when it is lost.
    """
    seen = []
    packed = [
        (
            plan.inputs,
            plan.models[0].X.dtype,
            [
                replace(m, X=None, y=_once(m.y, seen), weight=_once(m.weight, seen))
                for m in plan.models
            ],
        )
        for plan in plans
    ]
    return cloudpickle.dumps(packed)


def _once(tensor, seen):
    """The first tensor that equals this one: equal targets of two losses go once."""
    for other in seen:
        if other.dtype == tensor.dtype and torch.equal(other, tensor):
            return other
    seen.append(tensor)
    return tensor


def _train_part(packed, number, address):
    """In the other process: train, and return what the caller has not heard yet."""
    models = [
        replace(
            model, X=inputs.tensor(dtype, SOLVERS[model.settings.solver].reads_in_order)
        )
        for inputs, dtype, models in cloudpickle.loads(packed)
        for model in models
    ]
    with Reporter(address, number) as sender:
        # torch reads OMP_NUM_THREADS, by which loky and Dask share the cores out.
        fits = train_without_warnings(models, sender, torch.get_num_threads())
    return number, fits, sender.rows


def _reads_in_order(model):
    """Whether the rows of a model are encoded when they are read."""
    return SOLVERS[model.settings.solver].reads_in_order
