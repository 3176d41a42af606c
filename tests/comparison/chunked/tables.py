"""A table in chunks, and models that learn it."""

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline

from skloss import TorchRegressor
from skloss.table import make_preprocessor

LINEAR = {"hidden_layer_sizes": (), "learning_rate": 0.05, "batch_size": 100}
LINEAR |= {"random_state": 0}


LAST_CHUNKS = [(range(3), [3])]


def table(n_rows=1600, seed=0):
    """A linear signal with a category, and Gaussian noise of standard deviation 1."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_rows, 2)), columns=["a", "b"])
    frame["town"] = np.array(["Ulm", "Bonn", "Kiel"], dtype=object)[
        rng.integers(0, 3, n_rows)
    ]
    frame["price"] = 3 * frame["a"] - frame["b"] + 2 * (frame["town"] == "Ulm")
    frame["price"] += rng.normal(size=n_rows) + 5
    return frame


def after_table(estimator):
    X = table(300).drop(columns="price")
    return make_pipeline(make_preprocessor(X), estimator)


SMALL = {
    "losses": ["squared_error", "gaussian_nll"],
    "estimator": after_table(TorchRegressor(**LINEAR, max_iter=6)),
    "cv": 2,
}
