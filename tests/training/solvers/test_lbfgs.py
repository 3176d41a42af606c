"""L-BFGS: the optimum of Newton and of scikit-learn."""

import numpy as np
import torch
from scipy.sparse import csr_array
from sklearn.linear_model import (
    LogisticRegression,
)
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor
from skloss.training import LinearStart, Perceptron, train
from tests.training.models import model, outputs, table


def test_lbfgs_and_newton_agree_on_a_convex_problem():
    X, y = table()
    linear = {"hidden_layer_sizes": (), "max_iter": 500}
    everything = {"validation_rows": None, "fit_rows": torch.arange(len(X))}
    fits = train(
        [
            model(X, y, settings=linear | {"solver": solver}, **everything)
            for solver in ("newton", "lbfgs")
        ]
    )
    torch.testing.assert_close(
        outputs(fits[0], X), outputs(fits[1], X), atol=1e-5, rtol=0
    )


def test_wide_linear_models_fall_back_on_lbfgs_and_agree():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 700))
    y = (X[:, :5].sum(1) > 0).astype(int)
    model = TorchClassifier(hidden_layer_sizes=(), alpha=50.0).fit(X, y)
    oracle = LogisticRegression(C=1 / 50, tol=1e-10, max_iter=10_000).fit(
        StandardScaler().fit_transform(X), y
    )
    np.testing.assert_allclose(
        model.predict_proba(X),
        oracle.predict_proba(StandardScaler().fit_transform(X)),
        atol=1e-3,
    )


def test_the_spread_of_few_rows_is_penalised_as_by_newton():
    rng = np.random.default_rng(0)
    X, y = (torch.as_tensor(rng.normal(size=size)) for size in ((40, 8), 40))
    fields = {
        "architecture": Perceptron(()),
        "fit_rows": torch.arange(40),
        "validation_rows": None,
        "linear_start": LinearStart(8, torch.arange(40) % 5, 40.0),
    }
    newton, lbfgs = train(
        [
            model(
                X, y, "gaussian_nll", settings={"solver": s, "max_iter": 500}, **fields
            )
            for s in ("newton", "lbfgs")
        ]
    )
    torch.testing.assert_close(outputs(newton, X), outputs(lbfgs, X), atol=1e-4, rtol=0)
    assert lbfgs.layers[0][0][:, 1].abs().max() < 0.05


def test_the_spread_of_few_sparse_rows_is_penalised_as_that_of_dense_ones():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 8)), rng.normal(size=40)
    dense, sparse = (
        TorchRegressor("gaussian_nll", hidden_layer_sizes=(), solver="lbfgs")
        .fit(table, y)
        .predict_distribution(X)
        .std()
        for table in (X, csr_array(X))
    )
    np.testing.assert_allclose(dense, sparse, rtol=1e-4)
