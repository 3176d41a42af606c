"""Left null vectors of many small matrices, as distributions."""

import torch

__all__ = ["null_vectors"]

# Sweeps that scale rows and columns to a largest element of 1: elements of saturated
# scores differ by many powers of ten, which do not change the rank.
_SWEEPS = 3
# Singular values below this part of the largest one count as zero. Slopes are accurate
# to about 1e-15, and scaling leaves that of other directions far above.
_RANK = 1e-9


def null_vectors(matrices):
    """Return the distribution x with x G = 0 of each matrix G.

    Where elements off the diagonal are not negative and rows sum to zero, G is the
    generator of a Markov chain, whose stationary distribution is found without a
    subtraction, so that small probabilities are accurate too (Grassmann, Taksar and
    Heyman 1985). Otherwise x is the last left singular vector.

    Parameters
    ----------
    matrices : Tensor of shape (n, k, m)

    Returns
    -------
    Tensor of shape (n, k)
        NaN where there is no such distribution, or more than one.

    Examples
    --------
    >>> import torch
    >>> null_vectors(torch.tensor([[[-1.0, 1.0], [3.0, -3.0]]]))
    tensor([[0.7500, 0.2500]])
    """
    scaled, row_scale = _equilibrated(matrices)
    found = torch.full_like(row_scale, torch.nan)
    usable = scaled.isfinite().all(-1).all(-1)
    chains = usable & _are_generators(matrices)
    if chains.any():
        found[chains] = _stationary(matrices[chains])
    others = usable & ~chains
    if others.any():
        found[others] = _singular(scaled[others], row_scale[others])
    return found


def _equilibrated(matrices):
    """Scale rows and columns to a largest element of 1; return the rows' scales too."""
    scaled = matrices
    total = torch.ones_like(matrices[..., 0])
    for _ in range(_SWEEPS):
        size = _or_one(scaled.abs().amax(-1))
        scaled, total = scaled / size[..., None], total * size
        scaled = scaled / _or_one(scaled.abs().amax(-2))[..., None, :]
    return scaled, total


def _or_one(size):
    return torch.where(size > 0, size, 1.0)


def _are_generators(matrices):
    """Whether each is square, with rates off the diagonal and rows that sum to 0."""
    k = matrices.shape[1]
    if matrices.shape[2] != k:
        return matrices.new_zeros(len(matrices), dtype=torch.bool)
    diagonal = torch.eye(k, dtype=torch.bool, device=matrices.device)
    are_rates = ((matrices >= 0) | diagonal).all(-1).all(-1)
    # In units of the whole matrix: in the row of a nearly certain class, the diagonal
    # is lost to rounding, and is not needed.
    size = matrices.abs().amax((-2, -1))
    return are_rates & (matrices.sum(-1).abs().amax(-1) <= _RANK * size)


def _stationary(rates):
    """Stationary distribution of each generator; NaN where a class is never left."""
    rates, k = rates.clone(), rates.shape[1]
    for m in range(k - 1, 0, -1):
        leaving = rates[:, m, :m].sum(-1, keepdim=True)
        rates[:, :m, m] = rates[:, :m, m] / leaving
        rates[:, :m, :m] += rates[:, :m, m, None] * rates[:, m, None, :m]
    found = torch.ones_like(rates[:, 0])
    for m in range(1, k):
        found[:, m] = (found[:, :m] * rates[:, :m, m]).sum(-1)
    found = found / found.sum(-1, keepdim=True)
    return torch.where(found.isfinite().all(-1, keepdim=True), found, torch.nan)


def _singular(scaled, row_scale):
    """Last left singular vector of each matrix, in units of its unscaled rows."""
    left, size, _ = torch.linalg.svd(scaled)
    k = scaled.shape[1]
    if size.shape[1] < k:  # fewer scores than classes: one direction is always free
        size = torch.cat([size, size.new_zeros(len(size), k - size.shape[1])], dim=1)
    largest = size[:, :1]
    is_unique = (size[:, -1:] <= _RANK * largest) & (size[:, -2:-1] > _RANK * largest)
    x = left[:, :, -1] / row_scale
    x = x / x.sum(-1, keepdim=True)
    inside = is_unique & (x >= -1e-9).all(-1, keepdim=True)
    x = x.clamp(min=0)
    return torch.where(inside, x / x.sum(-1, keepdim=True), torch.nan)
