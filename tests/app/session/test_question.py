"""Which tables and questions can be compared, and what is wrong with the others."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import TimeSeriesSplit

from skloss import list_losses
from skloss.app.session.proposals import COLUMN_TASKS, propose
from skloss.app.session.question import Question
from skloss.app.session.tables import LoadedTable, load_sample
from tests.app.session.questions import HOSPITALS, NUMBERS, question_of, with_role


def test_a_question_without_features_has_a_problem():
    question = question_of(NUMBERS, x=[1.0] * 6)
    assert question.problem_with(2) == (
        "No feature is left. Give at least one column the role feature."
    )


def test_the_message_of_a_table_error_is_shown():
    question = question_of([None] * 6, "regression")
    assert "missing" in question.problem_with(2)


@pytest.mark.parametrize(
    "change",
    [
        {"target": "x"},
        {"task": COLUMN_TASKS[1]},
        {"table": LoadedTable("table.csv", pd.DataFrame(), "other digest")},
        {"roles": question_of(NUMBERS).roles.assign(role="ignore")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_question_has_another_key(change):
    question = question_of(NUMBERS)
    assert dataclasses.replace(question).key == question.key
    assert dataclasses.replace(question, **change).key != question.key


def test_notices_of_a_column_do_not_change_the_key():
    question = question_of(NUMBERS)
    noted = question.roles.assign(notice="anything")
    assert dataclasses.replace(question, roles=noted).key == question.key


def test_losses_are_those_that_support_the_target():
    negative = question_of([-1.5, 2.5, 3.0, 4.5]).losses
    assert "squared_error" in negative
    assert "poisson" not in negative
    assert "poisson" in question_of([0.0, 2.0, 3.5, 4.0]).losses


def test_losses_of_classes_are_those_of_the_task():
    assert question_of([*"abab"]).losses == list_losses("binary")


def test_losses_of_a_target_without_values_are_those_of_any_numbers():
    losses = question_of([None] * 6, "regression").losses
    assert {"squared_error", "poisson"} <= set(losses) < set(list_losses("regression"))


def sample_question(target):
    loaded = load_sample("diabetes")
    proposal, roles = propose(loaded.frame, target)
    return Question(loaded, target, proposal.task, roles)


def test_a_unit_is_known_for_the_target_of_a_sample_only():
    units = [sample_question(target).unit for target in ("progression", "bmi")]
    assert units == ["points", ""]
    assert question_of(NUMBERS).unit == ""


def test_the_summary_escapes_names():
    question = dataclasses.replace(
        question_of(NUMBERS),
        table=LoadedTable("a*b.csv", pd.DataFrame({"x": [1, 2]}), ""),
        target="![x]",
    )
    assert question.summary == (
        r"**a\*b\.csv** · 2 rows · target: **\!\[x\]** · regression"
    )


def test_rows_without_a_target_are_not_counted():
    target = np.array([1.5, np.nan, 2.5, np.nan, 3.5])
    assert "there are 3" in question_of(target, "regression").problem_with(2)


def test_rows_are_divided_by_group():
    question = with_role(HOSPITALS, "hospital", "group")
    splits = question.splits(2)
    assert (splits["cv"], splits["sample_weight"]) == (2, None)
    assert splits["groups"].tolist() == [*"aabbaa"]
    assert "hospital" not in question.split[0]
    assert question.design == "Rows with the same “hospital” are in the same fold."


def test_rows_are_divided_by_time_and_weighted():
    question = with_role(with_role(HOSPITALS, "year", "time"), "w", "weight")
    splits = question.splits(3)
    assert isinstance(splits["cv"], TimeSeriesSplit)
    assert (splits["cv"].n_splits, splits["groups"]) == (3, None)
    assert question.split[1].tolist() == [7.5, 6.0, 4.5, 3.0, 2.5, 1.5]
    assert splits["sample_weight"].tolist() == [1, 1, 1, 0, 2, 1]
    assert "Rows are weighted by “w”" in question.design
