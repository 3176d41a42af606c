"""The losses of a first comparison, which follow the values of the target."""

import numpy as np

from skloss.tasks import as_task

__all__ = ["default_losses"]

# Where the lowest and the highest tenth of amounts are an order of magnitude apart, the
# spread more often grows with the amount than stays constant.
_SPREAD = 10.0
# A class with less than this part of an equal share (10% of the rows, of two classes)
# is missed by most decisions at the default threshold.
_RARE = 0.2
_COUNTS = ("squared_error", "absolute_error", "poisson", "negative_binomial")
_AMOUNTS = ("squared_error", "absolute_error", "huber", "gamma")
_SHARES = ("kl_divergence", "js_divergence", "squared_error")
_RARE_CLASS = ("cross_entropy", "focal", "logit_adjusted")


def default_losses(y, task):
    """Return the names of the losses of a first comparison.

    Counts get losses for counts, positive amounts of different size `gamma`, several
    columns that sum to 1 the divergences, and classes of which one is rare
    `logit_adjusted`; others get those of the task.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets without missing values.
    task : str or Task

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from skloss.losses.contract.defaults import default_losses
    >>> default_losses([0, 3, 1, 1, 7], "regression")
    ('squared_error', 'absolute_error', 'poisson', 'negative_binomial')
    """
    y, task = np.asarray(y), as_task(task)
    if len(y) and task.has_numbers and y.dtype.kind in "iuf":
        return _of_numbers(y, task)
    if len(y) and task.has_classes and task.is_compared:
        sizes = np.unique(y, return_counts=True)[1]
        if sizes.min() / len(y) < _RARE / len(sizes):
            return _RARE_CLASS
    return task.default_losses


def _of_numbers(y, task):
    if y.ndim == 2 and (y >= 0).all() and np.allclose(y.sum(axis=1), 1, atol=1e-6):
        return _SHARES
    if (y == np.round(y)).all() and y.min() in (0, 1) and y.max() > 1:
        return _COUNTS
    low, high = np.quantile(y, [0.1, 0.9])
    if y.min() > 0 and high / low >= _SPREAD:
        return _AMOUNTS
    return task.default_losses
