"""Statistics that losses learn before training: a scale, and two linear fits."""

import numpy as np
import torch
from scipy import sparse

from skloss.metrics.quantiles import weighted_quantile

__all__ = ["absolute_error_residuals", "log_linear_means", "robust_scale"]

_MAD_TO_SIGMA = 1.4826022185056018  # 1 / Phi^-1(3/4)
# 16 MB in float64: a table up to this size is standardised once instead of in every
# iteration.
_KEPT = 2_000_000
# The cost of a least-squares step grows with the square of the columns; beyond this
# width it would take longer than the training that it prepares.
_WIDEST = 600


def robust_scale(residuals, sample_weight=None):
    r"""Standard deviation of the Gaussian with the same median absolute deviation.

    1.4826 times the median of \|r - median(r)\|. If more than half of the residuals
    are equal, the standard deviation of all of them; if that is 0 too, 1.

    Parameters
    ----------
    residuals : array of shape (n_samples,) or (n_samples, n_targets)
    sample_weight : array of shape (n_samples,), optional

    Returns
    -------
    float or ndarray of shape (n_targets,)
        Always positive.

    Examples
    --------
    >>> from skloss.losses.robust_statistics import robust_scale
    >>> robust_scale([1.0, 2.0, 3.0, 4.0, 1000.0]).round(3)
    np.float64(1.483)
    """
    residuals = np.asarray(residuals, dtype=float)
    if residuals.ndim == 2:
        return np.array([robust_scale(r, sample_weight) for r in residuals.T])
    centre = weighted_quantile(residuals, 0.5, sample_weight)
    scale = _MAD_TO_SIGMA * weighted_quantile(
        np.abs(residuals - centre), 0.5, sample_weight
    )
    if scale <= 0:
        mean = np.average(residuals, weights=sample_weight)
        scale = np.sqrt(np.average((residuals - mean) ** 2, weights=sample_weight))
    return scale if scale > 0 else 1.0


def absolute_error_residuals(y, sample_weight=None, X=None, n_iter=30):
    r"""Residuals of a linear least-absolute-deviations fit of ``y`` on ``X``.

    Minimises ``sum(w * abs(r))`` by iteratively reweighted least squares with weights
    w / \|r\| (Schlossmacher 1973) and longer steps, to a few thousandths of the least
    mean absolute residual. Without ``X``, with more than 600 columns or too few rows
    for them, residuals about the weighted median.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
    sample_weight : ndarray of shape (n_rows,), optional
    X : ndarray or CSR matrix of shape (n_rows, n_features), optional
    n_iter : int, default 30
        Iterations at most.

    Returns
    -------
    ndarray of the shape of ``y``

    References
    ----------
    .. [1] Schlossmacher (1973), An Iterative Technique for Absolute Deviations Curve
       Fitting, doi:10.1080/01621459.1973.10481436

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.losses.robust_statistics import absolute_error_residuals
    >>> absolute_error_residuals(np.array([1.0, 2.0, 9.0]))
    array([-1.,  0.,  7.])
    """
    y = np.asarray(y, dtype=float)
    if y.ndim == 2:
        columns = [absolute_error_residuals(c, sample_weight, X, n_iter) for c in y.T]
        return np.stack(columns, axis=1)
    weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
    residuals = y - weighted_quantile(y, 0.5, weight)
    X = X if X is None or sparse.issparse(X) else np.asarray(X)
    if X is None or X.shape[1] > min(_WIDEST, np.count_nonzero(weight) / 2 - 1):
        return residuals
    design = _Design(X, weight / weight.sum())
    # Residuals below a millionth of the spread of y are rounding errors of the fit.
    smallest = 1e-6 * robust_scale(residuals, weight)
    for _ in range(n_iter):
        size = np.abs(residuals)
        typical = weighted_quantile(size, 0.5, weight)
        # Without a floor, here a twentieth of the typical residual, rows that the
        # current fit meets exactly, as rounded targets often are, would have infinite
        # weight and keep the fit where it is.
        floor = max(0.05 * typical, smallest)
        coef = design.solve(residuals, 1 / np.maximum(size, floor))
        fitted = design.predict(coef)
        # A Newton step is one to several times as long, depending on how peaked the
        # noise is; the best of three lengths is taken.
        length, residuals = min(
            ((k, residuals - k * fitted) for k in (1, 2, 4)),
            key=lambda step: (weight * np.abs(step[1])).sum(),
        )
        # Columns are standardised, so coefficients are in units of y: stop when none
        # moves by a hundredth of the typical residual. Where the fit is exact and that
        # residual vanishes, a thousandth of the spread of y takes its place.
        if length * np.abs(coef).max() < 0.01 * max(typical, 1000 * smallest):
            break
    return residuals


