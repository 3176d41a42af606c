"""Encoding of columns: standardised, and piecewise linear between weighted octiles."""

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.sparsefuncs import mean_variance_axis

from skloss.metrics.quantiles import TIE, inverse_cdf

__all__ = ["Encoding"]

# More bins follow single rows of small tables, where this encoding matters most.
_N_BINS = 8
# A column whose standard deviation is below this many roundings of its mean is constant
# up to rounding; it is centred and not scaled, which would amplify the rounding.
_ROUNDINGS = 64
# Narrower bins have no slope: its reciprocal would overflow in float32.
_NARROWEST_BIN = 1e-30
# Rows summed at once: their float64 copy stays in the second-level cache.
_BLOCK_ROWS = 1024


class Encoding(torch.nn.Module):
    """Standardise columns and append piecewise-linear columns.

    A column with more than two distinct values gets one column per bin between its
    octiles: -1 below the bin, 1 above it, linear within; the two end bins extend by at
    most one bin width, and empty bins give 0 (Gorishniy et al. 2022, On Embeddings for
    Numerical Features, appended to the plain column instead of replacing it). Every
    statistic is weighted and independent of row order: a row of weight 2 counts twice.

    Attributes
    ----------
    mean, scale : Tensor of shape (n_features,)
    columns : LongTensor of shape (n_encoded,)
        Columns that have bins.
    edges : Tensor of shape (n_encoded, 9)
        Edges of the bins, in standardised units.
    """

    def __init__(self, X, sample_weight, piecewise_linear):
        super().__init__()
        weight = np.asarray(sample_weight, dtype=float)
        mean, variance = _moments(X, weight)
        floor = (_ROUNDINGS * np.finfo(X.dtype).eps * np.abs(mean)) ** 2
        scale = np.where(variance > floor, np.sqrt(variance), 1.0)
        columns, edges = [], []
        for column, values in _columns(X) if piecewise_linear else ():
            found = _octiles(values, weight)
            if found is not None:
                columns.append(column)
                edges.append((found - mean[column]) / scale[column])
        self._keep("mean", mean)
        self._keep("scale", scale)
        self.register_buffer("columns", torch.tensor(columns, dtype=torch.long))
        self._keep("edges", np.array(edges).reshape(-1, _N_BINS + 1))

    def _keep(self, name, value):
        self.register_buffer(name, torch.as_tensor(np.asarray(value, dtype=float)))

    @property
    def n_outputs(self):
        """Number of encoded columns."""
        return len(self.mean) + _N_BINS * len(self.columns)

    def forward(self, X, dtype=None):
        """Encode rows of shape (..., n_features), by default in their dtype.

        The same operations as `fill`, but on new tensors: they have gradients, and can
        be traced, exported and vectorised.
        """
        dtype = X.dtype if dtype is None else dtype
        if X.itemsize < dtype.itemsize:
            X = X.to(dtype)
        z = (X - self.mean.to(X.dtype)).to(dtype) * self.scale.reciprocal().to(dtype)
        if not len(self.columns):
            return z
        low, slope, lowest, highest, is_wide = self._bins(dtype)
        position = (z[..., self.columns, None] - low) * slope
        position = torch.minimum(torch.maximum(position, lowest), highest)
        position = (position * 2 - 1) * is_wide
        return torch.cat([z, position.flatten(-2)], dim=-1)

    def _bins(self, dtype):
        """Lower edges, slopes, lowest and highest position, and whether they are bins.

        The slope of an empty bin is 0; the two end bins extend by a bin width.
        """
        edges = self.edges.to(dtype)
        width = edges[:, 1:] - edges[:, :-1]
        slope = torch.where(width > 0, 1 / width.clamp_min(_NARROWEST_BIN), 0.0)
        lowest, highest = slope.new_zeros(_N_BINS), slope.new_ones(_N_BINS)
        lowest[0], highest[-1] = -1.0, 2.0
        return edges[:, :-1], slope, lowest, highest, width > 0

    def fill(self, X, out):
        """Encode rows into ``out``, whose precision may differ."""
        d = len(self.mean)
        if X.itemsize < out.itemsize:  # copied first: twice as fast as mixed operands
            X = out[:, :d].copy_(X)
        # The higher precision of the two may hold an offset that the lower cannot.
        torch.sub(X, self.mean.to(X.dtype), out=out[:, :d])
        out[:, :d].mul_(self.scale.reciprocal().to(out.dtype))
        if len(self.columns):
            low, slope, lowest, highest, is_wide = self._bins(out.dtype)
            # In place: new memory for a whole table costs more than the sums.
            z = out[:, self.columns][:, :, None]
            position = out[:, d:].unflatten(1, (-1, _N_BINS))
            torch.sub(z, low, out=position).mul_(slope)
            torch.maximum(position, lowest, out=position)
            torch.minimum(position, highest, out=position)
            position.mul_(2).sub_(1).mul_(is_wide)
        return out


def _moments(X, weight, block=_BLOCK_ROWS):
    """Weighted mean and variance of each column, in float64."""
    weight = weight / weight.sum()
    if sparse.issparse(X):
        mean, variance = mean_variance_axis(X.astype(float), axis=0, weights=weight)
        return mean, np.maximum(variance, 0.0)
    # Sums are taken about the mean of up to 256 rows, so that a large offset does not
    # cancel the digits of the variance, and by blocks that stay in the cache.
    origin = X[:: 1 + len(X) // 256].mean(0, dtype=float)
    first, second = torch.zeros(2, X.shape[1], dtype=torch.float64)
    origin, weight = torch.from_numpy(origin), torch.as_tensor(weight)
    memory = first.new_empty(min(block, len(X)), X.shape[1])
    for begin in range(0, len(X), block):
        own = weight[begin : begin + block]
        part = memory[: len(own)]
        part.numpy()[:] = X[begin : begin + block]  # which may be read-only
        first.addmv_(part.sub_(origin).mT, own)
        second.addmv_(part.square_().mT, own)
    origin = origin.numpy()
    first, second = first.numpy(), second.numpy()
    return origin + first, np.maximum(second - first**2, 0.0)


def _columns(X):
    """Columns that may have bins, one by one and dense."""
    if not sparse.issparse(X):
        for column in range(X.shape[1]):
            yield column, X[:, column]
        return
    X = X.tocsc()
    for column in range(X.shape[1]):
        values = X.data[X.indptr[column] : X.indptr[column + 1]]
        if len(values) and np.ptp(values):  # else zeros and one other value at most
            yield column, X[:, [column]].toarray()[:, 0]


def _octiles(values, weight):
    """Edges of eight bins of equal weight, or None for two distinct values or fewer."""
    # The first rows usually have three values, and sorting all rows takes longer.
    if len(np.unique(values[:1000])) < 3 and len(np.unique(values)) < 3:
        return None
    targets = np.linspace(0, 1, _N_BINS + 1)
    return inverse_cdf(values, targets - TIE, weight).astype(float)
