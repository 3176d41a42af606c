"""Quantiles of weighted values."""

import numpy as np

__all__ = ["inverse_cdf", "weighted_quantile"]

#: Share of the weight within which two sums of weights count as equal. Adding up a
#: million weights of 0.1 is off by 1e-11 of the sum, and by no more than 1e-9 for any
#: table that fits in memory.
TIE = 1e-9


def weighted_quantile(values, quantile, sample_weight=None):
    """Return the quantile of weighted values, the mean of two values at a tie.

    Where exactly the share `quantile` of the weight lies at or below a value, the
    result is the mean of that value and the next, as `numpy.median` has it. A row of
    weight 2 counts as the row twice, a row of weight 0 not at all, whatever the order.

    Parameters
    ----------
    values : array-like of shape (n,)
    quantile : float
        Between 0 and 1.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Notes
    -----
    NumPy's method "averaged_inverted_cdf", which it does not offer with weights;
    definition 2 of Hyndman and Fan (1996), Am. Stat. 50, 361-365.

    Examples
    --------
    >>> from skloss.metrics.quantiles import weighted_quantile
    >>> weighted_quantile([1.0, 2.0, 4.0], 0.5).item()
    2.0
    >>> weighted_quantile([1.0, 2.0, 4.0], 0.5, [1, 1, 2]).item()
    3.0
    """
    ends = np.array([quantile - TIE, quantile + TIE])
    low, high = inverse_cdf(np.asarray(values, dtype=float), ends, sample_weight)
    return low / 2 + high / 2  # whose sum may overflow


def inverse_cdf(values, levels, sample_weight=None):
    """Return the smallest values with at least these shares of weight at or below them.

    Parameters
    ----------
    values : ndarray of shape (n,)
    levels : ndarray of shape (k,)
        Shares, ascending. Subtract `TIE` from a share that sums of weights may meet
        exactly, so that rounding does not decide.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    ndarray of shape (k,)
        The first or last value for shares beyond 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.metrics.quantiles import inverse_cdf
    >>> inverse_cdf(np.array([3.0, 1.0, 2.0]), np.array([0.1, 0.9])).tolist()
    [1.0, 3.0]
    """
    weight = None if sample_weight is None else np.asarray(sample_weight)
    if weight is None or (weight == weight[0]).all():  # no need to sort everything
        places = np.ceil(levels * len(values)).clip(1, len(values)).astype(int) - 1
        return _order_statistics(values, places)
    order = np.argsort(values)
    order = order[weight[order] > 0]
    cumulative = np.cumsum(weight[order])
    places = np.searchsorted(cumulative, levels * cumulative[-1])
    return values[order][places.clip(0, len(order) - 1)]


def _order_statistics(values, places):
    """Return the sorted values at these places, which ascend."""
    found, rest, first = {}, values, 0
    # Place by place in what lies above the last one: NumPy takes up to several times
    # as long to find all places in one call.
    for place in np.unique(places):
        rest = np.partition(rest, place - first)[place - first :]
        found[place], first = rest[0], place
    return np.array([found[place] for place in places])
