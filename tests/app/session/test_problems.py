"""What is wrong with a target that cannot be compared, and what to do."""

import pytest

from tests.app.session.questions import HOSPITALS, NUMBERS, question_of, with_role


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
