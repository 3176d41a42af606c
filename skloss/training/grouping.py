"""Which models train together, and how they are divided among the cores."""

import itertools

from skloss.training.budget import CPU, Budget
from skloss.training.solvers import SOLVERS

__all__ = ["LARGEST_STACK", "partition", "stacked"]

LARGEST_STACK = CPU.stack_models


def stacked(models, n_threads):
    """Indices of models that train together.

    Parameters
    ----------
    models : list of FitSpec
    n_threads : int

    Returns
    -------
    list of list of int
        In each stack, equal losses stand next to each other.
    """
    budget = Budget.for_device(models[0].X.device)
    groups = {}
    for index, model in enumerate(models):
        alone = () if model.architecture.is_stackable else (index,)
        groups.setdefault((model.shape, alone), []).append(index)
    stacks = []
    for members in groups.values():
        order = {}
        for index in members:
            order.setdefault(models[index].loss.stack_key, []).append(index)
        n_stacks = -(-len(members) // budget.stack_models)
        if len(groups) < n_threads:
            work = sum(_multiplications(models[index]) for index in members)
            n_busy = budget.stacks_worth_threads(work, len(members), n_threads)
            n_stacks = max(n_stacks, n_busy)
        stacks += partition(models, list(order.values()), n_stacks)
    return stacks


def _multiplications(model):
    """Multiplications of one model's forward pass over the rows of a step."""
    rows = len(model.fit_rows)
    if SOLVERS[model.settings.solver].uses_batches:
        rows = min(rows, model.batch_size)
    return model.architecture.cost(model.X.shape[1], model.n_outputs, rows)


def partition(models, groups, n_stacks):
    """Assign groups of one loss to stacks, so that all take about as long.

    The time of a loss depends on its operations more than on the number of models, so
    its models stay in one stack unless there are fewer losses than stacks.

    Parameters
    ----------
    models : list of FitSpec
    groups : list of list of int
        Indices of the models of each loss.
    n_stacks : int

    Returns
    -------
    list of list of int
    """
    if len(groups) % n_stacks:
        members = list(itertools.chain.from_iterable(groups))
        size = -(-len(members) // n_stacks)
        return [members[i : i + size] for i in range(0, len(members), size)]
    stacks, costs = [[] for _ in range(n_stacks)], [0] * n_stacks
    capacity = len(groups) // n_stacks
    for group in sorted(groups, key=lambda group: -models[group[0]].n_outputs):
        free = [k for k in range(n_stacks) if len(stacks[k]) < capacity]
        least = min(free, key=costs.__getitem__)
        stacks[least].append(group)
        costs[least] += len(group) * models[group[0]].n_outputs
    return [list(itertools.chain.from_iterable(stack)) for stack in stacks]
