"""Targets that a loss cannot take are refused in a sentence that helps."""

import re

import numpy as np
import pytest

from skloss import TorchClassifier, TorchRegressor, get_loss
from skloss.losses import Focal

CLASSES = np.arange(60) % 3
LABELS = np.eye(3, dtype=int)[CLASSES]
COUNTS = np.arange(60.0)
SHARES = np.full((60, 3), 0.3)

#: (estimator, loss, target, what the sentence says, a loss that it names)
REFUSED = [
    (TorchClassifier, "bce", CLASSES, "y holds 3 classes", "cross_entropy"),
    (TorchClassifier, "asymmetric", CLASSES, "not support a multiclass", "brier"),
    (TorchClassifier, Focal(alpha=0.2), CLASSES, "y holds 3 classes", "hinge"),
    (TorchClassifier, "cross_entropy", LABELS, "y holds 3 labels", "focal"),
    (TorchClassifier, "huber", CLASSES % 2, "y holds 2 classes", "cross_entropy"),
    (TorchClassifier, "cce", COUNTS + 0.5, "such as 0.5, which", "squared_error"),
    (TorchRegressor, "cross_entropy", COUNTS, "not for numbers", "squared_error"),
    (TorchRegressor, "poisson", COUNTS - 1, "y holds -1", "squared_error"),
    (TorchRegressor, "tweedie", COUNTS - 1, "y holds -1", "huber"),
    (TorchRegressor, "gamma", COUNTS, "y holds 0", "poisson"),
    (TorchRegressor, "squared_log_error", -COUNTS, "y holds -1", "huber"),
    (TorchRegressor, "kl_divergence", SHARES, "row 0 of y sums to 0.9", "huber"),
]


def named_losses(error):
    return str(error).rsplit(": ", 1)[1].strip(".").split(", ")


@pytest.mark.parametrize(("estimator", "loss", "y", "said", "named"), REFUSED)
def test_a_loss_that_cannot_serve_y_says_why_and_names_those_that_can(
    estimator, loss, y, said, named
):
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        estimator(loss).fit(X, y)
    names = named_losses(caught.value)
    assert named in names
    assert get_loss(loss).name not in names


@pytest.mark.parametrize(
    ("refuses", "y"),
    [(TorchRegressor("gamma"), COUNTS), (TorchClassifier(), np.sin(COUNTS))],
    ids=["gamma", "classifier"],
)
def test_every_loss_that_a_sentence_names_takes_the_target(refuses, y):
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match="y holds") as caught:
        refuses.fit(X, y)
    names = named_losses(caught.value)
    assert len(names) > 10
    for name in names:
        TorchRegressor(name, max_iter=1).fit(X, y)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("mes", "mse"), ("Huber", "huber"), ("crossentropy", "cross_entropy")],
)
def test_a_misspelt_loss_is_told_what_was_meant(typed, meant):
    with pytest.raises(ValueError, match=f"called '{typed}'. Did you mean '{meant}'"):
        get_loss(typed)
