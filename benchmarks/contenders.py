"""The same fits by skorch, scikit-learn and a hand-written loop."""

import math
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import torch
from torch import nn

HIDDEN = (64, 64)
LEARNING_RATE = 1e-3


def _student_t_nll(raw, y):
    location, log_scale, shape = raw.unbind(1)
    df = 2 + nn.functional.softplus(shape)
    z = (y - location) * torch.exp(-log_scale)
    norm = torch.lgamma(df / 2) - torch.lgamma((df + 1) / 2) + 0.5 * df.log()
    return (norm + log_scale + 0.5 * (df + 1) * torch.log1p(z**2 / df)).mean()


def _gaussian_nll(raw, y):
    mean, log_variance = raw.unbind(1)
    return 0.5 * (log_variance + (y - mean) ** 2 * torch.exp(-log_variance)).mean()


def _laplace_nll(raw, y):
    median, log_scale = raw.unbind(1)
    return (log_scale + (y - median).abs() * torch.exp(-log_scale)).mean()


def _log_cosh(raw, y):
    error = raw[:, 0] - y
    return (error + nn.functional.softplus(-2 * error) - math.log(2)).mean()


def _quantile(raw, y):
    error = y - raw[:, 0]
    return torch.maximum(0.5 * error, -0.5 * error).mean()


#: Name in skloss, criterion as one would write it, outputs of the network.
LOSSES = {
    "squared_error": (lambda raw, y: ((raw[:, 0] - y) ** 2).mean(), 1),
    "absolute_error": (lambda raw, y: (raw[:, 0] - y).abs().mean(), 1),
    "huber": (lambda raw, y: nn.functional.huber_loss(raw[:, 0], y), 1),
    "log_cosh": (_log_cosh, 1),
    "quantile": (_quantile, 1),
    "gaussian_nll": (_gaussian_nll, 2),
    "laplace_nll": (_laplace_nll, 2),
    "student_t_nll": (_student_t_nll, 3),
}


def network(n_inputs, n_outputs):
    """Return the perceptron that all contenders train."""
    sizes = (n_inputs, *HIDDEN)
    layers = []
    for n_in, n_out in zip(sizes, HIDDEN, strict=False):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(HIDDEN[-1], n_outputs))


class _Criterion(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, raw, y):
        return self.function(raw, y)


def fit_skorch(X, y, loss, epochs, batch_size):
    """Fit once with skorch, with its default data loader and callbacks."""
    from skorch import NeuralNetRegressor

    function, n_outputs = LOSSES[loss]
    return NeuralNetRegressor(
        network(X.shape[1], n_outputs),
        criterion=_Criterion,
        criterion__function=function,
        optimizer=torch.optim.Adam,
        lr=LEARNING_RATE,
        batch_size=batch_size,
        max_epochs=epochs,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    ).fit(X, y)


def sklearn_mlp(epochs, batch_size):
    """Return scikit-learn's perceptron with the same settings."""
    from sklearn.neural_network import MLPRegressor

    return MLPRegressor(
        hidden_layer_sizes=HIDDEN,
        batch_size=batch_size,
        max_iter=epochs,
        n_iter_no_change=10**6,
        tol=0.0,
        random_state=0,
    )


def fit_sklearn(X, y, loss, epochs, batch_size):
    """Fit scikit-learn's perceptron once, on squared error, its only loss."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it did not converge, on purpose
        return sklearn_mlp(epochs, batch_size).fit(X, y)


def fit_pytabkit(X, y, epochs, batch_size):
    """Fit five folds at once with pytabkit, on squared error.

    RealMLP-S (Holzmüller et al. 2024, arXiv:2407.04491) with layers of our widths.
    """
    from pytabkit import RealMLP_TD_S_Regressor

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return RealMLP_TD_S_Regressor(
            device="cpu",
            n_cv=5,
            n_threads=2,
            hidden_sizes=list(HIDDEN),
            batch_size=batch_size,
            n_epochs=epochs,
            random_state=0,
            verbosity=0,
        ).fit(X, y)


def fit_by_hand(X, y, loss, epochs, batch_size):
    """Fit once in a hand-written loop: autograd, fused Adam, without a data loader."""
    function, n_outputs = LOSSES[loss]
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    model = network(X.shape[1], n_outputs)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    n_steps = max(1, len(X) // batch_size)
    for _ in range(epochs):
        order = torch.randperm(len(X))
        for step in range(n_steps):
            rows = order[step * batch_size : (step + 1) * batch_size]
            optimizer.zero_grad()
            function(model(X[rows]), y[rows]).backward()
            optimizer.step()
    return model


_data = {}


def _begin(X, y):
    torch.set_num_threads(1)
    _data["X"], _data["y"] = X, y
    fit_by_hand(X[:64], y[:64], "squared_error", 1, 32)


def _work(job):
    rows, loss, epochs, batch_size = job
    fit_by_hand(_data["X"][rows], _data["y"][rows], loss, epochs, batch_size)


class TwoProcesses:
    """Two warm processes that divide a list of hand-written fits."""

    def __init__(self, X, y):
        self._pool = ProcessPoolExecutor(
            2, mp_context=get_context("spawn"), initializer=_begin, initargs=(X, y)
        )
        everything = np.arange(len(X))
        list(self._pool.map(_work, [(everything, "huber", 1, 256)] * 2))

    def fit(self, splits, epochs, batch_size):
        """Fit every loss on the training rows of every split."""
        jobs = [
            (rows, loss, epochs, batch_size) for rows, _ in splits for loss in LOSSES
        ]
        list(self._pool.map(_work, jobs))

    def close(self):
        """End both processes."""
        self._pool.shutdown()
