"""From a table of numbers to the inputs of a network, learned from training rows.

Every statistic is weighted and independent of row order: a row of weight 2 counts as
the row twice.
"""

import numpy as np
import torch
from scipy import sparse
from sklearn.utils.sparsefuncs import mean_variance_axis

from skloss.metrics.quantiles import TIE, inverse_cdf

__all__ = ["EncodedRows", "Encoding", "Inputs", "rows_tensor"]

_N_BINS = 8
_KEPT = 8_000_000  # numbers of an encoded table that is kept


class Encoding(torch.nn.Module):
    """Standardise columns and set piecewise-linear columns beside them.

    A column with more than two distinct values gets one column per bin between its
    octiles: -1 below the bin, 1 above it, a line within; the two end bins run on by at
    most one bin width, and empty bins give 0 (Gorishniy et al. 2022, On Embeddings for
    Numerical Features, set beside the plain column instead of in its place).

    Attributes
    ----------
    mean, scale : Tensor of shape (n_features,)
    columns : LongTensor of shape (n_encoded,)
        Columns that have bins.
    edges : Tensor of shape (n_encoded, 9)
        Of the bins, in standardised units.
    """

    def __init__(self, X, sample_weight, piecewise_linear):
        super().__init__()
        weight = np.asarray(sample_weight, dtype=float)
        mean, variance = _moments(X, weight)
        floor = (64 * np.finfo(X.dtype).eps * np.abs(mean)) ** 2
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
        """Columns that come out."""
        return len(self.mean) + _N_BINS * len(self.columns)

    def forward(self, X, dtype=None):
        """Encode rows of shape (n_samples, n_features), by default in their dtype."""
        out = X.new_empty((len(X), self.n_outputs), dtype=dtype)
        return self.fill(X, out)

    def fill(self, X, out):
        """Encode rows into ``out``, whose precision may be another."""
        d = len(self.mean)
        if X.itemsize < out.itemsize:  # a copy is twice as fast as mixed operands
            X = out[:, :d].copy_(X)
        # The higher precision of the two may hold an offset that the lower cannot.
        torch.sub(X, self.mean.to(X.dtype), out=out[:, :d])
        out[:, :d].mul_(self.scale.reciprocal().to(out.dtype))
        if len(self.columns):
            edges = self.edges.to(out.dtype)
            low, high = edges[:, :-1], edges[:, 1:]
            width = high - low
            slope = torch.where(width > 0, 1 / width.clamp_min(1e-30), 0.0)
            lowest = slope.new_zeros(_N_BINS)
            highest = slope.new_ones(_N_BINS)
            lowest[0], highest[-1] = -1.0, 2.0
            # In place: a table's worth of fresh memory costs more than the sums.
            z = out[:, self.columns][:, :, None]
            position = out[:, d:].unflatten(1, (-1, _N_BINS))
            torch.sub(z, low, out=position).mul_(slope)
            torch.maximum(position, lowest, out=position)
            torch.minimum(position, highest, out=position)
            position.mul_(2).sub_(1).mul_(width > 0)
        return out


class EncodedRows:
    """Rows that are encoded when they are asked for, as a tensor would give them.

    For a table that is sparse, or too large to be kept encoded: a float32 table of
    numbers is then in memory once, whatever the encoding adds.
    """

    def __init__(self, X, encoding, dtype, device):
        self.X = X if sparse.issparse(X) else rows_tensor(X)
        self.encoding, self.dtype, self.device = encoding, dtype, device
        self.shape = (X.shape[0], encoding.n_outputs)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, rows):
        """Encoded rows: a slice, or numbers in a LongTensor."""
        return self.read(rows)

    def tensor(self, block=4096):
        """All rows at once, encoded block by block so that no other copy is made."""
        whole = torch.empty(self.shape, dtype=self.dtype, device=self.device)
        for begin in range(0, len(self), block):
            rows = slice(begin, begin + block)
            self.read(rows, whole[rows])
        return whole

    def read(self, rows, out=None):
        """Encoded rows, in the first rows of ``out`` where there is memory to reuse."""
        picked = self._picked(rows)
        if out is None:
            shape = (len(picked), self.shape[1])
            out = torch.empty(shape, dtype=self.dtype, device=self.device)
        return self.encoding.fill(picked.to(self.device), out[: len(picked)])

    def _picked(self, rows):
        rows = rows if isinstance(rows, slice) else rows.cpu()
        if not sparse.issparse(self.X):
            return self.X[rows]
        return rows_tensor(self.X[rows if isinstance(rows, slice) else rows.numpy()])

    def centred(self, rows):
        """Return a function that writes rows less the columns' means to memory.

        For whoever reads the same rows many times and takes the columns' scales, and
        no bins, into account: two operations where the rows lie together.
        """
        mean = self.encoding.mean.to(self.dtype)
        if isinstance(rows, slice) and not sparse.issparse(self.X):
            kept = self.X[rows]
            return lambda out: out.copy_(kept).sub_(mean)
        return lambda out: out.copy_(self._picked(rows)).sub_(mean)


