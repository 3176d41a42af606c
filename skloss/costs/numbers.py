"""Costs of decisions about numbers."""

import numpy as np

from skloss.costs.contract import Cost, as_finite, is_number
from skloss.wording import number

__all__ = ["Linear", "Linex", "Percentage", "Quadratic"]

# A decision that is a single quantile has no nodes: larger blocks take half the time.
_ROWS_OF_ONE_QUANTILE = 131_072


class Linear(Cost):
    r"""Proportional to the error, with one cost per unit for each direction.

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
    rows_at_once = _ROWS_OF_ONE_QUANTILE
    formula = r"c_u \max(y - d, 0) + c_o \max(d - y, 0)"

    def __init__(self, under, over):
        self.under = under
        self.over = over

    def validate(self):
        for name, price in self.get_params().items():
            if not (is_number(price) and price >= 0):
                raise ValueError(f"{name} must be a finite number >= 0, got {price!r}.")
        if not self.under + self.over:
            raise ValueError("under and over are both 0, so nothing has a cost.")

    def per_row(self, y_true, decision):
        error = _error(y_true, decision)
        return np.where(error > 0, self.under * error, -self.over * error)

    @property
    def level(self):
        """Level of the quantile that is the best decision."""
        self.validate()
        return self.under / (self.under + self.over)

    def rule(self, classes=None):
        if self.level == 0.5:
            return "the median"
        return f"the {number(self.level, trim=True)} quantile"

    def best(self, outcomes):
        found = outcomes.quantile(self.level)
        if not np.isfinite(found).all():
            raise ValueError(
                f"{self!r} has no best decision, because errors in one direction cost "
                f"nothing and the distribution is unbounded; set both costs above 0."
            )
        return found

    def loss(self):
        # Imported here because importing `skloss.costs` must not load torch.
        from skloss.losses import get_loss

        if not 0 < self.level < 1:
            return None  # the best decision is an end of the range, not a quantile
        return get_loss("quantile", quantile=self.level)


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

    def rule(self, classes=None):
        return "the mean"

    def best(self, outcomes):
        found = outcomes.mean()
        if not np.isfinite(found).all():
            raise ValueError(
                "Quadratic has no best decision, because the mean of the distribution "
                "is not finite; use another cost or limit it by Capped."
            )
        return found

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
    smallest : float > 0, default 1e-8
        Least size of a truth in the divisor, in units of y, so that a truth of zero
        has a finite cost. State the smallest amount that occurs if `decide` is called
        with a distribution that reaches across zero, such as a Gaussian for positive
        amounts: its outcomes close to zero otherwise outweigh all others.

    Notes
    -----
    What `TorchRegressor.predict_distribution` returns holds the range of the training
    targets. If all of them have one sign, outcomes closer to zero than any of n
    training targets (and than the median of their row), and those of the other sign,
    are left out of the decision: a new target is closer to zero than all others with a
    probability of 1 / (n + 1) only.

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

    def validate(self):
        if not (is_number(self.smallest) and self.smallest > 0):
            raise ValueError(
                f"smallest must be a finite number > 0, got {self.smallest!r}."
            )

    def rule(self, classes=None):
        return "the median with weights 1 / |y|"

    def best(self, outcomes):
        return outcomes.relative_median(self.smallest)

    def per_row(self, y_true, decision):
        error = _error(y_true, decision)
        size = np.maximum(np.abs(as_finite(y_true, "y_true")), self.smallest)
        return np.abs(error) / size

    def loss(self):
        from skloss.losses import get_loss

        self.validate()
        return get_loss("absolute_percentage_error", smallest=self.smallest)


class Linex(Cost):
    r"""Exponential in errors of one direction and about linear in the other.

    With ``a`` > 0 a decision that is too high costs most. The best decision is
    -log(E exp(-a y)) / a, which is mean - a * variance / 2 under Gaussian noise
    (Zellner 1986, "Bayesian Estimation and Prediction Using Asymmetric Loss Functions",
    doi:10.2307/2289234).

    Parameters
    ----------
    a : float
        Asymmetry, in units of 1 / y; not 0.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Linex(a=1.0)([0.0, 0.0], [2.0, -2.0]).round(3)
    array([4.389, 1.135])
    """

    name = "linex"
    formula = r"\exp(a (d - y)) - a (d - y) - 1"

    def __init__(self, a):
        self.a = a

    def validate(self):
        if not (is_number(self.a) and self.a):
            raise ValueError(f"a must be a finite number other than 0, got {self.a!r}.")

    def per_row(self, y_true, decision):
        scaled = -self.a * _error(y_true, decision)
        # exp(690) is 1e299: the sum of a million such rows is still a finite double.
        return np.expm1(np.minimum(scaled, 690.0)) - scaled

    def best(self, outcomes):
        found = -outcomes.log_moment(-self.a) / self.a
        if not np.isfinite(found).all():
            raise ValueError(
                f"{self!r} has no best decision, because the tails of the distribution "
                "are so heavy that every decision has an infinite expected cost; use "
                "another cost or limit it by Capped."
            )
        return found

    def loss(self):
        from skloss.losses import get_loss

        self.validate()
        return get_loss("linex", a=self.a)


def _error(y_true, decision):
    """Return truths minus decisions, as floats: unsigned integers would wrap around."""
    return as_finite(y_true, "y_true") - as_finite(decision, "decision")
