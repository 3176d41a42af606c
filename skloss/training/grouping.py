"""Which models train together, and how they are shared out between the cores."""

import itertools

__all__ = ["LARGEST_STACK", "partition", "stacked"]

LARGEST_STACK = 20  # models in a stack: their numbers still fit the cache
# Multiplications in a step that keep a thread of its own busy. With fewer, threads wait
# longer for the interpreter than they gain on each other.
_WORTH_A_THREAD = 10_000_000


def stacked(models, n_threads):
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
        n_stacks = -(-len(members) // LARGEST_STACK)
        if len(groups) < n_threads:
            work = sum(_multiplications(models[index]) for index in members)
            worth = min(n_threads, len(members), work // _WORTH_A_THREAD)
            n_stacks = max(n_stacks, worth)
        stacks += partition(models, list(order.values()), n_stacks)
    return stacks


def _multiplications(model):
    """Of one model's forward pass over the rows that it sees at once."""
    rows = len(model.fit_rows)
    if model.settings.solver == "adam":
        rows = min(rows, model.batch_size)
    sizes = model.X.shape[1], *model.settings.hidden_layer_sizes, model.n_outputs
    return rows * sum(a * b for a, b in itertools.pairwise(sizes))


def partition(models, groups, n_stacks):
    """Deal groups of one loss out to stacks, so that all take about as long.

    A loss costs by the operation rather than by the model: it is not parted between
    stacks, unless there are fewer losses than stacks.
    """
    if len(groups) % n_stacks:
        members = list(itertools.chain.from_iterable(groups))
        size = -(-len(members) // n_stacks)
        return [members[i : i + size] for i in range(0, len(members), size)]
    stacks, costs = [[] for _ in range(n_stacks)], [0] * n_stacks
    room = len(groups) // n_stacks
    for group in sorted(groups, key=lambda group: -models[group[0]].n_outputs):
        free = [k for k in range(n_stacks) if len(stacks[k]) < room]
        least = min(free, key=costs.__getitem__)
        stacks[least].append(group)
        costs[least] += len(group) * models[group[0]].n_outputs
    return [list(itertools.chain.from_iterable(stack)) for stack in stacks]
