"""Entropies and divergences of arrays and of distributions."""

import numpy as np
from scipy.special import entr, rel_entr, xlogy

from skloss.divergence.closed import closed_kl
from skloss.divergence.numeric import expectation, is_discrete

__all__ = ["cross_entropy", "entropy", "js_divergence", "kl_divergence"]


def entropy(p, axis=-1):
    r"""Entropy :math:`H(p) = -\sum p \log p`, in nats.

    Parameters
    ----------
    p : array-like of probabilities along ``axis``, or distribution
    axis : int, default -1

    Returns
    -------
    float or ndarray
        One dimension fewer than ``p``.

    Raises
    ------
    ValueError
        If p is not a distribution along the axis.

    Examples
    --------
    >>> from skloss import divergence
    >>> round(float(divergence.entropy([0.5, 0.5])), 4)
    0.6931
    """
    if hasattr(p, "parameters"):
        return -expectation(p, p, lambda log_p, _: log_p)
    if _is_frozen(p):
        return _plain(_entropy_of_counts(p) if is_discrete(p) else p.entropy())
    return _plain(entr(_checked(p, axis, "p")).sum(axis))


def _entropy_of_counts(p):
    """Return the entropy of each of the frozen distributions of counts."""
    shape = np.shape(p.mean())
    if shape:
        given = np.broadcast_arrays(np.empty(shape), *p.args, *p.kwds.values())[1:]
        each = [
            p.dist(
                *values[: len(p.args)],
                **dict(zip(p.kwds, values[len(p.args) :], strict=True)),
            )
            for values in zip(*(array.ravel() for array in given), strict=True)
        ]
        return np.array([_entropy_of_counts(one) for one in each]).reshape(shape)
    # SciPy's sum of a wide distribution of counts ends too early. Tails without a
    # variance are left to it: they have more values than fit in memory.
    if p.std() < 1e5:
        return -expectation(p, p, lambda log_p, _: log_p)
    return p.entropy()


def cross_entropy(p, q, axis=-1):
    r"""Cross-entropy :math:`H(p, q) = -\sum p \log q`, in nats.

    The mean code length of values from p in a code made for q. Infinite where q gives
    probability 0 to values that p gives a positive one.

    Parameters
    ----------
    p, q : array-like of probabilities along ``axis``, or distributions
    axis : int, default -1

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If p or q is not a distribution, or their shapes or kinds differ.

    Examples
    --------
    >>> from skloss import divergence
    >>> round(float(divergence.cross_entropy([1.0, 0.0], [0.5, 0.5])), 4)
    0.6931
    """
    if _is_frozen(p) or _is_frozen(q):
        return entropy(p) + kl_divergence(p, q)
    p, q = _pair(p, q, axis)
    with np.errstate(divide="ignore"):
        return _plain(-xlogy(p, q).sum(axis))


def kl_divergence(p, q, axis=-1):
    r"""Kullback-Leibler divergence :math:`\sum p \log(p / q) = H(p, q) - H(p)`.

    The extra code length per value of p in a code made for q. Not symmetric; 0 log 0
    is 0; infinite where q is 0 and p is not.

    Parameters
    ----------
    p, q : array-like of probabilities along ``axis``, or distributions
    axis : int, default -1

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If p or q is not a distribution, or their shapes or kinds differ.

    Notes
    -----
    In closed form between two Gaussians, Laplaces (asymmetric ones too), gammas or
    Poissons and between a Gaussian and a Laplace (Gil, Alajaji and Linder 2013,
    Inform. Sci. 249, 124-131); between other distributions by quadrature or, for
    counts, by a sum.

    Examples
    --------
    >>> from scipy import stats
    >>> from skloss import divergence
    >>> float(divergence.kl_divergence(stats.norm(0, 1), stats.norm(1, 1)))
    0.5
    """
    if _is_frozen(p) or _is_frozen(q):
        _check_kinds(p, q)
        found = closed_kl(_single(p), _single(q))
        if found is None:
            return expectation(p, q, lambda log_p, log_q: log_p - log_q)
        predicted = hasattr(p, "parameters") or hasattr(q, "parameters")
        return _plain(found[0] if predicted else found)
    p, q = _pair(p, q, axis)
    return _plain(rel_entr(p, q).sum(axis))


def js_divergence(p, q, axis=-1):
    r"""Jensen-Shannon divergence: the mean KL of both to their mixture.

    Symmetric, finite, at most log 2 (Lin 1991, IEEE Trans. Inf. Theory 37, 145-151).

    Parameters
    ----------
    p, q : array-like of probabilities along ``axis``, or distributions
    axis : int, default -1

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If p or q is not a distribution, or their shapes or kinds differ.

    Examples
    --------
    >>> from skloss import divergence
    >>> round(float(divergence.js_divergence([1.0, 0.0], [0.0, 1.0])), 4)
    0.6931
    """
    if _is_frozen(p) or _is_frozen(q):
        _check_kinds(p, q)
        return 0.5 * (_to_mixture(p, q) + _to_mixture(q, p))
    p, q = _pair(p, q, axis)
    middle = 0.5 * (p + q)
    both = rel_entr(p, middle) + rel_entr(q, middle)
    return _plain(0.5 * both.sum(axis))


def _is_frozen(p):
    """Return whether p is a distribution and not an array of probabilities."""
    return hasattr(p, "logpdf") or hasattr(p, "logpmf")


def _checked(p, axis, name):
    """Return probabilities that are valid along the axis."""
    try:
        p = np.asarray(p, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be an array of probabilities or a distribution ({error})."
        ) from error
    if p.ndim == 0:
        raise ValueError(
            f"{name} must be an array of probabilities or a distribution, not one "
            "number."
        )
    if not np.isfinite(p).all() or (p < 0).any():
        raise ValueError(
            f"{name} has values that are not probabilities; all must be finite and at "
            "least 0."
        )
    total = p.sum(axis)
    # A softmax in float32 sums to 1 within some 1e-6.
    if not np.allclose(total, 1.0, atol=1e-6):
        worst = np.ravel(total)[np.argmax(np.abs(np.ravel(total) - 1))]
        raise ValueError(
            f"{name} must sum to 1 along axis {axis}, but a sum is {worst:g}; divide "
            "by the sum first."
        )
    return p


def _pair(p, q, axis):
    """Return the probabilities of two distributions over the same values."""
    p, q = _checked(p, axis, "p"), _checked(q, axis, "q")
    if p.shape != q.shape:
        raise ValueError(
            f"p has shape {p.shape} but q has shape {q.shape}; both must be the same."
        )
    return p, q


def _plain(value):
    """Return a float instead of an array without dimensions."""
    return value if np.ndim(value) else float(value)


def _check_kinds(p, q):
    """Raise a ValueError unless both are arrays, continuous or discrete."""
    discrete = [is_discrete(side) if _is_frozen(side) else None for side in (p, q)]
    if discrete[0] is not discrete[1]:
        raise ValueError(
            "p and q must be of one kind: both arrays of probabilities, or "
            "distributions that are both continuous or both discrete."
        )


def _single(p):
    """Return the frozen distribution, also of a mixture of one member, or None."""
    members = getattr(p, "members", p)
    return members if members is p or p.n_members == 1 else None


def _to_mixture(p, q):
    """Return the divergence of p from the mean of both densities."""
    return expectation(
        p, q, lambda log_p, log_q: log_p - np.logaddexp(log_p, log_q) + np.log(2)
    )
