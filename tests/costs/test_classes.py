"""Costs of classes: tables, prices of the two kinds of error, amounts per row."""

import numpy as np
import pytest

from skloss import costs

TABLE = [[0.0, 1.0, 4.0], [2.0, 0.0, 1.0], [9.0, 3.0, 0.0]]


def test_a_table_is_read_by_true_class_and_decision():
    cost = costs.ClassCosts(TABLE)
    assert cost([0, 0, 2, 1], [2, 1, 0, 1]).tolist() == [4.0, 1.0, 9.0, 0.0]
    assert cost.loss() is None


def test_labels_are_looked_up_in_the_order_given():
    cost = costs.ClassCosts(TABLE, classes=["low", "mid", "high"])
    assert cost(["high", "low"], ["low", "high"]).tolist() == [9.0, 4.0]


def test_a_table_may_have_a_decision_that_is_not_a_class():
    with_refer = costs.ClassCosts([[0, 5, 1], [5, 0, 1]], classes=["no", "yes"])
    assert with_refer(["no", "yes"], [2, 1]).tolist() == [1.0, 0.0]


def test_an_unknown_label_is_named():
    with pytest.raises(ValueError, match="y_true holds 'none', which is not one of"):
        costs.ClassCosts(TABLE, classes=["a", "b", "c"])(["none"], ["a"])


@pytest.mark.parametrize("values", [[3], [-1], [0.5], ["a"]])
def test_an_index_beyond_the_table_is_refused(values):
    with pytest.raises(ValueError, match="decision must hold class indices"):
        costs.ClassCosts(TABLE)([0], values)


@pytest.mark.parametrize("table", [[0.0, 1.0], [[0.0, np.nan], [1.0, 0.0]]])
def test_a_table_has_two_dimensions_and_finite_numbers(table):
    with pytest.raises(ValueError, match="table of finite numbers"):
        costs.ClassCosts(table)([0], [0])


def test_as_many_labels_as_rows_of_the_table():
    with pytest.raises(ValueError, match="matrix has 3 rows, but classes names 2"):
        costs.ClassCosts(TABLE, classes=["a", "b"])(["a"], ["a"])


def test_binary_prices_the_two_kinds_of_error():
    cost = costs.binary(false_positive=2.0, false_negative=7.0)
    assert cost([0, 1, 0, 1], [1, 0, 0, 1]).tolist() == [2.0, 7.0, 0.0, 0.0]


def test_binary_equals_its_table():
    table = costs.ClassCosts([[0.0, 2.0], [7.0, 0.0]])
    truth, decision = np.repeat([0, 1], 2), np.tile([0, 1], 2)
    assert costs.binary(2.0, 7.0)(truth, decision).tolist() == (
        table(truth, decision).tolist()
    )


def test_each_row_may_have_its_own_amount():
    cost = costs.binary(false_positive=1.0, false_negative=[10.0, 20.0, 30.0])
    assert cost([1, 1, 0], [0, 1, 1]).tolist() == [10.0, 0.0, 1.0]


def test_rows_of_a_cost_are_sliced_with_their_amounts():
    cost = costs.binary(false_positive=[1.0, 2.0, 3.0], false_negative=5.0)[[2, 0]]
    assert cost([0, 0], [1, 1]).tolist() == [3.0, 1.0]


def test_a_slice_may_be_a_mask():
    cost = costs.binary([1.0, 2.0, 3.0], 5.0)[np.array([False, True, True])]
    assert cost([0, 0], [1, 1]).tolist() == [2.0, 3.0]


def test_amounts_of_another_length_are_refused():
    cost = costs.binary(false_positive=[1.0, 2.0], false_negative=5.0)
    with pytest.raises(
        ValueError, match=r"false_positive has shape \(2,\), but there are 3"
    ):
        cost([0, 0, 1], [1, 1, 1])


def test_amounts_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="has 2 values, but false_negative has 3"):
        costs.binary([1.0, 2.0], [1.0, 2.0, 3.0]).validate()


def test_a_limited_cost_is_sliced_with_its_amounts():
    capped = costs.Capped(costs.binary(1.0, [10.0, 20.0, 30.0]), limit=25.0)[[2, 0]]
    assert capped([1, 1], [0, 0]).tolist() == [25.0, 10.0]
    assert (capped.n_rows, costs.Capped(costs.binary(1, 2), 3).n_rows) == (2, None)


def test_class_tables_hold_the_amounts_of_each_row():
    cost = costs.Capped(costs.binary(1.0, [10.0, 40.0]), limit=25.0)
    assert cost.class_table(None, 2)[1, 0].tolist() == [10.0, 25.0]
    assert cost.class_table(None, 2)[0, 1].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("table", ["ab", [["a", "b"], ["c", "d"]], [[]], None])
def test_a_table_that_is_not_of_numbers_is_refused(table):
    with pytest.raises(ValueError, match="table of finite numbers"):
        costs.ClassCosts(table).validate()


def test_a_class_named_twice_is_refused():
    with pytest.raises(ValueError, match="names a class twice"):
        costs.ClassCosts([[0, 1], [1, 0]], classes=["a", "a"]).validate()


@pytest.mark.parametrize("price", [-1.0, float("nan"), [1.0, -2.0], "a", None])
def test_prices_are_finite_and_not_negative(price):
    with pytest.raises(ValueError, match="false_negative must be finite and >= 0"):
        costs.binary(1.0, price)([0, 1], [1, 1])
