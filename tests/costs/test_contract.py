"""A cost checks shapes, states its parameters and is found where it is defined."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from skloss import costs
from skloss.costs.contract import REGISTRY

EVERY = [
    costs.Linear(under=2.0, over=1.0),
    costs.Quadratic(),
    costs.Percentage(),
    costs.Linex(a=-0.5),
    costs.Capped(costs.Quadratic(), limit=3.0),
    costs.Tolerance(width=0.5, miss=2.0),
    costs.ClassCosts([[0, 1], [5, 0]]),
    costs.binary(false_positive=1.0, false_negative=[2.0, 3.0]),
]
PAIRS = [[0, 1], [1, 0], [1, 1], [0, 0]]


def test_every_registered_cost_has_an_example():
    assert {cost.name for cost in EVERY} == set(REGISTRY)


def test_everything_registered_is_exported():
    exported = {getattr(costs, name) for name in costs.__all__}
    assert set(REGISTRY.values()) <= exported


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_a_cost_has_one_finite_value_per_row_and_is_never_negative(cost):
    value = cost([0, 1], [1, 1])
    assert value.shape == (2,)
    assert np.isfinite(value).all() and (value >= 0).all()


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_the_right_decision_costs_nothing(cost):
    assert cost([0, 1], [0, 1]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_the_repr_rebuilds_the_cost(cost):
    again = eval(repr(cost), vars(costs))
    assert repr(again) == repr(cost)
    for truth, decision in PAIRS:
        pair = [truth, truth], [decision, decision]
        assert again(*pair).tolist() == cost(*pair).tolist()


@pytest.mark.parametrize("cost", EVERY, ids=repr)
@pytest.mark.parametrize(
    "shapes", [((2,), (3,)), ((2, 1), (2,)), ((2,), (2, 2)), ((), ())]
)
def test_shapes_are_checked_before_arithmetic(cost, shapes):
    truth, decision = (np.zeros(shape) for shape in shapes)
    with pytest.raises(ValueError, match="one-dimensional and of equal length"):
        cost(truth, decision)


NUMERIC = [cost for cost in EVERY if not cost.over_classes]
each_numeric = pytest.mark.parametrize("cost", NUMERIC, ids=repr)


@each_numeric
@pytest.mark.parametrize("wrong", [[np.nan, 1.0], ["a", "b"], [np.inf, 1.0]])
def test_a_cost_of_numbers_refuses_what_is_not_a_finite_number(cost, wrong):
    with pytest.raises(ValueError, match="y_true must hold finite numbers"):
        cost(wrong, [1.0, 1.0])
    with pytest.raises(ValueError, match="decision must hold finite numbers"):
        cost([1.0, 1.0], wrong)


@each_numeric
@pytest.mark.parametrize("dtype", ["uint8", "bool", "object", "float32"])
def test_the_type_of_the_numbers_does_not_change_a_cost(cost, dtype):
    truth, decision = np.array([0, 1, 1]), np.array([1, 0, 1])
    found = cost(truth.astype(dtype), decision.astype(dtype))
    assert found.tolist() == cost(truth, decision).tolist()


def test_the_repr_of_amounts_in_a_column_rebuilds_the_cost():
    amounts = pd.Series([2.0, 3.0], index=[7, 1])
    cost = costs.binary(false_positive=np.float64(1.0), false_negative=amounts)
    assert repr(cost) == "Binary(false_positive=1.0, false_negative=[2.0, 3.0])"
    with pytest.raises(TypeError, match="not iterable"):
        iter(cost)


@pytest.mark.parametrize(
    "cost",
    [
        costs.Linear(np.float64(2.0), np.int64(1)),
        costs.ClassCosts(pd.DataFrame([[0, 1], [5, 0]]), classes=("no", "yes")),
        costs.ClassCosts([[np.float64(0.0), 1], [np.int64(5), 0]]),
        costs.Capped(costs.binary([1.0, 2.0], np.array([3.0, 4.0])), 3.5),
        costs.Capped(costs.Linear(1.0, 1.0), limit=float("inf")),
    ],
)
def test_the_repr_of_nested_and_numpy_parameters_is_python(cost):
    assert repr(eval(repr(cost), vars(costs) | {"float": float})) == repr(cost)


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_rows_can_be_taken_of_any_cost(cost):
    taken = cost[[1]]
    assert taken([1], [0]).tolist() == cost([0, 1], [0, 0])[1:].tolist()
    assert taken.n_rows == (None if cost.n_rows is None else 1)


INVALID = [
    (costs.Linear("a", 1), "under must be a finite number >= 0, got 'a'"),
    (costs.Linear(True, 1), "under must be a finite number >= 0, got True"),
    (costs.Linear(None, 1), "under must be a finite number >= 0, got None"),
    (costs.Percentage(0), "smallest must be a finite number > 0, got 0"),
    (costs.Percentage(-1), "smallest must be a finite number > 0, got -1"),
    (costs.Percentage(np.nan), "smallest must be a finite number > 0, got nan"),
    (costs.Linex(0), "a must be a finite number other than 0, got 0"),
    (costs.Linex(np.inf), "a must be a finite number other than 0, got inf"),
    (costs.Linex("1"), "a must be a finite number other than 0, got '1'"),
    (costs.Tolerance(None), "width must be a number >= 0, got None"),
    (costs.Tolerance([1.0]), r"width must be a number >= 0, got \[1"),
    (costs.Tolerance(1, miss=np.nan), "miss must be a number > 0, got nan"),
    (costs.Tolerance(1, miss=-1), "miss must be a number > 0, got -1"),
    (costs.Capped(costs.Quadratic(), "a"), "limit must be positive and finite, got"),
    (costs.Capped(costs.Quadratic(), np.inf), "limit must be positive and finite"),
    (costs.Capped(costs.Percentage(0), 1), "smallest must be a finite number > 0"),
]


@pytest.mark.parametrize(("cost", "message"), INVALID)
def test_an_invalid_parameter_is_named_with_its_value(cost, message):
    with pytest.raises(ValueError, match=message):
        cost([1.0], [2.0])
    with pytest.raises(ValueError, match=message):
        cost.validate()


def test_a_function_is_a_cost():
    cost = costs.as_cost(lambda y, d: np.abs(y - d))
    assert cost([1.0, 4.0], [2.0, 2.0]).tolist() == [1.0, 2.0]
    assert cost.loss() is None


def test_a_function_must_return_one_value_per_row():
    with pytest.raises(ValueError, match="one value per row"):
        costs.as_cost(lambda y, d: np.abs(y - d).sum())([1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize("cost", ["linear", costs.Linear, 3.0])
def test_other_types_than_costs_and_functions_are_refused(cost):
    with pytest.raises(TypeError, match=r"object of skloss\.costs or a function"):
        costs.as_cost(cost)


def test_a_message_does_not_hold_the_address_of_an_object():
    with pytest.raises(TypeError, match="got an object of type object"):
        costs.as_cost(object())


def test_two_costs_cannot_have_one_name():
    with pytest.raises(TypeError, match="Two costs are called 'linear'"):
        type("Again", (costs.Cost,), {"name": "linear"})


def test_costs_load_without_torch():
    code = "import sys, skloss.costs; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_new_cost_is_one_class_in_one_file(tmp_path):
    source = """
