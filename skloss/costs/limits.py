"""Costs that do not grow with the error: limits and tolerances."""

import numpy as np

from skloss.costs.contract import Cost, as_cost, as_finite, is_number
from skloss.wording import number

__all__ = ["Capped", "Tolerance"]


class Capped(Cost):
    """Another cost, limited from above.

    No loss trains for it: the expected cost is not convex in the decision.

    Parameters
    ----------
    cost : Cost or callable
    limit : float
        Largest cost of a row; positive.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Capped(costs.Quadratic(), limit=10.0)([0.0, 0.0], [2.0, 5.0])
    array([ 4., 10.])
    """

    name = "capped"
    formula = r"\min(c(y, d), l)"

    def __init__(self, cost, limit):
        self.cost = cost
        self.limit = limit

    @property
    def over_classes(self):
        """Whether the limited cost is one of classes."""
        return as_cost(self.cost).over_classes

    @property
    def has_other_decisions(self):
        """Whether the limited cost has decisions that are not classes."""
        return as_cost(self.cost).has_other_decisions

    @property
    def n_rows(self):
        """Number of rows that the amounts of the limited cost are for, or None."""
        return as_cost(self.cost).n_rows

    def __getitem__(self, rows):
        """Return the cost of some rows, as a comparison slices it by fold."""
        return Capped(as_cost(self.cost)[rows], self.limit)

    def validate(self):
        if not (is_number(self.limit) and self.limit > 0):
            raise ValueError(f"limit must be positive and finite, got {self.limit!r}.")
        as_cost(self.cost).validate()

    def class_table(self, classes, n_classes):
        table = as_cost(self.cost).class_table(classes, n_classes)
        return np.minimum(table, self.limit)

    def per_row(self, y_true, decision):
        return np.minimum(as_cost(self.cost)(y_true, decision), self.limit)


class Tolerance(Cost):
    """Zero within a tolerance of the truth, a fixed amount outside it.

    No loss trains for it; the best decision is the centre of the interval of that
    width with the highest probability.

    Parameters
    ----------
    width : float
        Largest error that costs nothing, in units of y; not negative.
    miss : float, default 1.0
        Cost of a larger error; positive.

    Examples
    --------
    >>> from skloss import costs
    >>> costs.Tolerance(width=0.5, miss=20.0)([1.0, 1.0], [1.5, 1.6])
    array([ 0., 20.])
    """

    name = "tolerance"
    formula = r"m\, 1[|y - d| > w]"

    def __init__(self, width, miss=1.0):
        self.width = width
        self.miss = miss

    def validate(self):
        if not (is_number(self.width) and self.width >= 0):
            raise ValueError(f"width must be a number >= 0, got {self.width!r}.")
        if not (is_number(self.miss) and self.miss > 0):
            raise ValueError(f"miss must be a number > 0, got {self.miss!r}.")

    def rule(self, classes=None):
        width = number(self.width, trim=True)
        return f"the value whose interval of ± {width} has the highest probability"

    def best(self, outcomes):
        return outcomes.densest(self.width)

    def per_row(self, y_true, decision):
        error = as_finite(y_true, "y_true") - as_finite(decision, "decision")
        return np.where(np.abs(error) > self.width, self.miss, 0.0)
