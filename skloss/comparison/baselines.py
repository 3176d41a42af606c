"""Baselines of a comparison: a constant, and gradient boosting at its defaults."""

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.utils import _safe_indexing

from skloss.metrics import score_all
from skloss.noise import FAMILIES
from skloss.table import make_preprocessor

__all__ = ["score_baselines"]


def score_baselines(task, classes, data, splits, before, stop=None):
    """Fit the baselines in each fold and score them as the losses are scored.

    Parameters
    ----------
    task : Task
    classes : list or None
        Labels in the order of the columns of probabilities.
    data : tuple of (X, y, sample_weight or None)
    splits : list of (ndarray, ndarray)
        Training and held-out rows of each fold, as positions in ``data``. Rows of
        weight 0 are left out.
    before : Pipeline or None
        Steps before the estimator, unfitted.
    stop : callable or None, default None
        Called without arguments before each fit; True ends the run.

    Returns
    -------
    DataFrame or None
        Columns loss, fold, metric, value. None if it was stopped.
    """
    X, y, weight = data
    if before is None and isinstance(X, pd.DataFrame):
        # A row of weight 0 counts as absent, so it must not affect the types of the
        # columns.
        before = make_preprocessor(X if weight is None else X[weight > 0])
    y = np.asarray(y, dtype=float) if task.has_numbers else np.asarray(y)
    models = _models(task, several=y.ndim == 2)
    held_out = {name: [] for name in models}
    for train, test in splits:
        X_train, X_test = _safe_indexing(X, train), _safe_indexing(X, test)
        if before is not None:
            steps = clone(before)
            X_train = steps.fit_transform(X_train, _safe_indexing(data[1], train))
            X_test = steps.transform(X_test)
        if sparse.issparse(X_train):
            held_out.pop("gradient_boosting", None)  # it requires dense rows
        for name, parts in held_out.items():
            if stop is not None and stop():
                return None
            weight_train = None if weight is None else weight[train]
            model = models[name].fit(X_train, y[train], sample_weight=weight_train)
            part = {"rows": test, "y_pred": model.predict(X_test)}
            if task.has_numbers:
                square = (y[train] - model.predict(X_train)) ** 2
                part["variance"] = np.average(square, axis=0, weights=weight_train)
            else:
                part["y_proba"] = _probabilities(model, X_test, task)
            parts.append(part)
    scores = []
    for name, parts in held_out.items():
        for fold, part in enumerate(parts):
            rows = part["rows"]
            found = score_all(
                task,
                y[rows],
                part["y_pred"],
                y_proba=part.get("y_proba"),
                nll=_nll(parts, fold, y, weight) if task.has_numbers else None,
                classes=classes,
                sample_weight=None if weight is None else weight[rows],
            )
            scores += [(name, fold, metric, value) for metric, value in found.items()]
    return pd.DataFrame(scores, columns=["loss", "fold", "metric", "value"])


def _models(task, several):
    """Return the unfitted baselines by name."""
    if task.has_numbers:
        boosting = HistGradientBoostingRegressor(random_state=0)
        constant = DummyRegressor()
        boosting = MultiOutputRegressor(boosting) if several else boosting
    else:
        boosting = HistGradientBoostingClassifier(random_state=0)
        constant = DummyClassifier(strategy="prior")
        boosting = MultiOutputClassifier(boosting) if several else boosting
    return {"constant": constant, "gradient_boosting": boosting}


def _nll(parts, fold, y, weight):
    """Return the Gaussian negative log-likelihood of each row of a fold, in nats.

    The variance is that of the residuals of the other folds' held-out rows: rows that
    are scored must not choose the scale that they are scored with, and residuals of
    training rows are too small for a model that has learned them.
    """
    rows, predicted = parts[fold]["rows"], parts[fold]["y_pred"]
    other_folds = np.concatenate([part["rows"] for part in parts])
    every = np.concatenate([part["y_pred"] for part in parts])
    other = ~np.isin(other_folds, rows)
    variance = parts[fold]["variance"]  # of training rows, for a single fold
    if other.any():
        square = (y[other_folds] - every)[other] ** 2
        weights = None if weight is None else weight[other_folds[other]]
        variance = np.average(square, axis=0, weights=weights)
    gaussian = FAMILIES["gaussian"].frozen({"loc": predicted, "scale": variance**0.5})
    nll = -gaussian.logpdf(y[rows])
    return nll if nll.ndim == 1 else nll.sum(1)


def _probabilities(model, X, task):
    """Return probabilities of the classes, or of each label being present."""
    found = model.predict_proba(X)
    if task.has_classes:
        return found
    return np.column_stack([p[:, -1] for p in found])
