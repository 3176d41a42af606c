"""Costs of decisions about numbers."""

import numpy as np

from skloss.costs.contract import Cost, as_finite

__all__ = ["Linear", "Percentage", "Quadratic"]


class Linear(Cost):
    r"""Proportional to the error, with one price for each direction.

    The best decision is the quantile ``under / (under + over)`` of the distribution of
    the target, the newsvendor solution (Arrow, Harris and Marschak 1951, "Optimal
    Inventory Policy", doi:10.2307/1906813).

    Parameters
    ----------
    under : float
        Cost per unit by which the decision is too low; not negative.
    over : float
        Cost per unit by which the decision is too high; not negative.

    Examples
    --------
    A missing item costs three times as much as one left over:

    >>> from skloss import costs
    >>> cost = costs.Linear(under=3.0, over=1.0)
    >>> cost([10.0, 10.0], [8.0, 12.0])
    array([6., 2.])
    >>> cost.loss()
    Quantile(quantile=0.75)
    """

    name = "linear"
    formula = r"c_u \max(y - d, 0) + c_o \max(d - y, 0)"

    def __init__(self, under, over):
        self.under = under
        self.over = over

    def per_row(self, y_true, decision):
        _check_prices(under=self.under, over=self.over)
        error = _error(y_true, decision)
        return np.where(error > 0, self.under * error, -self.over * error)

    def loss(self):
        _check_prices(under=self.under, over=self.over)
        # Imported here because importing `skloss.costs` must not load torch.
        from skloss.losses import get_loss

        if not 0 < self.under / (self.under + self.over) < 1:
            return None  # the best decision is an end of the range, not a quantile
        return get_loss("quantile", quantile=self.under / (self.under + self.over))


class Quadratic(Cost):
    """Square of the error; the best decision is the mean.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Quadratic()([1.0, 2.0], [1.0, 4.0])
    array([0., 4.])
    """

    name = "quadratic"
    formula = r"(y - d)^2"

    def per_row(self, y_true, decision):
        return np.square(_error(y_true, decision))

    def loss(self):
        from skloss.losses import get_loss

        return get_loss("squared_error")


class Percentage(Cost):
    r"""Absolute error relative to the size of the truth, as a fraction.

    The best decision is the median weighted by 1 / \|y\| (Gneiting 2011, "Making and
    Evaluating Point Forecasts", doi:10.1198/jasa.2011.r10138), which is below the
    median.

    Parameters
    ----------
    smallest : float, default 1e-8
        Least size of a truth in the divisor, in units of y, so that a truth of zero
        has a finite cost.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Percentage()([2.0, 10.0], [1.0, 11.0])
    array([0.5, 0.1])
    """

    name = "percentage"
    formula = r"|y - d| / |y|"

    def __init__(self, smallest=1e-8):
        self.smallest = smallest

    def per_row(self, y_true, decision):
        error = _error(y_true, decision)
        size = np.maximum(np.abs(as_finite(y_true, "y_true")), self.smallest)
        return np.abs(error) / size

    def loss(self):
        from skloss.losses import get_loss

        return get_loss("absolute_percentage_error", smallest=self.smallest)


def _error(y_true, decision):
    """Return truths minus decisions, as floats: unsigned integers would wrap around."""
    return as_finite(y_true, "y_true") - as_finite(decision, "decision")


def _check_prices(**prices):
    """Raise a ValueError unless prices are finite, not negative and not all zero."""
    for name, price in prices.items():
        if not (np.ndim(price) == 0 and np.isfinite(price) and price >= 0):
            raise ValueError(f"{name} must be a finite number >= 0, got {price!r}.")
    if not any(prices.values()):
        raise ValueError(f"{' and '.join(prices)} are both 0, so nothing has a cost.")
