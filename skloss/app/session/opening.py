"""The finished comparison of a sample that the first page shows, from a file.

``docs/make_opening.py`` writes the file. It holds the sentences and the figure as well,
so that the first page needs neither training nor torch.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from skloss import datasets, figures, report
from skloss.app.session import session_file, tables
from skloss.app.session.proposals import propose
from skloss.app.session.question import Question
from skloss.app.session.results import Result
from skloss.app.session.settings import Choice

PATH = Path(__file__).parents[1] / "opening.json"
#: The sample on which losses differ most: its mean, median and quantiles do.
SAMPLE = "deliveries"
#: The feature along which the curves of the losses are furthest apart.
FEATURE = "distance"
#: One loss each for the mean, the median and a quantile.
CHOICES = (
    Choice("squared_error"),
    Choice("absolute_error"),
    Choice("quantile", (("quantile", 0.9),)),
)


@dataclass(frozen=True)
class Opening:
    """What the first page shows of a finished comparison.

    Attributes
    ----------
    sentences : tuple of str
        The summary, not escaped.
    figure : plotly.graph_objects.Figure
        The fits.
    session : str
        Content of the session file.
    """

    sentences: tuple[str, ...]
    figure: Any
    session: str


def sample_question() -> Question:
    """Return the question that loading the sample leads to."""
    loaded, target = tables.load_sample(SAMPLE), datasets.load_sample(SAMPLE).target
    proposal, roles = propose(loaded.frame, target)
    return Question.of(loaded, target, proposal.task, roles)


def write(result: Result) -> str:
    """Return the content of the file for a finished comparison.

    Parameters
    ----------
    result : Result

    Returns
    -------
    str
    """
    found = {
        "sentences": report.sentences(result.comparison),
        "figure": json.loads(figures.fits(result.comparison, FEATURE).to_json()),
        "session": json.loads(
            session_file.write(result.question, result.settings, result)
        ),
    }
    return json.dumps(found, allow_nan=False)


@cache
def opening() -> Opening:
    """Return the finished comparison, read once for the whole server."""
    found = json.loads(PATH.read_text(encoding="utf-8"))
    return Opening(
        tuple(found["sentences"]),
        figures.read_figure(found["figure"]),
        json.dumps(found["session"]),
    )
