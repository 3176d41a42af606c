"""Networks on few rows start at the linear model of their loss."""

import pickle
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression, Ridge, RidgeCV
from sklearn.metrics import log_loss

from skloss import TorchClassifier, TorchRegressor
from skloss.training import FitResult, LinearStart, Perceptron, train
from skloss.training.solvers import linear_start
from skloss.training.solvers.linear_start import linear_starts
from tests.training.models import model, table


def start(n_rows, n_columns=5):
    return LinearStart(n_columns, torch.arange(n_rows) % 5, float(n_rows))


def found(*specs, report=lambda *_: False):
    return linear_starts(list(specs), report, threading.Event())


def noise(n_rows=100, n_columns=30):
    rng = np.random.default_rng(0)
    X = torch.as_tensor(rng.normal(size=(n_rows, n_columns)))
    return X, torch.as_tensor(rng.normal(size=n_rows))


def test_each_network_starts_at_a_fit_to_its_own_rows():
    X, y = table(60)
    first = model(X, y, linear_start=start(60))
    second = replace(first, fit_rows=first.fit_rows[10:])
    for spec, (weight, bias) in zip(
        (first, second), found(first, second).values(), strict=True
    ):
        rows = spec.fit_rows
        penalty = float(first.linear_start._chosen[0]) / 2 * len(rows)
        ridge = Ridge(penalty, tol=1e-12).fit(X[rows], y[rows])
        # Starts are rounded to twelve binary digits.
        np.testing.assert_allclose(weight[:, 0], ridge.coef_, rtol=2**-12, atol=1e-8)
        np.testing.assert_allclose(bias[0], ridge.intercept_, rtol=2**-12, atol=1e-8)


def test_noise_gets_the_strongest_penalty_and_a_line_the_weakest():
    X, y = noise()
    strong = model(X, y, linear_start=start(100, 30))
    line = model(X, X[:, 0].clone(), linear_start=start(100, 30))
    found(strong, line)
    # Next to the 1e-3 of the networks, as mean losses have it.
    assert float(strong.linear_start._chosen[0]) == pytest.approx(1000 / 100 + 1e-3)
    assert float(line.linear_start._chosen[0]) == pytest.approx(1 / 100 + 1e-3)


def test_rows_left_out_do_not_matter():
    X, y = table(60)
    other = torch.where(torch.arange(60) < 20, y + 100, y)
    kept = torch.arange(20, 60)
    weights = []
    for target in (y, other):
        spec = model(X, target, rows=kept, linear_start=start(60).among(kept, 40.0))
        ((weight, _),) = found(spec).values()
        weights.append(weight)
    torch.testing.assert_close(*weights, rtol=0, atol=0)


@pytest.mark.parametrize(
    "changes",
    [
        {"linear_start": None},
        {"validation_rows": None},
        {"architecture": Perceptron((16, 8), "tanh")},
        {"architecture": Perceptron((64, 3))},
    ],
)
def test_other_networks_keep_random_weights(changes):
    X, y = table(60)
    spec = model(X, y, **{"linear_start": start(60)} | changes)
    assert found(spec) == {}


def test_a_continued_network_keeps_its_weights():
    X, y = table(60)
    spec = model(X, y, linear_start=start(60))
    (weight, bias), *_ = found(spec).values()
    continued = replace(spec, start=FitResult([(weight, bias)], []))
    assert found(continued) == {}


def test_a_stop_is_obeyed_between_fits(monkeypatch):
    monkeypatch.setattr(linear_start, "_REPORT_SECONDS", -1.0)
    X, y = table(60)
    specs = [model(X, y, linear_start=start(60)) for _ in range(2)]
    stops = iter([False, True])
    assert list(found(*specs, report=lambda *_: next(stops))) == [0]


def test_a_pickled_start_is_the_same():
    X, y = table(60)
    spec = model(X, y, linear_start=start(60))
    copy = replace(spec, linear_start=pickle.loads(pickle.dumps(spec.linear_start)))
    torch.testing.assert_close(found(spec)[0], found(copy)[0])