from skloss.costs.contract import Cost
__all__ = ["Fixed"]
class Fixed(Cost):
    name = "fixed"
    def per_row(self, y_true, decision):
        return (y_true != decision) * 7.0
"""
    (tmp_path / "fixed.py").write_text(source)
    code = f"""
import importlib.util, sys
spec = importlib.util.find_spec("skloss.costs")
spec.submodule_search_locations.append({str(tmp_path)!r})
package = sys.modules["skloss.costs"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
assert "Fixed" in package.__all__
assert package.Fixed()([1.0, 2.0], [1.0, 3.0]).tolist() == [0.0, 7.0]
assert package.contract.REGISTRY["fixed"] is package.Fixed
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("cost", "rule"),
    [
        (costs.Linear(under=2.0, over=1.0), "the 0.667 quantile"),
        (costs.Linear(under=2.0, over=2.0), "the median"),
        (costs.Quadratic(), "the mean"),
        (costs.Percentage(), "the median with weights 1 / |y|"),
        (costs.Linex(a=-0.5), "the value of least expected cost"),
        (
            costs.Tolerance(width=0.5),
            "the value whose interval of ± 0.5 has the highest probability",
        ),
        (costs.ClassCosts([[0, 1], [5, 0]]), "the class of least expected cost"),
        (costs.binary(1.0, 19.0), "“b” where its probability is at least 0.05"),
        (
            costs.binary(1.0, [2.0, 3.0]),
            "“b” where its probability is at least the row's threshold",
        ),
    ],
)
def test_a_cost_describes_its_best_decision(cost, rule):
    assert cost.rule(["a", "b"]) == rule


def test_a_binary_cost_without_labels_names_the_class_1():
    cost = costs.binary(1.0, 1.0)
    assert cost.rule() == "“1” where its probability is at least 0.5"


def test_a_binary_cost_has_a_threshold_or_one_for_each_row():
    assert costs.binary(1.0, 3.0).thresholds == 0.25
    assert costs.binary(1.0, [3.0, 0.0]).thresholds.tolist() == [0.25, 1.0]
    assert costs.binary(0.0, [3.0, 0.0]).thresholds.tolist() == [0.0, 1.0]
