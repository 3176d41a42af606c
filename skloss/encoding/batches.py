"""Orders of rows in which rows of one group stand together, for losses on pairs."""

import torch

__all__ = ["grouped_order"]

# Rows of one group that stand together: the fewest that make each of them an anchor
# with several matches, so that a batch still holds many groups.
_TOGETHER = 4


def grouped_order(groups, generator):
    """Draw an order whose every section holds several rows of each of its groups.

    Rows of a group are divided at random into parts of 4 to 7 rows, all of them if
    there are fewer, and the parts of each group are spread evenly over the order: a
    rare group is in as many batches as it has parts.

    Parameters
    ----------
    groups : LongTensor of shape (n_rows,)
        Number of the group of each row.
    generator : torch.Generator
        A generator of the CPU.

    Returns
    -------
    LongTensor of shape (n_rows,)
        A permutation of the rows.
    """
    order = torch.randperm(len(groups), generator=generator)
    order = order[groups.cpu()[order].argsort(stable=True)]
    groups = groups.cpu()[order]
    _, which, sizes = groups.unique_consecutive(return_inverse=True, return_counts=True)
    first = sizes.cumsum(0) - sizes
    rank = torch.arange(len(groups)) - first[which]
    n_parts = (sizes // _TOGETHER).clamp(min=1)
    part = rank * n_parts[which] // sizes[which]
    # Each part is drawn within its own share of the order, so that parts are spread.
    begin = n_parts.cumsum(0) - n_parts
    drawn = torch.rand(int(n_parts.sum()), generator=generator, dtype=torch.float64)
    place = (part + drawn[begin[which] + part]) / n_parts[which]
    return order[place.argsort(stable=True)]
