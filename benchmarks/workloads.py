"""The tables and fits that the speed table measures."""

import joblib
import numpy as np
from contenders import LOSSES
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold

from skloss import TorchRegressor, compare_losses

__all__ = ["BATCH", "comparison", "diabetes", "folds", "one_by_one", "plain", "table"]

BATCH = 256


def table(n_rows=10_000, n_columns=20):
    """Return a smooth signal with Gaussian noise, in float32."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns)).astype(np.float32)
    y = X[:, 0] + np.sin(2 * X[:, 1]) + rng.normal(size=n_rows)
    return X, y.astype(np.float32)


def diabetes():
    """Return a small table, 442 x 10, standardised, in float32."""
    X, y = load_diabetes(return_X_y=True)
    y = (y - y.mean()) / y.std()
    return (X / X.std(0)).astype(np.float32), y.astype(np.float32)


def plain(epochs, batch_size=BATCH, n_members=1, **params):
    """Return a regressor with the work of the others.

    It has neither encoding nor early stopping, and one member whatever the default.
    """
    return TorchRegressor(
        numeric_encoding=None,
        early_stopping=False,
        batch_size=batch_size,
        max_iter=epochs,
        n_iter_no_change=10**6,
        n_members=n_members,
        solver="adam",
        random_state=0,
        **params,
    )


def comparison(X, y, epochs, batch_size=BATCH, backend="loky", n_members=1):
    """Return a call that compares the eight losses in five folds on two cores.

    In two processes, which are warm after the first call like those of the hand-written
    loop, or, with the backend "threading", in this one, as is the default.
    """
    estimator = plain(epochs, batch_size, n_members)

    def run():
        with joblib.parallel_config(backend=backend, n_jobs=2):
            compare_losses(X, y, list(LOSSES), estimator=estimator)

    return run


def folds(X):
    """Return the splits that a comparison draws."""
    return list(KFold(5, shuffle=True, random_state=0).split(X))


def one_by_one(fit, X, y, epochs, batch_size=BATCH):
    """Return a call that fits the same forty models in turn.

    Parameters
    ----------
    fit : callable
        ``fit_skorch``, or ``fit_sklearn``, which always learns squared error.
    """

    def loop():
        for rows, _ in folds(X):
            for loss in LOSSES:
                fit(X[rows], y[rows], loss, epochs, batch_size)

    return loop
