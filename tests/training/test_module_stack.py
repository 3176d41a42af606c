"""A user-defined module in place of the perceptron."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

from skloss.estimators import TorchRegressor
from skloss.training import UserModule, train
from tests.training.models import model, table


def test_a_user_module_with_dropout_is_reproducible():
    def network(n_features, n_outputs):
        return nn.Sequential(
            nn.Linear(n_features, 16),
            nn.BatchNorm1d(16),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(16, n_outputs),
        )

    X, y = (array.numpy() for array in table())
    state = torch.get_rng_state()
    first, second = (
        TorchRegressor("gaussian_nll", network=network, max_iter=5, random_state=1)
        .fit(X, y)
        .predict(X)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert torch.equal(torch.get_rng_state(), state)


class _Dropped(nn.Module):
    """Dropout of eight ones, and what was left of them at each call."""

    masks = []

    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.linear = nn.Linear(n_features, n_outputs)

    def forward(self, x):
        mask = nn.functional.dropout(torch.ones(8), training=self.training)
        if self.training:
            self.masks.append(tuple(mask.tolist()))
        return self.linear(x)


def test_each_call_of_partial_fit_drops_other_units():
    X, y = (array.numpy() for array in table(40))
    fields = {"network": _Dropped, "batch_size": 40, "random_state": 0}
    fields["early_stopping"] = False
    _Dropped.masks.clear()
    TorchRegressor(max_iter=6, **fields).fit(X, y)
    whole = _Dropped.masks.copy()
    assert len(set(whole)) > 1
    _Dropped.masks.clear()
    in_parts = TorchRegressor(max_iter=6, **fields)
    for _ in range(6):
        in_parts.partial_fit(X, y)
    assert _Dropped.masks == whole


def test_the_module_of_the_best_epoch_is_kept():
    def network(n_features, n_outputs):
        return nn.Sequential(
            nn.Linear(n_features, 8), nn.BatchNorm1d(8), nn.Linear(8, n_outputs)
        )

    X, y = table()
    wild = {"max_iter": 20, "learning_rate": 0.3, "n_iter_no_change": 20}
    (fit,) = train([model(X, y, architecture=UserModule(network), settings=wild)])
    rows = torch.arange(60)  # those that it stops on
    with torch.no_grad():
        error = (fit.network(X[rows])[:, 0] - y[rows]).square().mean().item()
    best = min(fit.history, key=lambda row: row["validation"])
    assert best["epoch"] < 20
    assert error == pytest.approx(best["validation"])


def test_a_linear_user_module_reaches_least_squares():
    X, y = (array.numpy() for array in table())
    found = TorchRegressor(
        network=nn.Linear,
        numeric_encoding=None,
        early_stopping=False,
        alpha=0.0,
        learning_rate=0.1,
        batch_size=300,
        max_iter=200,
        n_iter_no_change=200,
    ).fit(X, y)
    oracle = LinearRegression().fit(X, y)
    np.testing.assert_allclose(found.predict(X), oracle.predict(X), atol=0.02)


def test_intercepts_of_a_user_module_are_not_penalised():
    X, y = table()
    fields = {"alpha": 1e4, "validation_rows": None, "fit_rows": torch.arange(300)}
    settings = {"max_iter": 300, "n_iter_no_change": 300, "learning_rate": 0.05}
    settings["clip_grad_norm"] = None
    one = model(
        X,
        y + 5,
        batch_size=300,
        architecture=UserModule(nn.Linear),
        settings=settings,
        **fields,
    )
    (fit,) = train([one])
    assert fit.network.bias.item() == pytest.approx((y + 5).mean().item(), abs=0.01)
    assert fit.network.weight.abs().max() < 0.01
