"""Solvers: what each states, which one "auto" is, and that a new one is one class."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from skloss import TorchRegressor
from skloss.training import (
    ONE_EPOCH_SOLVER,
    SOLVERS,
    Perceptron,
    UserModule,
    choose_solver,
    train,
)
from tests.training.models import model, outputs, table

LINEAR, NETWORK = Perceptron(()), Perceptron((4,))


def loss(is_convex=True, is_smooth=True, has_curvature=False, compares_rows=False):
    return SimpleNamespace(**locals(), name="mine")


NEW_SOLVER = '''
import torch

from skloss.training import FitResult
from skloss.training.solvers import Solver


class Descent(Solver):
    """Gradient descent on all rows, for any architecture."""

    name = "descent"
    precision = torch.float64
    advice = "raise max_iter"

    @classmethod
    def solve_one(cls, spec, report, stopped=False, n_threads=1):
        stack = spec.architecture.stack([spec])
        rows, history = spec.fit_rows, []
        while not stopped and len(history) < spec.settings.max_iter:
            x = stack.inputs(len(rows))
            x[0] = spec.X[rows]
            raw = stack.forward(x).detach().requires_grad_()
            with torch.enable_grad():
                value = spec.loss.pointwise(raw, spec.y[rows][None]).mean()
                (gradient,) = torch.autograd.grad(value, raw)
            stack.backward(gradient)
            stack.flat -= 0.1 * (stack.grad + spec.alpha * stack.penalised * stack.flat)
            row = {"epoch": len(history) + 1, "train": value.item(), "validation": 0.0}
            history.append(row)
            stopped = report(len(history) / spec.settings.max_iter, 1, [row])
        return FitResult(history=history, **stack.result(0, stack.flat.clone()))
'''


def test_a_new_solver_is_one_class_and_one_line(monkeypatch, temporary_module):
    descent = temporary_module("descent", NEW_SOLVER).Descent
    monkeypatch.setitem(SOLVERS, descent.name, descent)
    X, y = table()
    linear = {"hidden_layer_sizes": (), "max_iter": 500}
    rows = {"fit_rows": torch.arange(len(X)), "validation_rows": None}
    found, expected = train(
        [
            model(X, y, settings=linear | {"solver": solver}, alpha=0.0, **rows)
            for solver in ("descent", "newton")
        ]
    )
    torch.testing.assert_close(
        outputs(found, X), outputs(expected, X), atol=1e-6, rtol=0
    )


def test_newton_requires_curvature_and_lbfgs_float64_alone():
    facts = {s.name: (s.needs_curvature, s.precision) for s in SOLVERS.values()}
    assert facts == {
        "adam": (False, None),
        "newton": (True, torch.float64),
        "lbfgs": (False, torch.float64),
    }


def test_only_adam_uses_batches_and_stops_early():
    batches = {s.name for s in SOLVERS.values() if s.uses_batches}
    early = {s.name for s in SOLVERS.values() if s.can_stop_early}
    assert batches == early == {ONE_EPOCH_SOLVER} == {"adam"}


def test_only_newton_reads_rows_in_order():
    assert [s.name for s in SOLVERS.values() if s.reads_in_order] == ["newton"]


def test_each_solver_is_registered_under_its_name():
    assert {solver.name: solver for solver in SOLVERS.values()} == SOLVERS


@pytest.mark.parametrize(
    ("n_features", "n_outputs", "smooth", "chosen"),
    [
        (599, 1, True, "newton"),
        (600, 1, True, "lbfgs"),
        (59, 10, True, "newton"),
        (50, 11, True, "lbfgs"),
        (599, 1, False, "newton"),
        (600, 1, False, "adam"),
        (50, 11, False, "newton"),
    ],
)
def test_auto_depends_on_the_unknowns_the_outputs_and_kinks(
    n_features, n_outputs, smooth, chosen
):
    convex = loss(is_smooth=smooth)
    assert choose_solver("auto", LINEAR, convex, n_features, n_outputs) == chosen


@pytest.mark.parametrize("architecture", [NETWORK, UserModule(torch.nn.Linear)])
@pytest.mark.parametrize("convex", [True, False])
def test_auto_is_adam_for_networks(architecture, convex):
    assert choose_solver("auto", architecture, loss(convex), 5, 1) == "adam"


@pytest.mark.parametrize(
    ("facts", "n_features", "chosen"),
    [
        ({}, 5, "lbfgs"),
        ({"has_curvature": True}, 299, "newton"),
        ({"has_curvature": True}, 300, "lbfgs"),
        ({"is_smooth": False}, 299, "newton"),
        ({"is_smooth": False}, 300, "adam"),
        ({"compares_rows": True}, 5, "adam"),
    ],
)
def test_auto_of_a_linear_model_without_convexity(facts, n_features, chosen):
    curved = loss(is_convex=False, **facts)
    assert choose_solver("auto", LINEAR, curved, n_features, 2) == chosen


def test_newton_is_refused_for_a_smooth_loss_of_unknown_curvature():
    with pytest.raises(ValueError, match="convex or has curvature, which mine with"):
        choose_solver("newton", LINEAR, loss(is_convex=False), 5, 1)


@pytest.mark.parametrize(
    ("architecture", "named"),
    [
        (NETWORK, r"hidden_layer_sizes=\(4,\)"),
        (UserModule(torch.nn.Linear), "a custom network"),
    ],
)
def test_newton_on_a_network_is_refused_by_its_description(architecture, named):
    with pytest.raises(ValueError, match=f"which mine with {named} is not"):
        choose_solver("newton", architecture, loss(), 5, 1)


@pytest.mark.parametrize("name", ["adam", "lbfgs"])
def test_the_other_solvers_take_any_model(name):
    assert choose_solver(name, NETWORK, loss(False), 5, 1) == name


@pytest.mark.parametrize("solver", SOLVERS)
def test_an_estimator_takes_each_solver_by_name(solver):
    X = np.random.default_rng(0).normal(size=(40, 2))
    fast = {"learning_rate": 0.05, "max_iter": 500, "n_iter_no_change": 500}
    estimator = TorchRegressor(hidden_layer_sizes=(), solver=solver, **fast)
    assert estimator.fit(X, X[:, 0]).score(X, X[:, 0]) > 0.99
