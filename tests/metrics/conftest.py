"""Labels, scores and weights of three kinds of classification."""

import numpy as np
import pytest

N_ROWS = 400


@pytest.fixture
def binary():
    rng = np.random.default_rng(0)
    y_true = rng.choice(["no", "yes"], size=N_ROWS, p=[0.85, 0.15])
    score = np.round(rng.beta(2, 5, N_ROWS) + 0.2 * (y_true == "yes"), 2).clip(0, 1)
    weight = rng.integers(0, 4, N_ROWS).astype(float)
    return y_true, score, weight


@pytest.fixture
def three_classes():
    rng = np.random.default_rng(1)
    y_true = rng.choice([3, 7, 11], size=N_ROWS, p=[0.7, 0.2, 0.1])
    raw = rng.normal(size=(N_ROWS, 3)) + (y_true[:, None] == [3, 7, 11])
    proba = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    y_pred = np.array([3, 7, 11])[proba.argmax(axis=1)]
    weight = rng.integers(0, 4, N_ROWS).astype(float)
    return y_true, y_pred, proba, weight


@pytest.fixture
def indicator():
    rng = np.random.default_rng(2)
    truth = (rng.random((N_ROWS, 3)) < [0.5, 0.2, 0.05]).astype(int)
    proba = (0.3 * truth + 0.7 * rng.random((N_ROWS, 3))).clip(0, 1)
    return truth, (proba > 0.5).astype(int), proba
