"""Leverage: what the uncertain coefficients of a linear model add to its variance."""

from dataclasses import dataclass

import numpy as np
import torch

from skloss.encoding import rows_tensor

__all__ = ["Leverage"]

# Training rows per coefficient up to which the variance of coefficients counts: beyond,
# it adds less than a thousandth to that of a typical row.
_ROWS_PER_COEFFICIENT = 1000
# Coefficients up to which their covariance is computed: a matrix of 2 MB.
_MOST_COEFFICIENTS = 500
_ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Leverage:
    """Variance of a linear prediction, in units of the variance of the noise.

    With encoded rows z, their intercept included, weights w and the penalty alpha, it
    is h(x) = z' (sum w z z' + alpha I)^-1 z.

    Attributes
    ----------
    inverse : ndarray of shape (n_coefficients, n_coefficients)
    n_lost_dof : float
        Degrees of freedom that the coefficients use up: the trace of the hat matrix.
    n_left_dof : float
        Those that are left of the sum of weights, at least 1.
    """

    inverse: np.ndarray
    n_lost_dof: float
    n_left_dof: float

    @classmethod
    def learn(cls, model, plan):
        """Return the leverage of a linear model, or None where it is negligible.

        Parameters
        ----------
        model : FittedNumbers
        plan : FitPlan
        """
        X, weight = plan.inputs.X, plan.target.weight
        n_coefficients = model.encoding.n_outputs + 1
        total = float(weight.sum())
        if (
            n_coefficients > _MOST_COEFFICIENTS
            or total > _ROWS_PER_COEFFICIENT * n_coefficients
        ):
            return None
        gram = np.zeros((n_coefficients, n_coefficients))
        for rows in _blocks(X.shape[0]):
            z = _with_intercept(model, X[rows])
            gram += z.T @ (weight[rows, None] * z)
        penalty = np.full(n_coefficients, plan.models[0].alpha * total)
        penalty[-1] = 0.0  # of the intercept
        # Columns that depend on others add nothing.
        inverse = np.linalg.pinv(gram + np.diag(penalty), hermitian=True)
        lost = float(np.sum(inverse * gram))
        return cls(inverse, lost, max(total - lost, 1.0))

    def of(self, model, X):
        """Return h(x) of each row, an ndarray of shape (n_samples,)."""
        out = np.empty(X.shape[0])
        for rows in _blocks(len(out)):
            z = _with_intercept(model, X[rows])
            out[rows] = np.sum((z @ self.inverse) * z, axis=1)
        return np.maximum(out, 0.0)


def _blocks(n_rows):
    """Yield slices of rows."""
    for start in range(0, n_rows, _ROWS_AT_ONCE):
        yield slice(start, start + _ROWS_AT_ONCE)


def _with_intercept(model, X):
    """Return encoded rows and a column of ones."""
    encoding = model.encoding
    rows = rows_tensor(X).to(encoding.mean.device)
    encoded = rows.new_empty((len(rows), encoding.n_outputs), dtype=torch.float64)
    encoded = encoding.fill(rows, encoded).cpu().numpy()
    return np.column_stack([encoded, np.ones(len(encoded))])
