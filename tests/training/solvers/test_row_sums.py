"""Sums over the rows of linear models: those of autograd, on any thread."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import sparse

from skloss.encoding import Inputs
from skloss.estimators import TorchRegressor
from skloss.losses import Custom, get_loss
from skloss.training import FitSpec, Perceptron, TrainSettings, budget
from skloss.training.solvers import row_sums as sums
from skloss.training.threads import workers

N_ROWS = 3000  # several blocks in each of four shares, where nothing is kept


def problem(loss, n_outputs, target, step=1):
    """A model on every ``step``-th row of a float32 table with a large offset."""
    rng = np.random.default_rng(0)
    X = (1000 + rng.normal(size=(N_ROWS, 4)) * [1, 2, 3, 4]).astype(np.float32)
    inputs = Inputs(X, np.ones(N_ROWS), piecewise_linear=False, device="cpu")
    return FitSpec(
        X=inputs.tensor(torch.float64, in_order=True),
        y=target(rng),
        weight=torch.as_tensor(rng.uniform(0.5, 2, size=N_ROWS)),
        fit_rows=torch.arange(0, N_ROWS, step),
        validation_rows=None,
        batch_size=N_ROWS,
        alpha=0.1,
        loss=get_loss(loss),
        n_outputs=n_outputs,
        seed=0,
        settings=TrainSettings(solver="newton"),
        architecture=Perceptron(()),
    )


def keep_encoded(monkeypatch, numbers):
    """Let tables up to this size be encoded once and summed by one thread."""
    changed = replace(budget.CPU, newton_kept_numbers=numbers)
    monkeypatch.setitem(budget.BUDGETS, "cpu", changed)


PROBLEMS = [
    ("squared_error", 1, lambda rng: torch.as_tensor(rng.normal(size=N_ROWS))),
    ("log_cosh", 2, lambda rng: torch.as_tensor(rng.normal(size=(N_ROWS, 2)))),
    ("cross_entropy", 3, lambda rng: torch.as_tensor(rng.integers(3, size=N_ROWS))),
    (
        "poisson",
        1,
        lambda rng: torch.as_tensor(rng.poisson(2.0, size=N_ROWS).astype(float)),
    ),
]


@pytest.mark.parametrize("kept", [0, 10**6])
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(("loss", "n_outputs", "target"), PROBLEMS)
def test_value_gradient_and_hessian_are_those_of_autograd(
    loss, n_outputs, target, step, kept, monkeypatch
):
    keep_encoded(monkeypatch, kept)
    model = problem(loss, n_outputs, target, step)
    rows = model.fit_rows
    x = model.X.encoding(torch.from_numpy(model.X.X.numpy().astype(float)))[rows]
    y, weight = model.y[rows], model.weight[rows]

    def objective(theta):
        raw = x @ theta[:-1] + theta[-1]
        value = model.loss(raw, y, weight)
        return value + model.alpha / 2 * theta[:-1].square().sum()

    theta = torch.linspace(-0.5, 0.5, 5 * n_outputs, dtype=torch.float64)
    theta = theta.reshape(5, n_outputs)
    ours = sums.RowSums(model)
    value, raw = ours.objective(model.loss, theta)
    same, gradient, hessian = ours.derivatives(model.loss, theta, raw)
    expected = torch.autograd.functional.hessian(objective, theta)
    expected = expected.permute(1, 0, 3, 2).reshape(hessian.shape)
    assert [value, same] == pytest.approx([objective(theta).item()] * 2, rel=1e-12)
    torch.testing.assert_close(raw, x @ theta[:-1] + theta[-1], rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(
        gradient, torch.autograd.functional.jacobian(objective, theta)
    )
    torch.testing.assert_close(hessian, expected)
    _, alone, nothing = ours.derivatives(model.loss, theta, raw, second=False)
    assert nothing is None
    torch.testing.assert_close(alone, gradient)


@pytest.mark.parametrize(("loss", "n_outputs", "target"), PROBLEMS)
def test_sums_do_not_depend_on_the_number_of_threads(
    loss, n_outputs, target, monkeypatch
):
    keep_encoded(monkeypatch, 0)
    model = problem(loss, n_outputs, target)
    theta = torch.ones(5, n_outputs, dtype=torch.float64) / 7
    found = []
    for n_threads in (1, 3):
        ours = sums.RowSums(model)
        assert len(ours.shares) == 4
        with workers(n_threads) as ours.pool:
            value, raw = ours.objective(model.loss, theta)
            same, *rest = ours.derivatives(model.loss, theta, raw)
            found.append((torch.tensor([value, same]), raw, *rest))
    assert all(map(torch.equal, *found))


def test_a_sum_that_overflows_makes_an_infinite_value(monkeypatch):
    """Newton tries a shorter step then."""
    keep_encoded(monkeypatch, 0)
    model = problem(*PROBLEMS[0])
    model.loss = Custom(lambda y_pred, y_true: torch.exp(y_pred))
    theta = torch.zeros(5, 1, dtype=torch.float64)
    theta[-1] = np.log(1e305)  # times 750 rows a share, 3000 rows in all
    value, raw = sums.RowSums(model).objective(model.loss, theta)
    assert np.isfinite(torch.exp(raw[:750]).sum().item())
    assert value == np.inf


def test_a_large_table_gives_the_fit_of_its_double_precision_copy(rng):
    """Encoded block by block from float32, it is the same table."""
    X = rng.normal(size=(60_000, 40)).astype(np.float32)
    y = X[:, 0] + np.abs(X[:, 1]) + rng.normal(size=len(X))
    model = TorchRegressor("log_cosh", hidden_layer_sizes=())
    single = model.fit(X, y).predict(X[:100])
    double = model.fit(X.astype(float), y).predict(X[:100].astype(float))
    np.testing.assert_allclose(single, double, rtol=0, atol=1e-6)


def test_the_noise_is_that_of_the_residuals_which_the_model_does_not_keep(rng):
    X = rng.normal(size=(500, 3))
    y = X[:, 0] + rng.normal(size=len(X))
    model = TorchRegressor(hidden_layer_sizes=(), alpha=0.0).fit(X, y)
    residuals = y - model.predict(X)
    Z = np.c_[np.ones(500), X]
    # Student t of 496 degrees of freedom, with the variance of the coefficients.
    spread = 1 + np.sum(Z @ np.linalg.inv(Z.T @ Z) * Z, axis=1)
    variance = (residuals**2).sum() / 496 * spread * 496 / 494
    assert model.scale_source_ == "training rows"
    found = model.predict_distribution(X).std()
    np.testing.assert_allclose(found, np.sqrt(variance), rtol=1e-9)
    few = TorchRegressor(hidden_layer_sizes=(), alpha=0.0).fit(X[:50], y[:50])
    assert len(pickle.dumps(model)) <= len(pickle.dumps(few)) + 100


@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_sparse_table_gives_the_numbers_of_the_dense_one(early_stopping, rng):
    X = rng.normal(size=(3000, 5)) * (rng.uniform(size=(3000, 5)) < 0.3)
    y = rng.poisson(np.exp(X[:, 0] - X[:, 1])).astype(float)
    model = TorchRegressor(
        "poisson",
        hidden_layer_sizes=(),
        early_stopping=early_stopping,
        random_state=0,
    )
    expected = model.fit(X, y).predict(X)
    found = model.fit(sparse.csr_matrix(X), y).predict(X)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
