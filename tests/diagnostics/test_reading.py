"""What checks read of a comparison, and the paired t value by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from scipy import sparse

from skloss.diagnostics.reading import (
    columns_of,
    held_out,
    lead,
    losses_of,
    targets_of,
    true_and_predicted,
    weights_of,
)
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(0)
Y = np.arange(10.0)
GAIN = RNG.normal(0.3, 1.0, 40)
ROWS = pd.DataFrame({"row": np.arange(40)})


def plain(**values):
    """A comparison of which only the given attributes are known."""
    return SimpleNamespace(**values)


def test_losses_are_those_of_the_comparison_if_it_has_any():
    assert losses_of(plain()) == {}
    assert losses_of(plain(losses={"a": 1})) == {"a": 1}


def test_rows_of_each_loss_are_held_out_in_the_order_of_the_losses():
    planted = comparison(Y, {"squared_error": Y, "huber": Y + 1})
    found = dict(held_out(planted))
    assert list(found) == ["squared_error", "huber"]
    assert sorted(found["huber"]["row"]) == list(range(10))
    planted.stopped = ("squared_error",)
    assert [label for label, _ in held_out(planted)] == ["huber"]


@pytest.mark.parametrize("n_targets", [1, 2, 11])
def test_targets_and_predictions_have_one_column_for_each_target(n_targets):
    y = np.arange(10.0 * n_targets).reshape(10, n_targets)
    planted = comparison(y, {"huber": y + 0.5})
    ((_, rows),) = held_out(planted)
    truth, predicted = true_and_predicted(rows)
    np.testing.assert_array_equal(truth, y[rows["row"]])
    np.testing.assert_array_equal(predicted, y[rows["row"]] + 0.5)


def test_weights_follow_the_rows_and_are_ones_by_default():
    rows = pd.DataFrame({"row": [3, 0, 3]})
    assert weights_of(plain(), rows).tolist() == [1.0, 1.0, 1.0]
    assert weights_of(plain(sample_weight=None), rows).tolist() == [1.0] * 3
    weight = pd.Series([5, 6, 7, 8], index=list("dcba"))
    assert weights_of(plain(sample_weight=weight), rows).tolist() == [8.0, 5.0, 8.0]


def test_targets_are_a_table_of_numbers_or_of_labels():
    found = targets_of(plain(y=[1, 2], task="regression"))
    assert (found.shape, found.dtypes[0]) == ((2, 1), float)
    found = targets_of(plain(y=np.array(["a", "b"]), task="binary"))
    assert found[0].tolist() == ["a", "b"]
    both = np.arange(6).reshape(3, 2)
    assert targets_of(plain(y=both, task="regression"))[1].tolist() == [1.0, 3.0, 5.0]
    assert targets_of(plain()).empty and targets_of(plain(y=None)).empty


def test_columns_have_their_names_or_their_numbers():
    values = np.arange(6.0).reshape(3, 2)
    frame = pd.DataFrame(values, columns=["a", 7], index=[5, 1, 9])
    for X, names in [(frame, ["a", "7"]), (values, ["0", "1"])]:
        found = dict(columns_of(plain(X=X)))
        assert list(found) == names
        assert found[names[1]].tolist() == [1.0, 3.0, 5.0]
        assert found[names[1]].index.tolist() == [0, 1, 2]
    for kind in (sparse.csr_matrix, sparse.csc_matrix, sparse.coo_array):
        found = dict(columns_of(plain(X=kind(values))))
        assert found["1"].tolist() == [1.0, 3.0, 5.0]


def test_columns_of_one_name_are_columns_of_their_own():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    found = [column.tolist() for _, column in columns_of(plain(X=frame))]
    assert found == [[1, 3], [2, 4]]


@pytest.mark.parametrize("X", [[1.0, 2.0], [[1.0], [2.0]]])
def test_lists_are_columns_and_without_a_table_there_are_none(X):
    assert [column.tolist() for _, column in columns_of(plain(X=X))] == [[1.0, 2.0]]
    assert list(columns_of(plain(X=None))) == [] == list(columns_of(plain()))


# The t value of paired differences


def test_the_lead_of_single_rows_is_the_t_test_of_scipy():
    mean, t_value = lead(plain(), ROWS, GAIN)
    expected = scipy.stats.ttest_1samp(GAIN, 0).statistic
    assert mean == pytest.approx(GAIN.mean())
    # The spread has n in place of n - 1.
    assert t_value == pytest.approx(expected * np.sqrt(40 / 39))


def test_a_lead_has_the_sign_of_the_differences_and_no_unit():
    mean, t_value = lead(plain(), ROWS, GAIN)
    assert lead(plain(), ROWS, -GAIN) == pytest.approx((-mean, -t_value))
    assert lead(plain(), ROWS, 1e6 * GAIN) == pytest.approx((1e6 * mean, t_value))


def test_repeats_of_a_row_count_once():
    twice = pd.concat([ROWS, ROWS], ignore_index=True)
    found = lead(plain(), twice, np.tile(GAIN, 2))
    assert found == pytest.approx(lead(plain(), ROWS, GAIN))


def test_rows_of_one_group_count_once():
    groups = np.repeat(np.arange(10), 4)
    grouped = plain(recipe=plain(groups=groups))
    mean, t_value = lead(grouped, ROWS, np.repeat(GAIN[:10], 4))
    alone = lead(plain(), ROWS[:10], GAIN[:10])
    assert (mean, t_value) == pytest.approx(alone)
    names = plain(recipe=plain(groups=pd.Series(groups).astype(str)))
    assert lead(names, ROWS, GAIN) == lead(grouped, ROWS, GAIN)


def test_a_weight_of_two_in_a_lead_is_a_row_that_occurs_twice():
    weight = RNG.integers(0, 3, 40)
    weighted = lead(plain(sample_weight=weight), ROWS, GAIN)
    rows = ROWS.loc[np.repeat(np.arange(40), weight)]
    assert lead(plain(), rows, np.repeat(GAIN, weight)) == pytest.approx(weighted)


def test_without_row_numbers_every_row_counts():
    assert lead(plain(), pd.DataFrame(index=range(40)), GAIN) == pytest.approx(
        lead(plain(), ROWS, GAIN)
    )


@pytest.mark.parametrize(("value", "t"), [(2.0, np.inf), (-2.0, -np.inf), (0.0, 0.0)])
def test_equal_differences_are_certain(value, t):
    assert lead(plain(), ROWS, np.full(40, value)) == (value, t)
