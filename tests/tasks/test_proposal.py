"""The proposed task is the one a person would choose, with its reason."""

import datetime

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.datasets import load_diabetes, load_digits, load_iris

from skloss.tasks import (
    TASKS,
    TaskProposal,
    as_task,
    check_not_missing,
    propose_task,
)

NAN = float("nan")
RNG = np.random.default_rng(0)

PROPOSED = {
    "floats": ([0.5, 1.25, 2.75], "regression"),
    "an array of floats": (RNG.normal(size=50), "regression"),
    "a column vector": (RNG.normal(size=(50, 1)), "regression"),
    "float32": (RNG.normal(size=50).astype(np.float32), "regression"),
    "half stars": (np.repeat([0.5, 1.0, 1.5, 2.0], 100), "regression"),
    "many whole numbers": (np.arange(100), "regression"),
    "many whole numbers as floats": (np.arange(100.0), "regression"),
    "four different of four": ([10, 20, 30, 40], "regression"),
    "amounts that repeat": (RNG.integers(0, 500, 200), "regression"),
    "counts with a rare tail": ([0] * 30 + [1] * 9 + [2] * 4 + [3], "regression"),
    "two numbers": ([0, 1, 1, 0], "binary"),
    "two floats": ([-1.0, 1.0, 1.0], "binary"),
    "two numbers and a gap": ([0.0, NAN, 1.0], "binary"),
    "two strings": (["yes", "no", "yes"], "binary"),
    "booleans": ([True, False], "binary"),
    "NumPy strings": (np.array(["a", "b"]), "binary"),
    "nullable booleans": (pd.array([True, None, False], dtype="boolean"), "binary"),
    "strings and None": (["a", None, "b"], "binary"),
    "few whole numbers": ([0, 1, 2] * 20, "multiclass"),
    "few rows of few classes": ([0, 1, 2, 0, 1, 2], "multiclass"),
    "codes with gaps": ([10, 20, 30] * 20, "multiclass"),
    "whole numbers with a gap": ([0, 1, 2, NAN] * 20, "multiclass"),
    "three strings": (["a", "b", "c"], "multiclass"),
    "a categorical": (pd.Categorical(["a", "b", "c"]), "multiclass"),
    "a categorical of numbers": (pd.Categorical(range(50)), "multiclass"),
    "pandas strings": (pd.Series(["a", "b", "c", None], dtype="str"), "multiclass"),
    "nullable integers": (pd.Series([1, 2, 3, None] * 9, dtype="Int64"), "multiclass"),
    "nullable floats": (pd.Series([1.5, 2.5, None, 3], dtype="Float64"), "regression"),
    "arrow integers": (pd.Series(range(99), dtype="int64[pyarrow]"), "regression"),
    "numbers as objects": (np.array([1.5, 2.5, None, 4], dtype=object), "regression"),
    "durations": (pd.to_timedelta([1, 2, 3], unit="h"), "regression"),
    "infinite among others": ([1.5, np.inf, 2.5, 3.5], "regression"),
    "an indicator": (np.array([[0, 1], [1, 1], [1, 0]]), "multilabel"),
    "a boolean indicator": (np.array([[True, False], [True, True]]), "multilabel"),
    "a list of rows": ([[0, 1, 1], [1, 0, 1]], "multilabel"),
    "a frame of flags": (pd.DataFrame({"a": [0, 1], "b": [1, 1]}), "multilabel"),
    "a sparse indicator": (scipy.sparse.csr_array(np.eye(3)), "multilabel"),
    "several targets": (RNG.normal(size=(20, 2)), "regression"),
    "a frame of targets": (pd.DataFrame({"a": [1.5, 2], "b": [3, 4.5]}), "regression"),
    "a frame of one column": (pd.DataFrame({"a": ["x", "y"]}), "binary"),
    "iris": (load_iris().target, "multiclass"),
    "digits": (load_digits().target, "multiclass"),
    "diabetes": (load_diabetes().target, "regression"),
}


@pytest.mark.parametrize(("y", "task"), PROPOSED.values(), ids=PROPOSED.keys())
def test_the_task_is_proposed_with_a_reason(y, task):
    proposal = propose_task(y)
    assert isinstance(proposal, TaskProposal)
    assert proposal.task == task
    assert proposal.task in TASKS
    assert proposal.reason.startswith("The target ")
    assert proposal.reason.endswith(".")


