"""Small tables with a question, for the tests of the session."""

import dataclasses

import pandas as pd

from skloss.app.session.proposals import propose
from skloss.app.session.question import Question
from skloss.app.session.tables import LoadedTable
from skloss.tasks import as_task

NUMBERS = [1.5, 2.5, 3.0, 4.5, 6.0, 7.5]


def question_of(target, task=None, **features):
    """Return the question of a target; without features, a numeric one is added."""
    features = features or {"x": [k / 7 for k in range(len(target))]}
    frame = pd.DataFrame(features | {"y": target})
    proposal, roles = propose(frame, "y")
    task = proposal.task if task is None else as_task(task)
    loaded = LoadedTable("table.csv", frame, f"digest of {list(target)}")
    return Question(loaded, "y", task, roles)


def with_role(question, column, role):
    roles = question.roles.copy()
    roles.loc[column, "role"] = role
    return dataclasses.replace(question, roles=roles)


HOSPITALS = question_of(
    NUMBERS,
    x=[0.1, 0.4, 0.2, 0.9, 0.3, 0.5],
    hospital=[*"aabbaa"],
    year=[2004, 2003, 2002, 2001, 2000, 1999],
    w=[1, 2, 0, 1, 1, 1],
)
