"""Which models train together, and how they are shared out between the cores."""

import itertools

__all__ = ["LARGEST_STACK", "deal", "stacked"]

LARGEST_STACK = 20  # models in a stack: their numbers still fit the cache


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
        if len(groups) < n_threads:  # small stacks side by side beat one large one
            n_stacks = max(n_stacks, min(n_threads, len(members) // 4))
        stacks += deal(models, list(order.values()), max(1, n_stacks))
    return stacks


def deal(models, groups, n_stacks):
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
