"""Nearest rows of embeddings, block by block: ranks of matches and expected values."""

from dataclasses import dataclass

import numpy as np

from skloss.metrics.validation import as_labels, weighted_rows

__all__ = ["Gallery", "as_gallery"]

# Distances that are computed at once: 8 MB, near the size of a processor's cache, where
# the passes over them are about twice as fast.
_BLOCK = 1_000_000
# Units of rounding within which two squared distances are equal. A squared distance is
# x^2 + y^2 - 2 x y, each of them off by about one unit of the largest square.
_ROUNDING = 16 * np.finfo(float).eps
# Neighbours up to which their labels are compared in pairs.
_FEW = 64
_SIDES = ("left", "right")


@dataclass(frozen=True, eq=False)
class Gallery:
    """Rows of an embedding, each compared with all others or with a second view.

    Attributes
    ----------
    queries : ndarray of shape (n, d)
    gallery : ndarray of shape (n, d)
        The same array if rows are compared with each other.
    codes : int ndarray of shape (n,) or None
        Labels as numbers; None for a second view, where row i matches row i.
    """

    queries: np.ndarray
    gallery: np.ndarray
    codes: np.ndarray | None

    @property
    def n_matches(self):
        """Number of rows that match each query."""
        if self.codes is None:
            return np.ones(len(self.queries), dtype=int)
        return np.bincount(self.codes)[self.codes] - 1

    def by_label(self):
        """Return the rows with those of one label together, and their order."""
        order = np.argsort(self.codes, kind="stable")
        x = self.queries[order]
        return Gallery(x, x, self.codes[order]), order

    def blocks(self):
        """Iterate over queries block by block.

        Yields
        ------
        rows : slice
        distance : ndarray of shape (len(rows), n)
            Squared distances; infinity from a row to itself.
        tolerance : ndarray of shape (len(rows), 1)
            Difference within which squared distances are equal.
        """
        # Centred and scaled, so that squares cancel as little as possible and do not
        # overflow.
        centre = self.gallery.mean(axis=0)
        x, y = self.queries - centre, self.gallery - centre
        scale = self.scale
        x, y = x / scale, y / scale
        x_square, y_square = (np.einsum("ij,ij->i", z, z) for z in (x, y))
        ones, n = np.ones(len(x)), len(x)
        # One product gives x^2 + y^2 - 2 x y, without passes over the sums.
        x = np.column_stack([-2.0 * x, x_square, ones])
        y = np.column_stack([y, ones, y_square]).T
        step = max(1, _BLOCK // n)
        for begin in range(0, n, step):
            rows = slice(begin, min(begin + step, n))
            distance = x[rows] @ y
            if self.codes is not None:
                places = np.arange(rows.start, rows.stop)
                distance[places - begin, places] = np.inf
            largest = x_square[rows, None] + y_square.max(initial=0.0)
            yield rows, distance, _ROUNDING * largest

    @property
    def scale(self):
        """What `blocks` divides rows by before it squares their distances."""
        centre = self.gallery.mean(axis=0)
        both = self.queries - centre, self.gallery - centre
        return max(np.abs(rows).max(initial=0.0) for rows in both) or 1.0

    def are_matches(self, rows, columns):
        """Return whether columns, shape (len(rows), m), match the rows of a block."""
        if self.codes is None:
            return columns == np.arange(rows.start, rows.stop)[:, None]
        return self.codes[columns] == self.codes[rows, None]


def as_gallery(y_true, embedding, sample_weight=None):
    """Validate labels or a second view, and an embedding.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, d)
        Labels, or the second view.
    embedding : array-like of shape (n, d)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    (Gallery, ndarray of shape (n,))
        Without the rows of weight 0, and the weights.
    """
    x = _as_rows(embedding, "The embedding")
    y_true = np.asarray(y_true)
    if y_true.ndim == 2:
        y = _as_rows(y_true, "The second view")
        weight, y, x = weighted_rows(sample_weight, y, x)
        if x.shape != y.shape:
            raise ValueError(
                f"The embedding has {x.shape[1]} columns and the second view "
                f"{y.shape[1]}; both must be embeddings in the same space."
            )
        return Gallery(x, y, None), weight
    weight, labels, x = weighted_rows(sample_weight, as_labels(y_true), x)
    codes = np.unique(labels, return_inverse=True)[1]
    return Gallery(x, x, codes), weight


def _as_rows(values, name):
    """Return finite rows in double precision."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 2:
        raise ValueError(f"{name} must have shape (n, dim), got {values.shape}.")
    if not np.isfinite(values).all():
        raise ValueError(
            f"{name} has missing or infinite values; score only finite ones."
        )
    return values


def first_matches(gallery):
    """Find where the nearest match of each query lies among all rows.

    Parameters
    ----------
    gallery : Gallery

    Returns
    -------
    closer, tied, matching : int ndarray of shape (n,)
        Rows that are closer than the nearest match, rows at its distance, and matches
        among these, which is 0 for a query without a match.
    """
    n = len(gallery.queries)
    if gallery.codes is None:
        order = np.arange(n)
        starts, ends = order, order + 1
    else:
        gallery, order = gallery.by_label()
        codes = gallery.codes
        starts, ends = (np.searchsorted(codes, codes, side) for side in _SIDES)
    found = np.zeros((3, n), dtype=int)
    for rows, distance, tolerance in gallery.blocks():
        nearest = np.empty((len(distance), 1))
        # Rows of a label are together, and so are their matches.
        edges = np.flatnonzero(np.diff(starts[rows], prepend=-1))
        parts = list(zip(edges, [*edges[1:], len(distance)], strict=True))
        columns = [slice(starts[rows][a], ends[rows][a]) for a, _ in parts]
        for (a, b), own in zip(parts, columns, strict=True):
            nearest[a:b, 0] = distance[a:b, own].min(axis=1)
        within = distance <= nearest + tolerance
        n_within = np.count_nonzero(within, axis=1)
        closer = np.count_nonzero(distance < nearest - tolerance, axis=1)
        for (a, b), own in zip(parts, columns, strict=True):
            found[2, rows.start + a : rows.start + b] = np.count_nonzero(
                within[a:b, own], axis=1
            )
        found[:2, rows] = closer, n_within - closer
        found[:, rows] *= np.isfinite(nearest[:, 0])
    restored = np.empty_like(found)
    restored[:, order] = found
    return tuple(restored)


def chance_within(k, closer, tied, matching):
    """Probability that the nearest match is among the first k rows.

    Equal distances are in random order, as in McSherry and Najork (2008).

    Parameters
    ----------
    k : int
    closer, tied, matching : int ndarray of shape (n,)
        From `first_matches`.

    Returns
    -------
    ndarray of shape (n,)
        NaN for a query without a match.
    """
    missed = np.ones(len(closer))
    others = tied - matching
    for drawn in range(k):
        # One more of the tied rows is among the first k, and none was a match so far.
        share = np.maximum(others - drawn, 0) / np.maximum(tied - drawn, 1)
        missed *= np.where(drawn < k - closer, share, 1.0)
    return np.where(matching > 0, 1.0 - missed, np.nan)


def expected_reciprocal_rank(closer, tied, matching):
    """Expected reciprocal rank of the nearest match, equal distances in random order.

    Parameters and result are those of `chance_within`.
    """
    value = np.where(matching > 0, 1.0 / (closer + 1.0), np.nan)
    mixed = np.flatnonzero((matching > 0) & (tied > matching))
    kinds = np.column_stack([closer, tied, matching])[mixed]
    kinds, which = np.unique(kinds, axis=0, return_inverse=True)
    expected = np.empty(len(kinds))
    for place, (before, n, m) in enumerate(kinds):
        drawn = np.arange(n - m + 1)
        # Probability that the first `drawn` tied rows are not matches.
        missed = np.cumprod(np.r_[1.0, (n - m - drawn[:-1]) / (n - drawn[:-1])])
        is_next = missed * m / (n - drawn)
        expected[place] = (is_next / (before + drawn + 1)).sum()
    value[mixed] = expected[which.ravel()]
    return value


def expected_precision(gallery):
    """Expected average precision at R of each query, where R is its number of matches.

    The mean over the first R places of (is a match) x (share of matches so far), with
    equal distances in random order (McSherry and Najork 2008, section 3).

    Parameters
    ----------
    gallery : Gallery

    Returns
    -------
    ndarray of shape (n,)
        NaN for a query without a match.
    """
    n_matches = gallery.n_matches
    value = np.full(len(n_matches), np.nan)
    for rows, distance, tolerance in gallery.blocks():
        wanted = n_matches[rows]
        if not wanted.any():
            continue
        n_columns = distance.shape[1]
        # The first R places, and the next one, which shows whether a tie ends there.
        width = min(int(wanted.max()) + 1, n_columns)
        order = _nearest(distance, width)
        if width < n_columns:
            sorted_ = np.take_along_axis(distance, order, 1)
            if (sorted_[:, -1:] - sorted_[:, -2:-1] <= tolerance).any():
                order = _nearest(distance, n_columns)
        value[rows] = _precision_of_sorted(
            np.take_along_axis(distance, order, 1),
            gallery.are_matches(rows, order),
            wanted,
            tolerance,
        )
    return value


def _nearest(distance, width):
    """Columns of the smallest distances of each row, in ascending order."""
    if width < distance.shape[1]:
        part = np.argpartition(distance, width - 1, axis=1)[:, :width]
        inner = np.argsort(np.take_along_axis(distance, part, 1), axis=1)
        return np.take_along_axis(part, inner, 1)
    return np.argsort(distance, axis=1)


def _precision_of_sorted(distance, is_match, wanted, tolerance):
    """Expected average precision of rows whose distances are sorted."""
    n_rows, n = distance.shape
    place = np.arange(n)
    starts = np.ones((n_rows, n), dtype=bool)
    with np.errstate(invalid="ignore"):  # infinity, of a row to itself, less itself
        starts[:, 1:] = ~(np.diff(distance, axis=1) <= tolerance)
    ends = np.ones_like(starts)
    ends[:, :-1] = starts[:, 1:]
    begin = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    last = np.where(ends, place, n)[:, ::-1]
    end = np.minimum.accumulate(last, axis=1)[:, ::-1] + 1
    so_far = np.concatenate(
        [np.zeros((n_rows, 1), dtype=int), is_match.cumsum(axis=1)], axis=1
    )
    before = np.take_along_axis(so_far, begin, 1)
    in_tie = np.take_along_axis(so_far, end, 1) - before
    size = end - begin
    # A place of a tie holds a match with the share of matches in the tie; given that,
    # each earlier place of it holds one of the others.
    share = in_tie / size
    earlier = (place - begin) * (in_tie - 1) / np.maximum(size - 1, 1)
    terms = share * (before + earlier + 1) / (place + 1)
    total = np.where(place < wanted[:, None], terms, 0.0).sum(axis=1)
    return np.where(wanted > 0, total / np.maximum(wanted, 1), np.nan)


def chance_of_majority(gallery, k):
    """Probability that the majority of the k nearest rows has the label of the query.

    Parameters
    ----------
    gallery : Gallery
        With labels.
    k : int
        All other rows if there are fewer.

    Returns
    -------
    ndarray of shape (n,)
        Of equally frequent labels each is chosen with the same probability; rows at the
        distance of the k-th share the remaining votes.
    """
    n = len(gallery.queries)
    k = min(k, n - 1)
    if k < 1:
        return np.full(n, np.nan)
    value = np.empty(n)
    for rows, distance, tolerance in gallery.blocks():
        order = np.argpartition(distance, k - 1, axis=1)[:, :k]
        limit = np.take_along_axis(distance, order, 1).max(axis=1, keepdims=True)
        own = gallery.codes[rows]
        found = _majority(gallery.codes[order], np.ones(order.shape), own)
        is_tied = (distance <= limit + tolerance).sum(axis=1) > k
        for row in np.flatnonzero(is_tied):
            gap = distance[row] - limit[row]
            closer, tied = gap < -tolerance[row], np.abs(gap) <= tolerance[row]
            votes = closer + tied * (k - closer.sum()) / tied.sum()
            used = votes > 0
            labels = gallery.codes[used][None]
            found[row] = _majority(labels, votes[None, used], own[row : row + 1])[0]
        value[rows] = found
    return value


def _majority(labels, votes, own):
    """Share of the own label among the labels with the most votes, 0 if it has fewer.

    Parameters are labels and votes of shape (n, k), and own labels of shape (n,).
    """
    if labels.shape[1] > _FEW:
        parts = zip(labels, votes, own, strict=True)
        return np.array([_majority_of_one(*row) for row in parts])
    same = labels[:, :, None] == labels[:, None, :]
    totals = (same * votes[:, None, :]).sum(axis=2)
    most = totals.max(axis=1, keepdims=True)
    # Sums of shares of votes are equal up to rounding.
    is_most = totals >= most - 1e-9
    n_most = (is_most / same.sum(axis=2)).sum(axis=1)
    has_own = (is_most & (labels == own[:, None])).any(axis=1)
    return np.where(has_own, 1.0 / n_most, 0.0)


def _majority_of_one(labels, votes, own):
    """As `_majority`, of one row with many neighbours."""
    totals = np.bincount(labels, votes)
    is_most = totals >= totals.max() - 1e-9
    return float(own < len(totals) and is_most[own]) / is_most.sum()
