"""The form of a law: a rule for losses, and the cases that it applies to."""

from collections.abc import Callable
from dataclasses import dataclass

from skloss.check.case import Case

__all__ = ["Law"]


def _always(case):
    """Return True: the law applies to every case."""
    return True


@dataclass(frozen=True)
class Law:
    """What a loss must obey.

    Attributes
    ----------
    name : str
        As in `Loss.exceptions`.
    check : callable
        From a `Case` to a sentence on how the loss breaks the law, empty if it does
        not.
    applies : callable
        From a `Case` to whether the law applies to it.
    is_basic : bool
        Whether later laws presuppose it.
    is_fault : bool
        Whether a loss that breaks it is wrong; otherwise a note is reported.
    """

    name: str
    check: Callable[[Case], str]
    applies: Callable[[Case], bool] = _always
    is_basic: bool = False
    is_fault: bool = True
