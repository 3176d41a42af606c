"""Weighted medians and scales that one wild row cannot move."""

import numpy as np
import torch
from scipy import sparse

from skloss.metrics.quantiles import weighted_quantile

__all__ = ["absolute_error_residuals", "robust_scale"]

_MAD_TO_SIGMA = 1.4826022185056018  # 1 / Phi^-1(3/4)
_KEPT = 2_000_000  # numbers of a table that is kept standardised
_WIDEST = 600  # columns; the squares of more cost more than training does


def robust_scale(residuals, sample_weight=None):
    """Standard deviation of the Gaussian with the same median absolute deviation.

    For residuals of shape (n_samples, n_targets), one scale per target. When more than
    half of the residuals are equal it falls back to their standard deviation, then
    to 1, so that it is always positive.
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
    """Residuals of a linear least-absolute-deviations fit of ``y`` on ``X``.

    By iteratively reweighted least squares (Schlossmacher 1973) with longer steps, to
    about a thousandth of the mean absolute residual. Without ``X``, with more than 600
    columns or too few rows for them, residuals about the weighted median.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
    sample_weight : ndarray of shape (n_rows,), optional
    X : ndarray or CSR matrix of shape (n_rows, n_features), optional
    n_iter : int, default 30

    Returns
    -------
    ndarray of the shape of ``y``
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
    smallest = 1e-6 * robust_scale(residuals, weight)
    for _ in range(n_iter):
        size = np.abs(residuals)
        typical = weighted_quantile(size, 0.5, weight)
        # The floor keeps rows that happen to be met, as whole numbers often are, from
        # holding the fit where it is.
        floor = max(0.05 * typical, smallest)
        coef = design.solve(residuals, 1 / np.maximum(size, floor))
        fitted = design.predict(coef)
        # Newton would step one to several times as far, by how peaked the noise is.
        length, residuals = min(
            ((k, residuals - k * fitted) for k in (1, 2, 4)),
            key=lambda step: (weight * np.abs(step[1])).sum(),
        )
        if length * np.abs(coef).max() < 0.01 * max(typical, 1000 * smallest):
            break
    return residuals


class _Design:
    """Standardised columns and an intercept, in float64 by blocks of rows.

    A large table is never copied whole; a small one is kept standardised. Products are
    torch's, whose number of threads is the caller's to set.
    """

    def __init__(self, X, share, rows=2048):
        self.X, self.share = X, torch.as_tensor(share)
        n_rows, n_columns = X.shape
        self.blocks = [slice(b, b + rows) for b in range(0, n_rows, rows)]
        self.mean = sum(self.share[b] @ self._columns(b) for b in self.blocks)
        spread = sum(
            self.share[b] @ (self._columns(b) - self.mean).square_()
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
        """Blocks with their rows."""
        rows = map(self._rows, self.blocks) if self.kept is None else self.kept
        return zip(self.blocks, rows, strict=True)

    def solve(self, y, weight):
        """Weighted least squares."""
        y, weight = torch.as_tensor(y), torch.as_tensor(weight) * self.share
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
        # Results kept between the blocks would stop their memory from serving again.
        fitted = coef.new_empty(self.X.shape[0])
        for block, rows in self._parts():
            torch.mv(rows, coef, out=fitted[block])
        return fitted.numpy()
