"""Comparison.references: prepared, scored and given a scale as the losses are."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from skloss import TorchRegressor, compare_losses
from skloss.table import make_preprocessor, propose_roles

FAST = {"hidden_layer_sizes": (16,), "max_iter": 20}


def test_the_scale_of_a_reference_never_comes_from_rows_being_scored():
    X, y = load_diabetes(return_X_y=True)
    rows = np.arange(len(y))
    splits = [(rows[:300], rows[300:]), (rows[:200], rows[300:])]
    found = compare_losses(X, y, "mse", cv=splits, estimator=TorchRegressor(**FAST))
    nll = [
        -stats.norm(y[:n].mean(), y[:n].std(ddof=0)).logpdf(y[300:]).mean()
        for n in (300, 200)
    ]
    value = found.references().loc["constant", ("nll", "mean")]
    assert value == pytest.approx(np.mean(nll))


def test_a_sparse_table_has_the_constant_as_its_reference(rng):
    X, y = sparse.random(90, 5, 0.3, "csr", random_state=0), rng.normal(size=90)
    splits = list(KFold(3).split(y))
    estimator = TorchRegressor(**FAST)
    references = compare_losses(
        X, y, "mse", cv=splits, estimator=estimator
    ).references()
    assert references.index.tolist() == ["constant"]
    oracle = [np.sqrt(((y[b] - y[a].mean()) ** 2).mean()) for a, b in splits]
    assert references["rmse", "mean"].item() == pytest.approx(np.mean(oracle))


def test_references_are_prepared_as_the_losses_are():
    X = pd.DataFrame({"id": np.arange(200)})
    roles = propose_roles(X)  # an identifier, which by itself would be left out
    roles.loc["id"] = ["feature", "number", 0, 200, ""]
    model = make_pipeline(make_preprocessor(X, roles), TorchRegressor(**FAST))
    found = compare_losses(X, 3.0 * X["id"], ["squared_error"], estimator=model, cv=3)
    rmse = found.references()["rmse", "mean"]
    assert rmse["gradient_boosting"] < rmse["constant"] / 2


def test_references_ask_before_each_fit_whether_to_stop(rng):
    X, y = rng.normal(size=(60, 2)), rng.normal(size=60)
    found = compare_losses(X, y, "mse", cv=3, estimator=TorchRegressor(**FAST))
    answers = iter([False, False, True])
    assert found.references(stop=lambda: next(answers)) is None
    assert next(answers, "all were asked for") == "all were asked for"
    whole = found.references(stop=lambda: False)
    assert whole.index.tolist() == ["constant", "gradient_boosting"]
    assert found.references(stop=lambda: True) is whole  # known: nothing to stop
