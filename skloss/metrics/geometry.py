"""Scores of the shape of an embedding: alignment, uniformity and silhouette."""

import numpy as np
from sklearn import config_context
from sklearn.metrics import silhouette_samples

from skloss.metrics.neighbours import Gallery, as_gallery
from skloss.metrics.registry import register
from skloss.metrics.retrieval import mean_over_queries, row_scores_of

__all__ = []

# Memory for the distances of a block, as a setting of scikit-learn.
_MEGABYTES = 64


def _on_sphere(gallery):
    """Return the gallery with rows of length one; a row of zeros stays one."""
    return Gallery(_unit(gallery.queries), _unit(gallery.gallery), gallery.codes)


def _unit(x):
    # Divided by the largest number first, so that squares do not overflow.
    x = x / np.maximum(np.abs(x).max(axis=1, keepdims=True, initial=0.0), 1e-300)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-300)


def _squares_to_matches(y_true, embedding, sample_weight):
    """Return the mean squared distance of each row to its matches, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    gallery = _on_sphere(gallery)
    x, codes = gallery.queries, gallery.codes
    if codes is None:
        return ((x - gallery.gallery) ** 2).sum(axis=1), weight
    count = np.bincount(codes)
    centres = np.stack([np.bincount(codes, column) for column in x.T], axis=1)
    to_centre = ((x - centres[codes] / count[codes, None]) ** 2).sum(axis=1)
    # The sum over j of (x_i - x_j)^2 is n (x_i - m)^2 + sum_j (x_j - m)^2.
    total = (count * np.bincount(codes, to_centre, minlength=len(count)))[codes]
    total = count[codes] * to_centre + total / count[codes]
    others = count[codes] - 1
    value = np.where(others > 0, total / np.maximum(others, 1), np.nan)
    return value, weight


def _alignment_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_squares_to_matches(y_true, embedding, sample_weight))


@register(
    label="Alignment",
    greater_is_better=False,
    kind="retrieval",
    input="y_pred",
    help="Mean squared distance between rows that belong together, on the unit sphere; "
    "0 also if all rows are at one point.",
    row_scores=_alignment_rows,
)
def alignment(y_true, embedding, *, sample_weight=None):
    """Mean squared distance of rows to their matches, all of them of length one.

    Smaller is better, but an embedding of all rows at one point has 0 as well: read it
    with `uniformity`. Matches are those of `recall_at_k`; a row without a match is left
    out.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, embedding_dim)
        Labels of the rows, or embeddings of their second view.
    embedding : array-like of shape (n, embedding_dim)
        Each row is divided by its length.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Between 0 and 4.

    References
    ----------
    Wang and Isola (2020), Understanding contrastive representation learning through
    alignment and uniformity on the hypersphere, arXiv:2005.10242.

    Examples
    --------
    >>> from skloss.metrics import alignment
    >>> alignment([0, 0, 1, 1], [[1.0, 0.0], [0.0, 5.0], [1.0, 0.0], [2.0, 0.0]])
    1.0
    """
    return mean_over_queries(*_squares_to_matches(y_true, embedding, sample_weight))


def _potentials(y_true, embedding, sample_weight):
    """Return the mean of exp(-2 d^2) of each row to all others, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    x, n = _unit(gallery.queries), len(gallery.queries)
    if n < 2:
        return np.full(n, np.nan), weight
    # All pairs of rows are compared, also of a first view.
    rows = Gallery(x, x, np.zeros(n, dtype=int))
    value, factor = np.empty(n), -2.0 * rows.scale**2
    for part, distance, _ in rows.blocks():
        np.maximum(distance, 0.0, out=distance)
        distance *= factor
        value[part] = np.exp(distance, out=distance).sum(axis=1) / (n - 1)
    return value, weight


def _uniformity_rows(y_true, embedding, *, sample_weight=None):
    values, weight = _potentials(y_true, embedding, sample_weight)
    mean = mean_over_queries(values, weight)
    if np.isnan(mean):
        return None
    # The derivative of a logarithm. A row is in the mean as itself and as the other row
    # of all others, hence 2.
    return np.log(mean) + 2.0 * (values - mean) / mean


@register(
    label="Uniformity",
    greater_is_better=False,
    kind="retrieval",
    input="y_pred",
    help="How evenly rows cover the unit sphere: 0 if all are at one point, lower if "
    "they are spread.",
    row_scores=_uniformity_rows,
)
def uniformity(y_true, embedding, *, sample_weight=None):
    r"""Logarithm of the mean of :math:`e^{-2 d^2}` over all pairs of different rows.

    Smaller is better: 0 if all rows are at one point, about -3.5 for rows that are
    spread evenly over a sphere of 16 dimensions. Read it with `alignment`.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, embedding_dim)
        As for `alignment`; the value does not depend on it.
    embedding : array-like of shape (n, embedding_dim)
        Each row is divided by its length.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        NaN for a single row.

    References
    ----------
    Wang and Isola (2020), Understanding contrastive representation learning through
    alignment and uniformity on the hypersphere, arXiv:2005.10242.

    Examples
    --------
    >>> from skloss.metrics import uniformity
    >>> uniformity([0, 1], [[1.0, 0.0], [0.0, 3.0]])  # squared distance 2
    -4.0
    """
    mean = mean_over_queries(*_potentials(y_true, embedding, sample_weight))
    return float(np.log(mean))


def _silhouettes(y_true, embedding, sample_weight):
    """Return the silhouette of each row, and its weight."""
    gallery, weight = as_gallery(y_true, embedding, sample_weight)
    codes, n = gallery.codes, len(gallery.queries)
    if codes is None:
        raise ValueError("silhouette requires labels of shape (n,), not a view.")
    if not 2 <= codes.max(initial=0) + 1 < n:
        return np.full(n, np.nan), weight
    with config_context(working_memory=_MEGABYTES):
        return silhouette_samples(gallery.queries, codes), weight


def _silhouette_rows(y_true, embedding, *, sample_weight=None):
    return row_scores_of(*_silhouettes(y_true, embedding, sample_weight))


@register(
    label="Silhouette",
    greater_is_better=True,
    kind="embedding",
    input="y_pred",
    help="How much closer rows are to their own class than to the nearest other one, "
    "from -1 to 1.",
    row_scores=_silhouette_rows,
)
def silhouette(y_true, embedding, *, sample_weight=None):
    """Mean silhouette of rows, with the labels as clusters.

    (b - a) / max(a, b) with the mean distance a to the other rows of the label, and b
    to those of the nearest other label. It is scikit-learn's `silhouette_score`, with
    weights of the rows in the mean.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels of the rows.
    embedding : array-like of shape (n, embedding_dim)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        NaN if all rows have one label, or each has its own.

    Examples
    --------
    >>> from skloss.metrics import silhouette
    >>> round(silhouette([0, 0, 1, 1], [[0.0], [1.0], [9.0], [10.0]]), 3)
    0.889
    """
    return mean_over_queries(*_silhouettes(y_true, embedding, sample_weight))
