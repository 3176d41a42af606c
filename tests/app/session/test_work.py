"""The work of a job: which comparison it runs, and how long that takes."""

import numpy as np
import pandas as pd
import pytest

from skloss.app.session import work
from skloss.app.session.question import LoadedTable, Question
from skloss.app.session.settings import Choice, Settings
from skloss.table import propose_roles
from skloss.tasks import as_task


def seconds_of_training(rows):
    frame = pd.DataFrame({"x": np.linspace(0, 1, rows), "y": np.linspace(1, 3, rows)})
    data = LoadedTable("table.csv", frame, f"{rows} rows")
    question = Question(data, "y", as_task("regression"), propose_roles(frame, "y"))
    settings = Settings((Choice("huber"),), folds=4)
    return work.seconds_expected(question, settings) - work._SECONDS_AROUND


def test_the_cost_counts_the_steps_that_a_fit_takes():
    # Three folds of 132 rows are 99, which train as one batch; of 136 they are 102,
    # which train in batches of 16.
    one, many = seconds_of_training(132), seconds_of_training(136)
    assert many == pytest.approx(7 * one)
