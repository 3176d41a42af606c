"""Ranges of numbers: of targets, of predictions, of a loss's parameters."""

from inspect import signature
from numbers import Real
from typing import NamedTuple

import numpy as np

__all__ = [
    "NOT_NEGATIVE",
    "POSITIVE",
    "UNIT",
    "Interval",
    "Range",
    "as_numbers",
    "check_params",
]


class Interval(NamedTuple):
    """A range of numbers, each end in it or not."""

    low: float = -float("inf")
    high: float = float("inf")
    low_inclusive: bool = False
    high_inclusive: bool = False

    def outside(self, values):
        """Mask of the values that are not in the interval (arrays or tensors)."""
        below = values < self.low if self.low_inclusive else values <= self.low
        above = values > self.high if self.high_inclusive else values >= self.high
        return below | above

    def __str__(self):
        parts = []
        if self.low > -float("inf"):
            parts.append(f"{'>=' if self.low_inclusive else '>'} {self.low:g}")
        if self.high < float("inf"):
            parts.append(f"{'<=' if self.high_inclusive else '<'} {self.high:g}")
        return " and ".join(parts) or "any number"


POSITIVE = Interval(0.0)
NOT_NEGATIVE = Interval(0.0, low_inclusive=True)
UNIT = Interval(0.0, 1.0)


class Range(NamedTuple):
    """The values of a parameter that are of use; both ends work and are tested.

    ``domain`` holds the values that mean anything at all; others are refused.
    """

    low: float
    high: float
    log: bool = False
    domain: Interval = Interval()


def as_numbers(value):
    """The value as an array in double precision, or None if it is no numbers.

    Examples
    --------
    >>> as_numbers([0.5, 1])
    array([0.5, 1. ])
    >>> as_numbers("0.5") is None
    True
    """
    try:
        if np.asarray(value).dtype.kind in "USmM":  # NumPy reads numbers in text
            return None
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def check_params(loss):
    """Refuse parameters that mean nothing, such as a quantile of 90 or of "0.9".

    None is for parameters whose default is no number.

    Raises
    ------
    ValueError
        Naming the first parameter outside its domain, and its value.
    """
    for name, spec in loss.param_ranges.items():
        value = getattr(loss, name)
        if value is None:
            parameter = signature(type(loss)).parameters.get(name)
            if not isinstance(getattr(parameter, "default", None), Real):
                continue
            numbers = None
        else:
            numbers = as_numbers(value)
        if (
            numbers is None
            or spec.domain.outside(numbers).any()
            or np.isnan(numbers).any()
        ):
            raise ValueError(
                f"{name} of {loss.name} must be {spec.domain}, got {value!r}."
            )
