"""Scores of embeddings: whether the nearest rows are matches."""

import numbers

import numpy as np

from skloss.metrics.neighbours import (
    as_gallery,
    chance_of_majority,
    chance_within,
    expected_precision,
    expected_reciprocal_rank,
    first_matches,
)
from skloss.metrics.registry import register

__all__ = ["recall_at_k"]


def _positive(k):
    """Return a number of neighbours; raise unless it is a positive integer."""
    if isinstance(k, bool) or not isinstance(k, numbers.Integral) or k < 1:
        raise ValueError(f"k must be a positive integer, got {k!r}.")
    return int(k)


def mean_over_queries(values, weight):
    """Weighted mean over the queries that have a value, NaN if none has one."""
    has_value = ~np.isnan(values)
    if not has_value.any():
        return float("nan")
    return float(np.average(values[has_value], weights=weight[has_value]))


def row_scores_of(values, weight):
    """Scores of rows whose weighted mean is the score, None without a score.

    A query without a value has no influence on the score. That of a row as a candidate
    of others is left out: it is smaller by the number of rows.
    """
    score = mean_over_queries(values, weight)
    if np.isnan(score):
        return None
    has_value = ~np.isnan(values)
    share = weight[has_value].sum() / weight.sum()
    return np.where(has_value, score + (values - score) / share, score)


def _recall(y_true, embedding, k, sample_weight):
    """Return whether each query finds a match among the first k, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    return chance_within(k, *first_matches(gallery)), weight


def _recall_at_1_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_recall(y_true, embedding, 1, sample_weight))


def _recall_at_5_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_recall(y_true, embedding, 5, sample_weight))


def _reciprocal_ranks(y_true, embedding, sample_weight):
    """Return the reciprocal rank of each query's nearest match, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    return expected_reciprocal_rank(*first_matches(gallery)), weight


def _mean_reciprocal_rank_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_reciprocal_ranks(y_true, embedding, sample_weight))


def _precisions(y_true, embedding, sample_weight):
    """Return the average precision at R of each query, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    return expected_precision(gallery), weight


def _map_at_r_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_precisions(y_true, embedding, sample_weight))


def _majorities(y_true, embedding, k, sample_weight):
    """Return whether neighbours vote for the label of each query, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    if gallery.codes is None:
        raise ValueError("knn_accuracy requires labels of shape (n,), not a view.")
    return chance_of_majority(gallery, k), weight


def _knn_accuracy_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_majorities(y_true, embedding, 5, sample_weight))


def recall_at_k(y_true, embedding, k=1, *, sample_weight=None):
    """Share of rows that have a match among their k nearest rows.

    With labels, the matches of a row are the other rows of its label, and the row
    itself is no candidate. With a second view, row i of the embedding searches all rows
    of the view, and row i of it is its match. A row without a match is left out. Rows
    at equal distances come in random order, and the result is the expected value, so
    that an embedding of all rows at one point has the score of a random order.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, embedding_dim)
        Labels of the rows, or embeddings of their second view.
    embedding : array-like of shape (n, embedding_dim)
        Compared by the Euclidean distance. Distances of rows of length one order pairs
        as their cosines do.
    k : int, default 1
    sample_weight : array-like of shape (n,), optional
        Weights of the searches; a row of weight 0 is not a candidate either.

    Returns
    -------
    float
        NaN if no row has a match.

    Raises
    ------
    ValueError
        If k is not a positive integer, or the shapes do not match.

    References
    ----------
    McSherry and Najork (2008), Computing information retrieval performance measures
    efficiently in the presence of tied scores, ECIR.

    Examples
    --------
    >>> from skloss.metrics import recall_at_k
    >>> rows = [[0.0], [1.0], [1.5], [9.0]]
    >>> recall_at_k(["a", "a", "b", "b"], rows), recall_at_k([0, 0, 1, 1], rows, k=2)
    (0.5, 0.75)
    """
    return mean_over_queries(*_recall(y_true, embedding, _positive(k), sample_weight))


