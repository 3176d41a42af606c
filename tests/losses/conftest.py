"""A table whose noise grows along a column."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2))
    return X, X[:, 0] + rng.normal(size=600) * np.exp(X[:, 1] - 1)
