"""User-defined losses train as their twins do, in any unit of the target."""

import functools

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.metrics import r2_score

from skloss import TorchRegressor, get_loss
from skloss.losses import Custom
from tests.losses.textbook import SMALL, gaussian_nll_loss

LINEAR = {"hidden_layer_sizes": (), "max_iter": 100}
NETWORK = {"max_iter": 60, "n_members": 1}
FUNCTIONS = [
    (lambda f, t: (f - t).abs(), "absolute_error"),
    (lambda f, t: ((f - t) ** 2).mean(), "squared_error"),
    (lambda f, t: ((f - t) ** 2).sum(), "squared_error"),
    (Custom(gaussian_nll_loss, 2), "gaussian_nll"),
    (Custom(gaussian_nll_loss, 2, "gaussian"), "gaussian_nll"),
]
LEVELS = [
    (LINEAR, 1.0, 0.0),
    (LINEAR, 1e-12, 0.0),
    (LINEAR, 1e12, 0.0),
    (LINEAR, 1.0, 1e6),
    (NETWORK, 1e-12, 0.0),
    (NETWORK, 1.0, 1e6),
]


@functools.cache
def score_on_new_rows(loss, unit, level, is_linear):
    X, y = load_diabetes(return_X_y=True)
    y, model = unit * y + level, LINEAR if is_linear else NETWORK
    fitted = TorchRegressor(loss, random_state=0, **model).fit(X[:300], y[:300])
    return fitted.score(X[300:], y[300:])


@pytest.mark.parametrize(("model", "unit", "level"), LEVELS)
@pytest.mark.parametrize(("loss", "twin"), FUNCTIONS)
def test_a_function_trains_as_well_as_its_twin(loss, twin, unit, level, model):
    options = unit, level, model is LINEAR
    # Half of the difference between the linear model and the network.
    expected = score_on_new_rows(twin, *options) - 0.06
    assert score_on_new_rows(loss, *options) > expected


@pytest.mark.parametrize("distribution", [None, "gaussian"])
def test_a_function_learns_several_targets_of_different_units(distribution):
    X, y = load_diabetes(return_X_y=True)
    both = np.column_stack([1e-6 * y, 1e9 - 1e6 * y])
    model = TorchRegressor(
        Custom(gaussian_nll_loss, 2, distribution), hidden_layer_sizes=()
    ).fit(X, both)
    assert r2_score(both, model.predict(X), multioutput="raw_values").min() > 0.45


def test_a_function_is_called_in_units_of_the_target_whatever_is_declared(data):
    X, y = data[0], 1e6 + 1e3 * data[1]
    seen = []

    def recording(y_pred, y_true):
        mean, log_variance = y_pred
        seen.append((mean.mean().item(), log_variance.mean().item(), y_true.clone()))
        return gaussian_nll_loss(y_pred, y_true)

    for distribution in (None, "gaussian"):
        seen.clear()
        loss = Custom(recording, 2, distribution)
        TorchRegressor(loss, hidden_layer_sizes=(), max_iter=30).fit(X, y)
        mean, log_variance, targets = seen[-1]
        assert mean == pytest.approx(y.mean(), abs=y.std())
        assert log_variance == pytest.approx(2 * np.log(1e3), abs=3)
        assert np.isin(targets.numpy().round(3), y.round(3)).mean() > 0.99


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("factor", [1.0, 1e9])
def test_the_size_of_a_declared_loss_does_not_matter(unit, factor, data):
    X, y = data[0], unit * data[1]

    def scaled(y_pred, y_true):
        return factor * gaussian_nll_loss(y_pred, y_true)

    params = {**SMALL, "activation": "tanh"}
    found = TorchRegressor(Custom(scaled, 2, "gaussian"), **params).fit(X, y)
    wanted = TorchRegressor("gaussian_nll", **params).fit(X, y)
    np.testing.assert_allclose(found.predict(X), wanted.predict(X), atol=1e-5 * unit)
    spread = [m.predict_distribution(X).std() for m in (found, wanted)]
    np.testing.assert_allclose(*spread, rtol=1e-5)


def test_a_score_in_units_of_the_target_can_be_declared_a_distribution(data):
    X, y = data[0], 1e9 * data[1]
    crps = get_loss("gaussian_crps")

    def score(y_pred, y_true):
        mean, log_variance = y_pred
        return crps.elementwise(mean, 0.5 * log_variance, y_true)

    model = TorchRegressor(Custom(score, 2, "gaussian"), random_state=0).fit(X, y)
    found = model.predict_distribution(X)
    assert np.corrcoef(np.log(found.std()), X[:, 1])[0, 1] > 0.8
    assert model.score(X, y) > 0.3