def rows_tensor(X):
    """Rows as a dense tensor, without a copy where none is needed."""
    X = np.ascontiguousarray(X.toarray() if sparse.issparse(X) else X)
    if not X.flags.writeable:  # torch has no read-only tensors
        X = X.copy()
    return torch.from_numpy(X)


def _moments(X, weight, block=2048):
    """Weighted mean and variance of each column, in float64."""
    share = weight / weight.sum()
    if sparse.issparse(X):
        mean, variance = mean_variance_axis(X.astype(float), axis=0, weights=share)
        return mean, np.maximum(variance, 0.0)
    # Sums are taken about the mean of some rows, lest a large offset cancel, and by
    # blocks that stay in the cache.
    origin = X[:: 1 + len(X) // 256].mean(0, dtype=float)
    first, second = torch.zeros(2, X.shape[1], dtype=torch.float64)
    part, share = np.empty((min(block, len(X)), X.shape[1])), torch.as_tensor(share)
    for begin in range(0, len(X), block):
        rows = X[begin : begin + block]
        part[: len(rows)] = rows
        centred, own = torch.from_numpy(part[: len(rows)]), share[begin:][: len(rows)]
        first += own @ centred.sub_(torch.from_numpy(origin))
        second += own @ centred.square_()
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
    if len(np.unique(values[:1000])) < 3 and len(np.unique(values)) < 3:
        return None
    targets = np.linspace(0, 1, _N_BINS + 1)
    return inverse_cdf(values, targets - TIE, weight).astype(float)


class Inputs:
    """Encoded training rows, made once and shared by all models that learn from them.

    Attributes
    ----------
    X : array or CSR matrix of shape (n_rows, n_features)
        As it came.
    encoding : Encoding
    n_rows : int
    """

    def __init__(self, X, sample_weight, *, piecewise_linear, device, encoding=None):
        self.X, self.device = X, device
        self.n_rows = X.shape[0]
        if encoding is None:
            encoding = Encoding(X, sample_weight, piecewise_linear)
        self.encoding = encoding.to(device)
        self._tensors, self._splits = {}, {}

    def __getstate__(self):
        """Travel light: what was encoded can be encoded again."""
        return self.__dict__ | {"_tensors": {}, "_splits": {}}

    def tensor(self, dtype, in_order=False):
        """Encoded rows of the given precision: a tensor or, if large, `EncodedRows`.

        For whoever reads them ``in_order`` always the latter: block by block, encoding
        takes less time than fresh memory for all rows would.
        """
        large = self.n_rows * self.encoding.n_outputs > _KEPT
        kept = not (in_order or large or sparse.issparse(self.X))
        if (dtype, kept) not in self._tensors:
            rows = EncodedRows(self.X, self.encoding, dtype, self.device)
            self._tensors[dtype, kept] = rows.tensor() if kept else rows
        return self._tensors[dtype, kept]

    def split(self, seed, fraction, labels=None):
        """Rows to fit and to stop on, stratified by ``labels`` where given.

        Returns
        -------
        (LongTensor, LongTensor or None)
        """
        key = (seed, fraction)
        if key not in self._splits:
            self._splits[key] = self._draw(seed, fraction, labels)
        return self._splits[key]

    def _draw(self, seed, fraction, labels):
        if fraction is None:
            return torch.arange(self.n_rows), None
        n_held = max(1, round(fraction * self.n_rows))
        if n_held == self.n_rows:
            raise ValueError(
                f"early_stopping holds out {n_held} of {self.n_rows} row(s), which "
                "leaves none to learn from; set it to False or lower "
                "validation_fraction."
            )
        rng = np.random.default_rng(seed)
        order = rng.permutation(self.n_rows)
        if labels is not None:
            # Spread each class evenly along the order, then take every k-th row.
            order = order[np.argsort(labels[order], kind="stable")]
            offset = rng.random()
            picks = ((np.arange(n_held) + offset) * self.n_rows / n_held).astype(int)
            held = order[picks]
        else:
            held = order[:n_held]
        mask = np.zeros(self.n_rows, dtype=bool)
        mask[held] = True
        return tuple(torch.from_numpy(np.flatnonzero(m)) for m in (~mask, mask))
