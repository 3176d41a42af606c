"""A small table, models of it, and the outputs of a fit."""

import numpy as np
import torch

from skloss.losses import get_loss
from skloss.training import FitSpec, Perceptron, TrainSettings

PERCEPTRON = {"hidden_layer_sizes", "activation"}


def table(n_rows=300, n_features=5, seed=0, dtype=torch.float64):
    rng = np.random.default_rng(seed)
    X = torch.as_tensor(rng.normal(size=(n_rows, n_features)), dtype=dtype)
    y = X[:, 0] * 2 + torch.sin(3 * X[:, 1])
    return X, y + torch.as_tensor(rng.laplace(size=n_rows), dtype=dtype) / 2


def model(X, y, loss="squared_error", seed=0, rows=None, **changes):
    settings = {"max_iter": 8} | changes.pop("settings", {})
    layers = {"hidden_layer_sizes": (16, 8)}
    layers |= {key: settings.pop(key) for key in PERCEPTRON & settings.keys()}
    loss = get_loss(loss)
    rows = torch.arange(len(X)) if rows is None else rows
    fields = {
        "X": X,
        "y": y,
        "weight": torch.ones(len(X), dtype=X.dtype),
        "fit_rows": rows[len(rows) // 5 :],
        "validation_rows": rows[: len(rows) // 5],
        "batch_size": 32,
        "alpha": 1e-3,
        "loss": loss.bind(y.numpy()),
        "n_outputs": loss.n_outputs(1),
        "seed": seed,
        "settings": TrainSettings(**settings),
        "architecture": Perceptron(**layers),
    }
    return FitSpec(**(fields | changes))


def outputs(fit, X, activation=torch.relu):
    for weight, bias in fit.layers[:-1]:
        X = activation(X @ weight + bias)
    weight, bias = fit.layers[-1]
    return X @ weight + bias
