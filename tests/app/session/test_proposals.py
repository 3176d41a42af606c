"""The task that is proposed for a target, and changed roles of columns."""

import pandas as pd
import pytest

from skloss.app.session.proposals import (
    COLUMN_TASKS,
    changed_roles,
    named_order,
    order_of,
    possible_tasks,
    propose,
    propose_for,
    targets_of,
    with_roles,
)


def test_the_tasks_are_those_of_one_column():
    assert COLUMN_TASKS == ("regression", "binary", "multiclass")


@pytest.mark.parametrize(
    ("target", "tasks"),
    [
        ([1.5, 2.5, 3.5], ["regression", "multiclass", "ordinal"]),
        ([0, 1, 1], ["regression", "binary"]),
        ([*"aba"], ["binary"]),
        ([*"abc"], ["multiclass", "ordinal"]),
        ([True, False, True], ["regression", "binary"]),
    ],
)
def test_the_possible_tasks_follow_from_the_values(target, tasks):
    assert possible_tasks(pd.Series(target)) == tasks


def test_a_target_without_a_task_keeps_the_reason():
    proposal, _ = propose(pd.DataFrame({"x": [1, 2], "y": [None, None]}), "y")
    assert proposal.task == "regression"
    assert "no values" in proposal.reason


FRAME = pd.DataFrame({"x": [1.5, 2.5, 3.5], "at": [3, 1, 2], "y": [*"aba"]})


def test_changed_roles_are_applied_again():
    _, proposed = propose(FRAME, "y")
    changed = {"x": ("group", "category"), "at": ("time", "number")}
    roles = with_roles(proposed, "y", changed)
    assert changed_roles(proposed, roles) == changed
    assert changed_roles(proposed, proposed) == {}


def test_the_target_and_unknown_columns_keep_what_is_proposed():
    _, proposed = propose(FRAME, "y")
    roles = with_roles(proposed, "y", {"y": ("group", "date"), "z": ("time", "")})
    pd.testing.assert_frame_equal(roles, proposed)


def test_words_with_an_order_are_ordinal():
    proposal = propose_for(pd.Series(["good", "poor", "fair", None, "fair"]))
    assert proposal.task == "ordinal"
    assert proposal.reason.endswith("an order: “poor”, “fair” and “good”.")


@pytest.mark.parametrize(
    ("columns", "task", "reason"),
    [
        ({"a": [0, 1, 1], "b": [1, 0, 1]}, "multilabel", "2 columns of 0 and 1"),
        ({"a": [0.25, 0.5], "b": [0.75, 0.5]}, "regression", "sum to 1 in each row"),
        ({"a": [-0.25, 0.5], "b": [1.25, 0.5]}, "regression", "predicted together"),
        ({"a": [0.25, 0.5], "b": [0.5, 0.5]}, "regression", "predicted together"),
        ({"a": [0.25, 0.5], "b": ["x", "y"]}, "regression", "not all numbers"),
    ],
)
def test_the_task_of_several_columns_has_its_reason(columns, task, reason):
    proposal = propose_for(pd.DataFrame(columns))
    assert proposal.task == task
    assert reason in proposal.reason


def test_targets_are_the_columns_of_that_role_the_first_one_first():
    _, proposed = propose(FRAME, "x")
    assert targets_of("x", proposed) == ["x"]
    several = with_roles(proposed, "x", {"at": ("target", "")})
    assert targets_of("x", several) == ["x", "at"]
    assert targets_of("y", several) == ["y"]


def test_labels_can_also_be_predicted_as_numbers():
    labels = pd.DataFrame({"a": [0, 1, None], "b": [1, 0, 1]})
    assert possible_tasks(labels) == ["regression", "multilabel"]
    assert possible_tasks(labels * 2) == ["regression"]


def test_classes_are_named_in_the_chosen_order():
    y = pd.Series([3, 1, 2, None])
    assert named_order(y, ["2.0", "1.0", "nonsense", "2.0"]) == [2, 1]
    assert order_of(y) == [1, 2, 3]
    assert order_of(pd.Series([*"cab", 2])) == [2, "a", "b", "c"]
