"""Ranges of numbers: of targets, of predictions, of the parameters of a loss."""

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
    """A range of numbers; each end belongs to it or not.

    Parameters
    ----------
    low, high : float, default -inf and inf
    low_inclusive, high_inclusive : bool, default False
        Whether the end itself belongs to the interval.

    Examples
    --------
    >>> from skloss.losses import Interval
    >>> print(Interval(0.0, 1.0, low_inclusive=True))
    >= 0 and < 1
    """

    low: float = -float("inf")
    high: float = float("inf")
    low_inclusive: bool = False
    high_inclusive: bool = False

    def outside(self, values):
        """Return a mask of the values that are not in the interval.

        Parameters
        ----------
        values : array or Tensor

        Returns
        -------
        array or Tensor of bool
            Of the shape of ``values``.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.losses import Interval
        >>> Interval(0.0).outside(np.array([0.0, 1.0]))
        array([ True, False])
        """
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
    """Useful values of a parameter of a loss; both ends work and are tested.

    Parameters
    ----------
    low, high : float
        Ends of a slider.
    log : bool, default False
        Whether the slider is logarithmic.
    domain : Interval, default any number
        Valid values; others raise a ValueError.

    Examples
    --------
    >>> from skloss.losses import Interval, Range
    >>> Range(0.05, 10.0, log=True, domain=Interval(0.0)).high
    10.0
    """

    low: float
    high: float
    log: bool = False
    domain: Interval = Interval()


def as_numbers(value):
    """Convert a value to an array in double precision; None if it is not numeric.

    Examples
    --------
    >>> as_numbers([0.5, 1])
    array([0.5, 1. ])
    >>> as_numbers("0.5") is None
    True
    """
    try:
        if np.asarray(value).dtype.kind in "USmM":  # NumPy would parse numbers in text
            return None
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def check_params(loss, defaults):
    """Raise a ValueError for invalid parameters, such as a quantile of 90 or "0.9".

    ``defaults`` holds the defaults of the parameters by name. None is valid for a
    parameter whose default is not a number; a parameter whose default is a bool is one.

    Raises
    ------
    ValueError
        Naming the first parameter outside its domain, and its value.
    """
    for name, spec in loss.param_ranges.items():
        value = getattr(loss, name)
        if value is None and not isinstance(defaults.get(name), Real):
            continue
        most = int(name in loss.sequence_params)
        if not _is_valid(value, spec.domain, most):
            is_list = np.ndim(as_numbers(value)) > most == 0
            what = f"one number {spec.domain}" if is_list else spec.domain
            raise ValueError(f"{name} of {loss.name} must be {what}, got {value!r}.")
    for name, default in defaults.items():
        value = getattr(loss, name)
        if isinstance(default, bool) and not isinstance(value, (bool, np.bool_)):
            raise ValueError(
                f"{name} of {loss.name} must be True or False, got {value!r}."
            )


def _is_valid(value, domain, most_dimensions):
    """Whether a value is a number in the domain, or several where they are allowed."""
    numbers = None if value is None else as_numbers(value)
    if numbers is None or numbers.size == 0:
        return False
    if numbers.ndim > most_dimensions or np.isnan(numbers).any():
        return False
    return not domain.outside(numbers).any()
