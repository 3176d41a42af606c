"""The Bayes action among classes: tables, thresholds and functions of labels."""

import numpy as np
import pandas as pd

from skloss import costs, decide

RNG = np.random.default_rng(3)
PROBABILITIES = RNG.dirichlet([1.0, 1.0, 1.0], 200)
TABLE = RNG.uniform(0, 9, (3, 3)) * (1 - np.eye(3))


def test_a_table_decides_the_class_of_least_expected_cost():
    expected = (PROBABILITIES @ TABLE).argmin(1)
    assert decide(PROBABILITIES, costs.ClassCosts(TABLE)).tolist() == expected.tolist()


def test_labels_are_the_answer_where_they_are_given():
    found = decide(PROBABILITIES, costs.ClassCosts(TABLE), classes=["x", "y", "z"])
    positions = (PROBABILITIES @ TABLE).argmin(1)
    assert found.tolist() == np.array(["x", "y", "z"])[positions].tolist()


def test_a_table_with_labels_follows_the_order_of_the_columns():
    named = costs.ClassCosts(TABLE, classes=["x", "y", "z"])
    found = decide(PROBABILITIES[:, [2, 0, 1]], named, classes=["z", "x", "y"])
    positions = (PROBABILITIES @ TABLE).argmin(1)
    assert found.tolist() == np.array(["x", "y", "z"])[positions].tolist()


def test_a_decision_that_is_not_a_class_is_answered_by_its_position():
    refer = costs.ClassCosts([[0, 5, 1], [5, 0, 1]], classes=["no", "yes"])
    found = decide([[0.5, 0.5], [0.9, 0.1]], refer, classes=["no", "yes"])
    assert found.tolist() == [2, 0]


def test_binary_costs_move_the_threshold():
    positive = np.array([0.1, 0.2, 0.3, 0.9])
    cost = costs.binary(false_positive=1.0, false_negative=4.0)
    found = decide(np.column_stack([1 - positive, positive]), cost)
    assert found.tolist() == [0, 1, 1, 1]  # the threshold is 1 / (1 + 4)


def test_each_row_has_the_threshold_of_its_own_amounts():
    positive, amounts = RNG.uniform(size=300), RNG.uniform(1, 50, 300)
    table = np.column_stack([1 - positive, positive])
    expected = (positive >= 3.0 / (3.0 + amounts)).astype(int)
    cost = costs.binary(false_positive=3.0, false_negative=amounts)
    assert decide(table, cost).tolist() == expected.tolist()
    capped = costs.Capped(cost, limit=60.0)
    assert decide(table, capped).tolist() == expected.tolist()


def test_where_nothing_costs_anything_the_negative_class_is_decided():
    cost = costs.binary(false_positive=[0.0, 0.0], false_negative=[0.0, 1.0])
    assert decide([[0.4, 0.6], [0.4, 0.6]], cost).tolist() == [0, 1]


def test_a_limit_changes_the_decision_between_classes():
    cost = costs.ClassCosts([[0.0, 1.0], [100.0, 0.0]])
    table = [[0.9, 0.1]]
    assert decide(table, cost).tolist() == [1]
    assert decide(table, costs.Capped(cost, limit=2.0)).tolist() == [0]


def test_a_function_of_labels_is_a_cost_of_classes():
    found = decide(PROBABILITIES, lambda y, d: (y != d) * 1.0, classes=["a", "b", "c"])
    assert found.tolist() == np.array(["a", "b", "c"])[PROBABILITIES.argmax(1)].tolist()


def test_a_cost_of_numbers_with_classes_decides_one_of_the_classes():
    levels = np.array([1.0, 2.0, 10.0])
    found = decide(PROBABILITIES, costs.Quadratic(), classes=levels)
    gaps = np.square(levels[:, None] - levels)
    assert found.tolist() == levels[(PROBABILITIES @ gaps).argmin(1)].tolist()


def test_tables_of_pandas_are_read():
    frame = pd.DataFrame([[0.9, 0.1], [0.2, 0.8]], columns=["no", "yes"])
    found = decide(frame, costs.binary(1.0, 1.0), classes=frame.columns)
    assert found.tolist() == ["no", "yes"]
    assert decide(frame, costs.Quadratic()).tolist() == [0.5, 0.5]