def log_linear_means(y, sample_weight=None, X=None, n_iter=8):
    """Means of ``y`` by a log-linear Poisson model of ``X``.

    Iteratively reweighted least squares with weights w m and the working response
    log m + (y - m) / m (McCullagh & Nelder 1989, section 2.5). Without ``X``, with more
    than 600 columns or too few rows for them, the weighted mean.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        Not negative.
    sample_weight : ndarray of shape (n_rows,), optional
    X : ndarray or CSR matrix of shape (n_rows, n_features), optional
    n_iter : int, default 8
        Iterations; the dispersion that is read from the means needs two digits.

    Returns
    -------
    ndarray of the shape of ``y``

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.losses.robust_statistics import log_linear_means
    >>> X = np.arange(12.0)[:, None]
    >>> means = log_linear_means(2.0 ** X[:, 0], X=X)
    >>> means.round(2).tolist()[:6]
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    """
    y = np.asarray(y, dtype=float)
    if y.ndim == 2:
        columns = [log_linear_means(c, sample_weight, X, n_iter) for c in y.T]
        return np.stack(columns, axis=1)
    weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
    mean = np.average(y, weights=weight)
    means = np.full(len(y), mean)
    X = X if X is None or sparse.issparse(X) else np.asarray(X)
    # A coefficient needs several rows, or the means would follow the noise.
    few = X is None or X.shape[1] > min(_WIDEST, np.count_nonzero(weight) / 5 - 1)
    if few or mean <= 0:
        return means
    design = _Design(X, weight / weight.sum())
    # A mean beyond a thousand times the average, or below a thousandth of it, is an
    # extrapolation of the linear model that would drown the other rows.
    low, high = np.log(mean) - 7, np.log(mean) + 7
    # The usual start halfway to the mean: its logarithm exists where y is 0.
    means = 0.5 * (y + mean)
    logs = np.log(means)
    for _ in range(n_iter):
        coef = design.solve(logs + (y - means) / means, means / mean)
        logs = np.clip(design.predict(coef), low, high)
        means = np.exp(logs)
    return means


class _Design:
    """Standardised columns and an intercept, in float64 by blocks of rows.

    A large table is never copied as a whole; a small one is kept standardised. Products
    are computed by torch, whose number of threads the caller sets.
    """

    def __init__(self, X, weight, rows=2048):
        self.X, self.weight = X, torch.as_tensor(weight)
        n_rows, n_columns = X.shape
        self.blocks = [slice(b, b + rows) for b in range(0, n_rows, rows)]
        self.mean = sum(self.weight[b] @ self._columns(b) for b in self.blocks)
        spread = sum(
            self.weight[b] @ (self._columns(b) - self.mean).square_()
            for b in self.blocks
        ).sqrt()
        self.scale = torch.where(spread > 0, spread, 1.0)
        self.width = n_columns + 1
        small = n_rows * n_columns <= _KEPT
        self.kept = [self._rows(b) for b in self.blocks] if small else None

    def _columns(self, block):
        rows = self.X[block].astype(float)
        return torch.from_numpy(rows.toarray() if sparse.issparse(rows) else rows)

    def _rows(self, block):
        columns = (self._columns(block) - self.mean).div_(self.scale)
        return torch.nn.functional.pad(columns, (0, 1), value=1.0)

    def _parts(self):
        """Pairs of a block and its standardised rows."""
        rows = map(self._rows, self.blocks) if self.kept is None else self.kept
        return zip(self.blocks, rows, strict=True)

    def solve(self, y, weight):
        """Coefficients of weighted least squares, by the normal equations."""
        y, weight = torch.as_tensor(y), torch.as_tensor(weight) * self.weight
        # A ridge of 1e-10 makes collinear columns solvable; next to the curvature of
        # standardised columns it is negligible.
        gram = 1e-10 * weight.sum() * torch.eye(self.width, dtype=y.dtype)
        moment = torch.zeros(self.width, dtype=y.dtype)
        for block, rows in self._parts():
            weighted = (rows * weight[block, None]).T
            gram += weighted @ rows
            moment += weighted @ y[block]
        return torch.linalg.solve(gram, moment).numpy()

    def predict(self, coef):
        """Fitted values of all rows."""
        coef = torch.as_tensor(coef)
        # Written in place, so that the memory of a block is reused for the next one.
        fitted = coef.new_empty(self.X.shape[0])
        for block, rows in self._parts():
            torch.mv(rows, coef, out=fitted[block])
        return fitted.numpy()
