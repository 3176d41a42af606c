"""Encoded rows of a table: kept as a tensor, or encoded when they are read."""

import numpy as np
import torch
from scipy import sparse

from skloss.encoding.batches import grouped_order
from skloss.encoding.columns import Encoding
from skloss.encoding.split import content_key, split_distinct_rows, split_rows

__all__ = ["EncodedRows", "Inputs", "rows_tensor"]

# Numbers of an encoded table that is kept: 64 MB in float64. A larger one is encoded
# batch by batch, so that memory stays near the size of the data.
_KEPT = 8_000_000
# Rows that are encoded at once where all are: a block stays in the cache.
_BLOCK_ROWS = 4096
# Sum of weights up to which equal rows are held out together: a network memorises
# the copies that would stop it otherwise, and a row of weight two would not equal two
# rows. Beyond, sorting takes a second or more, and memory of the size of some columns.
_MOST_AS_DRAWN = 1_000_000
# Rows whose key another row has, beyond which some are copies: of a million rows that
# differ, some hundred pairs have one key of nine digits by chance.
_MOST_BY_CHANCE = 10_000
# Sum of weights below which all numbers of the rows are compared, not one for each row.
_COMPARED_WHOLE = 200


class EncodedRows:
    """Rows that are encoded when they are read, indexed like a tensor.

    For a table that is sparse, or too large to be kept encoded: a float32 table is then
    in memory once, whatever columns the encoding adds.
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

    def tensor(self, block=_BLOCK_ROWS):
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
        """Return a function that writes rows minus the columns' means to memory.

        For a caller that reads the same rows many times, and applies the columns'
        scales to sums instead: two operations per read, without bins.
        """
        mean = self.encoding.mean.to(self.dtype)
        if isinstance(rows, slice) and not sparse.issparse(self.X):
            kept = self.X[rows]
            return lambda out: out.copy_(kept).sub_(mean)
        return lambda out: out.copy_(self._picked(rows)).sub_(mean)


def rows_tensor(X):
    """Rows as a dense tensor, without a copy if possible."""
    X = np.ascontiguousarray(X.toarray() if sparse.issparse(X) else X)
    if not X.flags.writeable:  # torch has no read-only tensors
        X = X.copy()
    return torch.from_numpy(X)


class Inputs:
    """Encoded training rows, made once and shared by all models that learn from them.

    Attributes
    ----------
    X : array or CSR matrix of shape (n_rows, n_features)
        Unchanged.
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
        """Drop cached tensors when pickling; they can be rebuilt."""
        return self.__dict__ | {"_tensors": {}, "_splits": {}}

    def tensor(self, dtype, in_order=False):
        """Encoded rows of the given precision: a tensor or, if large, `EncodedRows`.

        With ``in_order`` always the latter, because encoding block by block takes less
        time than allocating memory for all rows.
        """
        large = self.n_rows * self.encoding.n_outputs > _KEPT
        kept = not (in_order or large or sparse.issparse(self.X))
        if (dtype, kept) not in self._tensors:
            rows = EncodedRows(self.X, self.encoding, dtype, self.device)
            self._tensors[dtype, kept] = rows.tensor() if kept else rows
        return self._tensors[dtype, kept]

    def split(self, seed, fraction, labels=None, y=None, weight=None, compared=False):
        """Rows to fit and to stop on, stratified by ``labels`` where given.

        With targets and weights, equal rows are on the same side, as far as `as_drawn`
        finds them. With ``compared``, for a loss that compares rows, the rows to stop
        on are in an order of which each section is a batch: several rows of each of its
        labels.

        Returns
        -------
        (LongTensor, LongTensor or None)
        """
        key = (seed, fraction, compared)
        if key not in self._splits:
            drawn = weight is not None and isinstance(fraction, float)
            if compared and drawn:  # of a longer table, pairs of rows are held out
                drawn = weight.sum() < _COMPARED_WHOLE
            # Targets of compared rows may hold weights, which copies do not have.
            values = y if labels is None or not compared else labels
            table = self.as_drawn(values, weight) if drawn else None
            if table is not None:
                sides = split_distinct_rows(table, weight, seed, fraction, labels)
            else:
                together = 2 if compared else 1
                sides = split_rows(self.n_rows, seed, fraction, labels, together)
            if compared and sides[1] is not None:
                sides = sides[0], _in_batches(sides[1], seed, labels)
            self._splits[key] = sides
        return self._splits[key]

    def as_drawn(self, y, weight):
        """Rows with their targets as one table, if equal ones are to stay together.

        Returns
        -------
        ndarray of shape (len(y), n_columns) or None
            Of many rows, a single number for each, from `content_key`. None where they
            are too many for that, or all differ and have a weight of 1.
        """
        X = self.X[: len(y)]
        if weight.sum() < _COMPARED_WHOLE:
            return np.column_stack([X.toarray() if sparse.issparse(X) else X, y])
        if weight.sum() > _MOST_AS_DRAWN:
            return None
        key = content_key(X, y)
        if (weight == 1).all() and _all_differ(key, X, y):
            return None
        return key[:, None]


def _all_differ(key, X, y):
    """Return whether no two rows are equal, given a key that equal rows share."""
    _, group, count = np.unique(key, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(count[group] > 1)
    if len(rows) > _MOST_BY_CHANCE:
        return False
    X = X[rows].toarray() if sparse.issparse(X) else X[rows]
    return len(np.unique(np.column_stack([X, y[rows]]), axis=0)) == len(rows)


def _in_batches(rows, seed, labels):
    """Rows in an order of which each section holds several rows of each label."""
    groups = torch.arange(len(rows))
    if labels is not None:
        groups = torch.as_tensor(labels.astype(np.int64))[rows]
    return rows[grouped_order(groups, torch.Generator().manual_seed(seed))]
