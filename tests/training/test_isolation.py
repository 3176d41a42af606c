"""Torch settings of the caller: they do not change a number, and stay as they were."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

from skloss import TorchClassifier, TorchRegressor, check_loss, compare_losses
from skloss.losses import get_loss, list_losses
from skloss.training import isolated, single_precision_by_default, usual_torch_state


@contextmanager
def default_dtype(dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def default_device(device):
    torch.set_default_device(device)
    try:
        yield
    finally:
        torch.set_default_device(None)


@contextmanager
def deterministic():
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


SETTINGS = {
    "inference_mode": torch.inference_mode,
    "no_grad": torch.no_grad,
    "device context": lambda: torch.device("meta"),
    "default device": lambda: default_device("meta"),
    "float64": lambda: default_dtype(torch.float64),
    "float16": lambda: default_dtype(torch.float16),
    "bfloat16": lambda: default_dtype(torch.bfloat16),
    "deterministic": deterministic,
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
}
every_setting = pytest.mark.parametrize("setting", SETTINGS)


def dropout_network(n_features, n_outputs):
    return nn.Sequential(
        nn.Linear(n_features, 6), nn.Dropout(0.3), nn.Linear(6, n_outputs)
    )


LINEAR = {"hidden_layer_sizes": ()}
MODELS = {
    "newton": TorchRegressor("squared_error", solver="newton", **LINEAR),
    "newton with kinks": TorchRegressor("quantile", solver="newton", **LINEAR),
    "huber": TorchRegressor("huber", **LINEAR),
    "lbfgs": TorchRegressor("log_cosh", solver="lbfgs", hidden_layer_sizes=(4,)),
    "adam": TorchRegressor("gaussian_nll", hidden_layer_sizes=(4,), n_members=2),
    "quantiles": TorchRegressor("multi_quantile", hidden_layer_sizes=(4,)),
    "module": TorchRegressor("laplace_nll", network=dropout_network),
    "classes": TorchClassifier("focal", hidden_layer_sizes=(4,), n_members=2),
    "linear classes": TorchClassifier(**LINEAR),
    "class module": TorchClassifier("brier", network=dropout_network),
}
X = np.random.default_rng(0).normal(size=(60, 3))


def numbers(name):
    model = MODELS[name]
    model = type(model)(**model.get_params()).set_params(max_iter=4, random_state=0)
    if isinstance(model, TorchClassifier):
        model.fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
        return [model.predict(X), model.predict_proba(X), model.decision_function(X)]
    model.fit(X, 3 * X[:, 0] + X[:, 1] ** 2)
    found = [model.predict(X), model.predict_quantiles(X, [0.5])]
    return [*found, model.loss_curve_]


@pytest.fixture(scope="module")
def usual():
    return {name: numbers(name) for name in MODELS}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@every_setting
@pytest.mark.parametrize("name", MODELS)
def test_fit_and_predict_give_the_same_numbers(name, setting, usual):
    with SETTINGS[setting]():
        found = numbers(name)
    for one, other in zip(found, usual[name], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@every_setting
def test_a_comparison_gives_the_same_numbers(setting):
    def compare():
        return compare_losses(
            X,
            X[:, 0] * 2 + X[:, 1] ** 2,
            ["squared_error", "huber", "gaussian_nll"],
            estimator=TorchRegressor(hidden_layer_sizes=(4,), max_iter=3),
            cv=2,
        )

    expected = compare()
    with SETTINGS[setting]():
        found = compare()
    np.testing.assert_array_equal(found.table, expected.table)
    np.testing.assert_array_equal(
        found.predictions["y_pred"], expected.predictions["y_pred"]
    )


@every_setting
@pytest.mark.parametrize("name", ["huber", "gaussian_nll", "focal", "triplet"])
def test_check_loss_gives_the_same_report(name, setting):
    expected = check_loss(name)
    with SETTINGS[setting]():
        assert check_loss(name) == expected


@every_setting
def test_every_loss_has_the_same_values(setting):
    tried = 0
    for name in list_losses():
        loss = get_loss(name)
        task = loss.tasks[0]
        rng = np.random.default_rng(1)
        y = loss.example_target(rng, 12, task)
        raw = loss.example_raw_prediction(rng, y, task)
        raw, target = torch.from_numpy(raw).float(), torch.from_numpy(y)
        target = target.float() if target.is_floating_point() else target
        bound = loss.bind(y)
        expected = bound(raw, target), bound.predict(raw)
        with SETTINGS[setting]():
            fresh = get_loss(name).bind(y)
            found = fresh(raw, target), fresh.predict(raw)
        for one, other in zip(found, expected, strict=True):
            assert one.dtype == other.dtype, name
            torch.testing.assert_close(one, other, rtol=0, atol=0, msg=name)
        tried += 1
    assert tried > 40


def state():
    return (
        torch.is_inference_mode_enabled(),
        torch.is_grad_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.get_default_device(),
        torch.get_default_dtype(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_num_threads(),
    )


@every_setting
def test_the_settings_of_the_caller_are_restored(setting):
    with SETTINGS[setting]():
        before = state()
        model = TorchRegressor(max_iter=2, random_state=0).fit(X, X[:, 0])
        model.predict(X)
        assert state() == before
        with pytest.raises(ValueError, match="inside"), isolated():
            raise ValueError("inside")
        assert state() == before


def test_gradients_are_recorded_without_contexts_of_the_caller():
    with torch.inference_mode(), torch.device("meta"), usual_torch_state():
        x = torch.ones(2, requires_grad=True)
        x.square().sum().backward()
    assert x.device.type == "cpu"
    assert x.grad.tolist() == [2.0, 2.0]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_a_module_starts_at_the_same_weights_whatever_the_default_dtype(dtype):
    torch_state = torch.get_rng_state()
    expected = nn.Linear(3, 4).weight
    torch.set_rng_state(torch_state)
    with default_dtype(dtype), single_precision_by_default():
        found = nn.Linear(3, 4).weight
        assert torch.tensor(0.1).dtype == torch.float32
        assert torch.tensor([1, 2]).dtype == torch.int64
        assert torch.zeros(1, dtype=torch.float64).dtype == torch.float64
    torch.set_rng_state(torch_state)
    assert torch.equal(found, expected)


def test_an_isolated_block_within_another_changes_nothing():
    with isolated():
        before = state()
        with isolated():
            assert state() == before
        assert state() == before
        assert torch.get_num_threads() == 1
