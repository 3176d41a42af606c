"""The form of a law: what a loss must obey, and for which cases it has a meaning."""

from collections.abc import Callable
from dataclasses import dataclass

from skloss.check.case import Case

__all__ = ["Law"]


def _always(case):
    """Apply to any case."""
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
        From a `Case` to whether the law has a meaning for it.
    is_basic : bool
        Whether later laws presuppose it.
    is_fault : bool
        Whether a loss that breaks it is wrong; otherwise it is worth a note.
    """

    name: str
    check: Callable[[Case], str]
    applies: Callable[[Case], bool] = _always
    is_basic: bool = False
    is_fault: bool = True
