"""A finished comparison, with what it was made from."""

from dataclasses import dataclass
from typing import Any

from skloss.app.session.question import Question
from skloss.app.session.settings import Settings


@dataclass(frozen=True, eq=False)
class Result:
    """A comparison with the question and settings that it was made from.

    Attributes
    ----------
    comparison : Comparison
    question : Question
    settings : Settings
    seconds : float
        Wall-clock time of the comparison.
    out_of_time : bool
        Whether the time limit stopped it.
    """

    comparison: Any
    question: Question
    settings: Settings
    seconds: float
    out_of_time: bool
