"""Errors of a comparison over the time and by the group of its rows."""

from typing import Any

import pandas as pd

from skloss import figures
from skloss.app.parts import frame, pickers
from skloss.app.session.question import Question


def errors_by_row(
    question: Question,
    comparison: Any,
    time: pd.Series | None,
    group: pd.Series | None,
) -> None:
    """Draw the errors over time, if the table has it, and by group, if it has them.

    Parameters
    ----------
    question : Question
    comparison : Comparison
    time, group : Series or None
        One value for each row of the table.
    """
    output = None
    if question.task.has_numbers:
        output = pickers.output_picker(question, "errors-output")
    if time is not None:
        over_time = figures.error_over_time(comparison, time, output)
        frame.figure(over_time, key="over-time")
    if group is not None:
        by_group = figures.error_by_group(comparison, group, output)
        frame.figure(by_group, key="by-group")