@register(
    label="Recall@1",
    greater_is_better=True,
    kind="retrieval",
    input="y_pred",
    help="Share of rows whose nearest row is a match: a row of the same class, or its "
    "own second view.",
    row_scores=_recall_at_1_rows,
)
def recall_at_1(y_true, embedding, *, sample_weight=None):
    """Share of rows whose nearest row is a match: see `recall_at_k`.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, embedding_dim)
        Labels of the rows, or embeddings of their second view.
    embedding : array-like of shape (n, embedding_dim)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.metrics import recall_at_1
    >>> recall_at_1([0, 0, 1, 1], [[0.0], [1.0], [1.5], [9.0]])
    0.5
    """
    return recall_at_k(y_true, embedding, 1, sample_weight=sample_weight)


@register(
    label="Recall@5",
    greater_is_better=True,
    kind="retrieval",
    input="y_pred",
    help="Share of rows with a match among their five nearest rows.",
    row_scores=_recall_at_5_rows,
)
def recall_at_5(y_true, embedding, *, sample_weight=None):
    """Share of rows with a match among their five nearest rows: see `recall_at_k`.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, embedding_dim)
        Labels of the rows, or embeddings of their second view.
    embedding : array-like of shape (n, embedding_dim)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.metrics import recall_at_5
    >>> recall_at_5([0, 0, 1, 1], [[0.0], [1.0], [1.5], [9.0]])
    1.0
    """
    return recall_at_k(y_true, embedding, 5, sample_weight=sample_weight)


@register(
    label="MRR",
    greater_is_better=True,
    kind="retrieval",
    input="y_pred",
    help="Mean of one divided by the rank of the nearest match.",
    row_scores=_mean_reciprocal_rank_rows,
)
def mean_reciprocal_rank(y_true, embedding, *, sample_weight=None):
    """Mean of the reciprocal rank of each row's nearest match.

    Matches, distances and ties are those of `recall_at_k`.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, embedding_dim)
        Labels of the rows, or embeddings of their second view.
    embedding : array-like of shape (n, embedding_dim)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.metrics import mean_reciprocal_rank
    >>> mean_reciprocal_rank([0, 0, 1, 1], [[0.0], [1.0], [1.5], [9.0]])  # 1, 2, 3, 1
    0.7083333333333333
    """
    values = _reciprocal_ranks(y_true, embedding, sample_weight)
    return mean_over_queries(*values)


@register(
    label="MAP@R",
    greater_is_better=True,
    kind="embedding",
    input="y_pred",
    help="Mean average precision among the R nearest rows, where R is the number of "
    "matches: 1 only if all matches come first.",
    row_scores=_map_at_r_rows,
)
def map_at_r(y_true, embedding, *, sample_weight=None):
    r"""Mean average precision at R, the number of matches of each row.

    The mean over rows of :math:`\frac1R \sum_{i=1}^{R} P(i)`, where :math:`P(i)` is the
    share of matches among the i nearest rows if the i-th is a match, else 0 [1]_.
    Matches, distances and ties are those of `recall_at_k`.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels of the rows.
    embedding : array-like of shape (n, embedding_dim)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    References
    ----------
    .. [1] Musgrave, Belongie and Lim (2020), A Metric Learning Reality Check,
       arXiv:2003.08505.

    Examples
    --------
    >>> from skloss.metrics import map_at_r
    >>> round(map_at_r([0, 0, 0, 1], [[0.0], [1.0], [3.0], [1.9]]), 3)
    0.333
    """
    return mean_over_queries(*_precisions(y_true, embedding, sample_weight))


@register(
    label="kNN accuracy",
    greater_is_better=True,
    kind="embedding",
    input="y_pred",
    help="Share of rows whose label is the most frequent one of their five nearest "
    "rows.",
    row_scores=_knn_accuracy_rows,
)
def knn_accuracy(y_true, embedding, k=5, *, sample_weight=None):
    """Share of rows whose label is the most frequent one of their k nearest rows.

    Each row is predicted from the other rows, so that a model that was fitted to other
    rows is scored without them. Labels that are equally frequent share the prediction;
    rows at the distance of the k-th share the votes that remain.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels of the rows.
    embedding : array-like of shape (n, embedding_dim)
    k : int, default 5
    sample_weight : array-like of shape (n,), optional
        Weights of the predicted rows; a row of weight 0 has no vote either.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If k is not a positive integer, or the shapes do not match.

    Examples
    --------
    >>> from skloss.metrics import knn_accuracy
    >>> knn_accuracy([0, 0, 0, 1], [[0.0], [1.0], [3.0], [1.9]], k=3)
    0.75
    """
    return mean_over_queries(
        *_majorities(y_true, embedding, _positive(k), sample_weight)
    )
