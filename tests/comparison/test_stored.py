"""The stored results of a comparison hold neither its rows nor its labels."""

import json

import numpy as np
import pandas as pd
import pytest

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.comparison import store_comparison
from skloss.comparison.arrays import unpacked

RNG = np.random.default_rng(4)
X = pd.DataFrame({"size": RNG.normal(size=60).round(3), "age": RNG.normal(size=60)})
Y = pd.Series((2 * X["size"] + RNG.normal(size=60)).round(4), name="price")
KIND = pd.Series(np.where(Y > 0, "secret dear", "secret cheap"), name="kind")
STORED = {
    "numbers": (Y, ["mse", "huber"], TorchRegressor(hidden_layer_sizes=())),
    "classes": (KIND, ["cross_entropy"], TorchClassifier(hidden_layer_sizes=())),
}


@pytest.mark.parametrize(("y", "losses", "model"), STORED.values(), ids=STORED)
def test_the_file_holds_no_data(y, losses, model):
    comparison = compare_losses(X, y, losses, estimator=model, cv=2)
    text = json.dumps(store_comparison(comparison))
    assert "secret" not in text
    assert "size" not in text
    state = json.loads(text)
    arrays = [
        unpacked(value).ravel().tolist()
        for part in (state["predictions"], state["folds"], state["histories"])
        for value in part.values()
        if isinstance(value, dict)
    ]
    assert not {*y, *X["size"], *X["age"]} & {v for values in arrays for v in values}
