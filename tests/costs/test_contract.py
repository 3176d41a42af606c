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
