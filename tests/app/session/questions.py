"""Small tables with a question, for the tests of the session."""

import pandas as pd

from skloss.app.session.proposals import propose
from skloss.app.session.question import Question
from skloss.app.session.tables import LoadedTable
from skloss.tasks import as_task


def question_of(target, task=None, **features):
    """Return the question of a target; without features, a numeric one is added."""
    features = features or {"x": [k / 7 for k in range(len(target))]}
    frame = pd.DataFrame(features | {"y": target})
    proposal, roles = propose(frame, "y")
    task = proposal.task if task is None else as_task(task)
    loaded = LoadedTable("table.csv", frame, f"digest of {list(target)}")
    return Question(loaded, "y", task, roles)
