"""Which tables and questions can be compared, and what is wrong with the others."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import TimeSeriesSplit

from skloss import list_losses
from skloss.app.session import tables
from skloss.app.session.proposals import COLUMN_TASKS, propose
from skloss.app.session.question import Question
from skloss.app.session.tables import LoadedTable, load_sample, read_upload
from skloss.table import TableError
from tests.app.session.questions import question_of

NUMBERS = [1.5, 2.5, 3.0, 4.5, 6.0, 7.5]


@pytest.mark.parametrize(
    ("target", "task", "folds", "problem"),
    [
        (NUMBERS, "regression", 3, ""),
        (
            NUMBERS,
            "regression",
            4,
            "4 folds need 8 rows with a known target, but there are 6. Use 3 folds or "
            "load a larger table.",
        ),
        (
            [1.5, 2.5, 4.0],
            "regression",
            2,
            "2 folds need 4 rows with a known target, but there are 3. Load a larger "
            "table.",
        ),
        (
            [*"abab"],
            "regression",
            2,
            "Regression needs a numeric target. Choose another column or task.",
        ),
        (
            [2.0] * 6,
            "regression",
            2,
            "The target has only one value, so there is nothing to predict.",
        ),
        ([*"aabbab"], "binary", 3, ""),
        (
            ["a"] * 6,
            "binary",
            2,
            "The target has only one class, so there is nothing to predict.",
        ),
        (
            [*"aabbcc"],
            "binary",
            2,
            "The target has 3 classes, but a binary task needs two. Choose multiclass.",
        ),
        ([*"aabbcc"], "multiclass", 2, ""),
        (
            [*"aabbaaaa"],
            "binary",
            3,
            "Class “b” has 2 rows, but each of 3 folds needs one. Use 2 folds, or "
            "remove this class from the file.",
        ),
        (
            [*"aaab"],
            "binary",
            2,
            "Class “b” has 1 row, but each of 2 folds needs one. Add more rows of this "
            "class, or merge it with another one, or remove this class from the file.",
        ),
        (
            [0, 0, 0, 7],
            "binary",
            2,
            "Class “7” has 1 row, but each of 2 folds needs one. Choose regression if "
            "the target is an amount or a count, or remove this class from the file.",
        ),
    ],
)
def test_a_problem_is_stated_with_its_remedy(target, task, folds, problem):
    assert question_of(target, task).problem_with(folds) == problem


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


def test_the_digest_follows_content_and_options():
    content = b"x,y\n1,2\n3,4\n"
    same = [read_upload(name, content).digest for name in ("a.csv", "b.csv")]
    assert same[0] == same[1]
    others = [
        read_upload("a.csv", content + b"5,6\n").digest,
        read_upload("a.csv", content, decimal=".").digest,
    ]
    assert len({same[0], *others}) == 3


def test_a_loaded_table_has_its_detected_options_and_notices():
    loaded = read_upload("a.csv", b"x;y\n1,5;2\n3,5\n")
    assert loaded.guesses["delimiter"] == ";"
    assert any("shorter" in notice for notice in loaded.notices)
    assert load_sample("diabetes").notices == []


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("MEGABYTES_AT_MOST", 0, "the limit is 0 MB"),
        ("ROWS_AT_MOST", 1, "has 2 rows and 2 columns, but the limit is 1 rows"),
        ("COLUMNS_AT_MOST", 1, "1 columns. Upload a part of it."),
    ],
)
def test_tables_above_a_limit_are_refused(monkeypatch, limit, value, sentence):
    content = b"x,y\n1,2\n3,4\n"
    monkeypatch.setattr(tables, limit, 2)
    assert read_upload("a.csv", content).frame.shape == (2, 2)
    monkeypatch.setattr(tables, limit, value)
    with pytest.raises(TableError, match=sentence):
        read_upload("a.csv", content)


def test_rows_without_a_target_are_not_counted():
    target = np.array([1.5, np.nan, 2.5, np.nan, 3.5])
    assert "there are 3" in question_of(target, "regression").problem_with(2)


def test_a_sample_of_a_large_file_is_used_unless_all_rows_are_wanted(monkeypatch):
    monkeypatch.setattr(tables, "ROWS_OF_SAMPLE", 50)
    content = b"x,y\n" + b"".join(b"%d,%d.5\n" % (k, k % 7) for k in range(120))
    part = read_upload("a.csv", content)
    whole = read_upload("a.csv", content, sample_rows=None)
    assert (len(part.frame), part.n_rows, part.is_part) == (50, 120, True)
    assert (len(whole.frame), whole.n_rows, whole.is_part) == (120, 120, False)
    assert part.size == "50 of 120 rows"
    assert whole.size == "120 rows"
    assert part.digest != whole.digest
    assert "a random sample of 50 is used" in part.notices[0]
    # The lines of Python read the same rows, and name no option without effect.
    assert part.choices == {"sample_rows": 50}
    assert whole.choices == {}
    again = read_upload("a.csv", content, **part.overrides)
    pd.testing.assert_frame_equal(part.frame, again.frame)
    assert again.digest == part.digest


def test_a_file_of_a_hundred_thousand_rows_is_used_whole():
    content = b"y\n" + b"1.5\n2\n" * 50_000
    loaded = read_upload("a.csv", content)
    assert loaded.n_rows == len(loaded.frame) == tables.ROWS_OF_SAMPLE
    assert loaded.overrides == {}


def with_role(question, column, role):
    roles = question.roles.copy()
    roles.loc[column, "role"] = role
    return dataclasses.replace(question, roles=roles)


HOSPITALS = question_of(
    [1.5, 2.5, 3.0, 4.5, 6.0, 7.5],
    x=[0.1, 0.4, 0.2, 0.9, 0.3, 0.5],
    hospital=[*"aabbaa"],
    year=[2004, 2003, 2002, 2001, 2000, 1999],
    w=[1, 2, 0, 1, 1, 1],
)


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


@pytest.mark.parametrize(
    ("column", "role", "folds", "problem"),
    [
        ("hospital", "group", 3, "“hospital” has 2 groups, but each of 3 folds needs"),
        ("hospital", "time", 2, "“hospital” has the role time, but it holds neither"),
        ("hospital", "weight", 2, "“hospital” has the role weight, but it does not"),
    ],
)
def test_a_role_that_a_column_cannot_have_is_a_problem(column, role, folds, problem):
    assert problem in with_role(HOSPITALS, column, role).problem_with(folds)


def test_every_class_must_be_among_the_earliest_rows():
    question = question_of([*"aaaaaaab" * 4], year=range(32), x=[0.5, 0.25] * 16)
    assert with_role(question, "year", "time").problem_with(3) == ""
    late = question_of([*"aaaaaaaaaabb"], year=range(12), x=[0.5, 0.25] * 6)
    problem = with_role(late, "year", "time").problem_with(2)
    assert problem.startswith("The first 4 rows by “year”")
    assert "no row of class “b”" in problem