REFUSED = {
    "no rows": ([], "has no values"),
    "only missing": ([None, NAN], "has no values"),
    "only missing strings": (pd.Series([None, None], dtype="str"), "has no values"),
    "only infinite": ([np.inf, -np.inf], "has no values"),
    "no columns": (pd.DataFrame(index=range(3)), "no columns"),
    "one number": ([3, 3, 3], "one value only (3)"),
    "one string": (["a", "a", None], "one value only (a)"),
    "dates": (pd.date_range("2024", periods=5), "holds dates"),
    "Python dates": ([datetime.datetime(2024, 1, d) for d in (1, 2, 3)], "holds dates"),
    "complex numbers": ([1j, 2j, 3j], "complex"),
    "ragged rows": ([[1], [1, 2]], "differ in length"),
    "sets of labels": ([{"a"}, {"b"}, {"a", "b"}], "0/1 column for each label"),
    "columns of text": (pd.DataFrame({"a": ["x"], "b": ["y"]}), "not all numbers"),
    "three dimensions": (np.zeros((2, 2, 2)), "has shape (2, 2, 2)"),
    "one word": ("target", "a column of values"),
    "one number alone": (5, "a column of values"),
}


@pytest.mark.parametrize(("y", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_predicted_is_refused_in_a_sentence(y, sentence):
    with pytest.raises(ValueError) as reason_invalid:
        propose_task(y)
    assert sentence in str(reason_invalid.value)


def test_the_reason_counts_the_whole_numbers():
    assert "3 different whole numbers in 60 rows" in propose_task([0, 1, 2] * 20).reason
    assert "100 different whole numbers" in propose_task(range(100)).reason


def test_a_different_text_in_each_row_is_called_a_name():
    names = [f"customer {k}" for k in range(50)]
    assert "identifier" in propose_task(names).reason


def test_missing_values_and_the_order_of_rows_do_not_change_the_proposal():
    y = np.array([0.0, 1.0, 2.0] * 20)
    with_gaps = np.append(y, [NAN] * 7)
    assert propose_task(RNG.permutation(with_gaps)) == propose_task(y)


def test_lists_arrays_and_series_are_alike():
    values = ["a", "b", "c", "b"]
    series = pd.Series(values, index=[9, 9, 3, 1])
    proposals = {propose_task(y) for y in (values, np.array(values), series)}
    assert len(proposals) == 1


def counts(n_values, n_rows):
    """Whole numbers 0, 1, 2, ... that occur about equally often."""
    return np.arange(n_rows) % n_values


@pytest.mark.parametrize(
    ("y", "task"),
    [
        # At most 20 values, and at most half as many as rows if they count up.
        (counts(20, 400), "multiclass"),
        (counts(21, 400), "regression"),
        (counts(10, 20), "multiclass"),
        (counts(10, 19), "regression"),
        # Otherwise at most one more than the square root of the number of rows.
        (counts(11, 100) * 10, "multiclass"),
        (counts(11, 99) * 10, "regression"),
        # Counting up starts at 0 or 1.
        (counts(10, 20) + 1, "multiclass"),
        (counts(10, 20) + 2, "regression"),
        # Each class occurs more than once.
        ([*counts(3, 30), 3, 3], "multiclass"),
        ([*counts(3, 30), 3], "regression"),
    ],
)
def test_whole_numbers_are_classes_up_to_a_limit(y, task):
    assert propose_task(y).task == task


@pytest.mark.parametrize(("n_values", "doubt"), [(20, False), (21, True)])
def test_many_categories_raise_a_doubt(n_values, doubt):
    reason = propose_task([f"k{k}" for k in range(n_values)]).reason
    assert ("may be a name or an identifier" in reason) is doubt


def test_categories_that_repeat_raise_no_doubt():
    reason = propose_task([f"k{k % 30}" for k in range(60)]).reason
    assert reason == "The target holds 30 different categories."


def test_a_proposal_is_a_pair_of_task_and_reason():
    task, reason = propose_task([0, 1])
    assert task is as_task("binary")
    assert reason == "The target has 2 different values."


@pytest.mark.parametrize("y", [["a", "b"], [0.0, 1.0], np.zeros((3, 2)), [], [[1, 2]]])
def test_complete_targets_are_accepted(y):
    assert check_not_missing(y) is None


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        ([1.0, NAN], "1 value is missing"),
        (["a", None, None], "2 values are missing"),
        (np.array([[NAN, 1.0], [NAN, NAN]]), "3 values are missing"),
        (pd.Series([1, None], dtype="Int64"), "1 value is missing"),
        (pd.DataFrame({"a": [1, 2], "b": [None, 4]}), "1 value is missing"),
    ],
)
def test_missing_values_are_counted(y, sentence):
    with pytest.raises(ValueError, match=f"Input y contains NaN: {sentence}"):
        check_not_missing(y)
