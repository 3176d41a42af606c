"""Data and helpers that tests of values share; oracles are SciPy, torch or by hand."""

import numpy as np
import pytest
import torch

from skloss import get_loss

_rng = np.random.default_rng(5)
#: Log-odds of one label, labels; scores of three classes, classes, sets of labels.
LOG_ODDS = _rng.normal(size=8) * 2
BITS = np.array([0, 1, 1, 0, 1, 0, 0, 1])
LOGITS = _rng.normal(size=(8, 3)) * 2
CLASSES = np.array([0, 1, 2, 2, 1, 0, 0, 2])
LABELS = _rng.integers(0, 2, (8, 3)).astype(float)


def tensor(values):
    """Values as a tensor of their own precision."""
    return torch.as_tensor(np.asarray(values))


def softmax(z):
    """Softmax of each row."""
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def sigmoid(z):
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


#: Probability of the true class, and of the true label.
TRUE_CLASS = softmax(LOGITS)[np.arange(8), CLASSES]
TRUE_BIT = np.where(BITS == 1, sigmoid(LOG_ODDS), 1 - sigmoid(LOG_ODDS))


def mean_of(criterion, raw, y):
    """Value of a torch criterion."""
    return criterion(tensor(raw), tensor(y)).item()


def value_of(loss, raw, y):
    """Mean of a loss, or of the loss of that name, on arrays."""
    raw = tensor(np.asarray(raw, dtype=float))
    raw = raw[:, None] if raw.ndim == 1 else raw
    return get_loss(loss)(raw, tensor(y)).item()


def rows_of(loss, raw, y):
    """Values per row of a loss on arrays, as an array."""
    raw = tensor(np.asarray(raw, dtype=float))
    raw = raw[:, None] if raw.ndim == 1 else raw
    return get_loss(loss).pointwise(raw, tensor(y)).numpy()


def every_value(values):
    """Parametrise by (name, parameters, raw prediction, y, value, source)."""
    return pytest.mark.parametrize(
        ("name", "params", "raw", "y", "value"),
        [pytest.param(*case[:5], id=f"{case[0]}-{case[5]}") for case in values],
    )