def test_default_networks_are_as_good_as_ridge_regression_on_a_linear_table():
    rng = np.random.default_rng(1)
    X, X_test = rng.normal(size=(60, 5)), rng.normal(size=(2000, 5))
    truth = X_test @ [1.0, 1.0, 0.0, 0.0, 0.0]
    y = X @ [1.0, 1.0, 0.0, 0.0, 0.0] + rng.normal(size=60)
    ridge = RidgeCV(np.logspace(-3, 3, 13)).fit(X, y)
    network = TorchRegressor(random_state=0).fit(X, y)
    unlucky = TorchRegressor(random_state=0, activation="tanh").fit(X, y)

    def error(model):
        return np.sqrt(np.mean((model.predict(X_test) - truth) ** 2))

    # Random weights learn more of the noise: 0.4 and more.
    assert error(network) < error(ridge) + 0.05 < error(unlucky)


def test_default_classifiers_are_as_good_as_logistic_regression_on_a_linear_table():
    rng = np.random.default_rng(0)
    X, X_test = rng.normal(size=(150, 5)), rng.normal(size=(4000, 5))
    y, y_test = (x[:, 0] + rng.logistic(size=len(x)) > 0 for x in (X, X_test))
    network, logistic = (
        log_loss(y_test, model.fit(X, y).predict_proba(X_test))
        for model in (TorchClassifier(random_state=0), LogisticRegression())
    )
    assert network < logistic + 0.015


def test_a_run_that_is_stopped_before_has_no_starts():
    X, y = table(60)
    stop = threading.Event()
    stop.set()
    spec = model(X, y, linear_start=start(60))
    assert linear_starts([spec], lambda *_: False, stop) == {}


def linear(X, y, loss="gaussian_nll", total=None, **changes):
    total = len(X) if total is None else total
    fields = {
        "architecture": Perceptron(()),
        "fit_rows": torch.arange(len(X)),
        "validation_rows": None,
        "alpha": 0.0,
        "settings": {"solver": "newton", "max_iter": 200},
        "linear_start": LinearStart(X.shape[1], torch.arange(len(X)) % 5, float(total)),
    }
    return model(X, y, loss, **(fields | changes))


def test_a_scale_that_few_rows_do_not_support_is_constant():
    X, y = noise(40, 8)
    (fit,) = train([linear(X, y)])
    ((weight, bias),) = fit.layers
    slopes, intercept = np.split(
        np.linalg.lstsq(np.column_stack([X, np.ones(40)]), y.numpy())[0], [8]
    )
    np.testing.assert_allclose(weight[:, 0], slopes, atol=0.01)
    np.testing.assert_allclose(weight[:, 1], 0, atol=0.01)
    residuals = y.numpy() - X.numpy() @ slopes - intercept
    assert float(bias[1]) == pytest.approx(np.log(np.mean(residuals**2)), abs=0.01)


def test_a_scale_that_rows_support_is_learned():
    X, y = noise(70, 8)
    spec = linear(X, y * torch.exp(2 * X[:, 0]))
    assert spec.linear_start.scale_alpha(spec) * 70 <= 10
    (fit,) = train([spec])
    assert fit.layers[0][0][0, 1] > 2  # 4 of the log-variance, less the penalty


@pytest.mark.parametrize(
    ("loss", "total"), [("gaussian_nll", 80), ("squared_error", 40)]
)
def test_many_rows_or_a_loss_without_a_scale_have_no_further_penalty(loss, total):
    X, y = noise(40, 8)
    spec = linear(X, y, loss, total)
    assert spec.linear_start.scale_alpha(spec) == 0


@pytest.mark.parametrize(
    ("loss", "inherent"),
    # With the best scale, sqrt(2 / pi), a Laplace density of Gaussian noise costs
    # log(2 sqrt(2 / pi)) + 1 nats, 0.049 more than log(2 pi) / 2 + 1 / 2.
    [("gaussian_nll", 0.0), ("student_t_nll", 0.0), ("laplace_nll", 0.049)],
)
def test_linear_likelihoods_of_few_rows_are_near_that_of_a_constant_scale(
    loss, inherent
):
    rng = np.random.default_rng(2)
    X, X_test = rng.normal(size=(45, 8)), rng.normal(size=(3000, 8))
    y, y_test = (x[:, 0] + rng.normal(size=len(x)) for x in (X, X_test))
    nats = [
        -TorchRegressor(one, hidden_layer_sizes=())
        .fit(X, y)
        .predict_distribution(X_test)
        .logpdf(y_test)
        .mean()
        for one in (loss, "squared_error")
    ]
    # With a free weight of the scale for each column: 0.22 and 0.08 more.
    assert nats[0] < nats[1] + 0.05 + inherent
