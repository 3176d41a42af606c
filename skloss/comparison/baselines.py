"""Yardsticks beside the losses: a constant, and gradient boosting as it comes."""

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
from skloss.table import make_preprocessor

__all__ = ["score_baselines"]


def score_baselines(task, classes, data, splits, before, stop=None):
    """Fit the references in each fold and score them as the losses are scored.

    Parameters
    ----------
    task : str
    classes : list or None
    data : tuple of (X, y, sample_weight or None)
    splits : list of (ndarray, ndarray)
        Positions in ``data``.
    before : Pipeline or None
        Steps before the estimator, unfitted.
    stop : callable or None, default None
        Asked before each fit, without arguments; True ends the run.

    Returns
    -------
    DataFrame or None
        Columns loss, fold, metric, value. None if it was stopped.
    """
    X, y, weight = data
    if before is None and isinstance(X, pd.DataFrame):
        before = make_preprocessor(X)
    y = np.asarray(y, dtype=float) if task == "regression" else np.asarray(y)
    models = _models(task, several=y.ndim == 2)
    held_out = {name: [] for name in models}
    for train, test in splits:
        X_train, X_test = _safe_indexing(X, train), _safe_indexing(X, test)
        if before is not None:
            steps = clone(before)
            X_train = steps.fit_transform(X_train, _safe_indexing(data[1], train))
            X_test = steps.transform(X_test)
        if sparse.issparse(X_train):
            held_out.pop("gradient_boosting", None)  # it takes dense rows only
        for name, parts in held_out.items():
            if stop is not None and stop():
                return None
            weight_train = None if weight is None else weight[train]
            model = models[name].fit(X_train, y[train], sample_weight=weight_train)
            part = {"rows": test, "y_pred": model.predict(X_test)}
            if task == "regression":
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
                nll=_nll(parts, fold, y, weight) if task == "regression" else None,
                classes=classes,
                sample_weight=None if weight is None else weight[rows],
            )
            scores += [(name, fold, metric, value) for metric, value in found.items()]
    return pd.DataFrame(scores, columns=["loss", "fold", "metric", "value"])


def _models(task, several):
    if task == "regression":
        boosting = HistGradientBoostingRegressor(random_state=0)
        constant = DummyRegressor()
        boosting = MultiOutputRegressor(boosting) if several else boosting
    else:
        boosting = HistGradientBoostingClassifier(random_state=0)
        constant = DummyClassifier(strategy="prior")
        boosting = MultiOutputClassifier(boosting) if several else boosting
    return {"constant": constant, "gradient_boosting": boosting}


def _nll(parts, fold, y, weight):
    """Gaussian nats per row; the scale comes from rows that are not scored here."""
    rows, predicted = parts[fold]["rows"], parts[fold]["y_pred"]
    other_folds = np.concatenate([part["rows"] for part in parts])
    every = np.concatenate([part["y_pred"] for part in parts])
    other = ~np.isin(other_folds, rows)
    variance = parts[fold]["variance"]  # of its training rows, for want of others
    if other.any():
        square = (y[other_folds] - every)[other] ** 2
        weights = None if weight is None else weight[other_folds[other]]
        variance = np.average(square, axis=0, weights=weights)
    square = (y[rows] - predicted) ** 2
    nll = 0.5 * (np.log(2 * np.pi * variance) + square / variance)
    return nll if nll.ndim == 1 else nll.sum(1)


def _probabilities(model, X, task):
    found = model.predict_proba(X)
    if task != "multilabel":
        return found
    return np.column_stack([p[:, -1] for p in found])
