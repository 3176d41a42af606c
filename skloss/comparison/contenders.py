"""Estimators of scikit-learn as rows of a comparison, on the folds of the losses."""

import inspect

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing

from skloss.comparison.evaluation import FoldResult
from skloss.comparison.nats import fill_in_implied_nats, rounding_of, row_nats
from skloss.comparison.steps import apply_steps, apply_to_view
from skloss.metrics.scorers import embedded
from skloss.training import warn_caller

__all__ = ["check_contender", "fit_contenders", "seeded", "weight_argument"]


def check_contender(name, estimator, task):
    """Raise an error unless an estimator can be a row of a comparison.

    Parameters
    ----------
    name : str
        Label of the row.
    estimator : object
    task : Task

    Raises
    ------
    TypeError
        If it is not an estimator, or the name is not text.
    ValueError
        If it is one of another task.
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"The name of a contender must be text, got {name!r}.")
    method, example = ("predict", "Ridge")
    if task.has_embeddings:
        method, example = ("transform", "CCA" if task.has_views else "PCA")
    if isinstance(estimator, type) or not all(
        callable(getattr(estimator, name, None))
        for name in ("fit", method, "get_params")
    ):
        raise TypeError(
            f"The contender {name!r} must be an estimator with fit and {method}, such "
            f"as a {example}(), got {estimator!r}; a loss stands in the list itself, "
            "without a name."
        )
    if task.has_embeddings:
        return
    is_other = is_classifier if task.has_numbers else is_regressor
    if is_other(estimator):
        raise ValueError(
            f"The task is {task}, but the contender {name!r} is a "
            f"{type(estimator).__name__}."
        )


def fit_contenders(setup, classes, X, y, weight, is_stopped, report=None):
    """Fit the contenders in every fold and predict its held-out rows.

    A contender that is a Pipeline gets the rows of ``X`` as they are; any other one
    gets what the steps before the estimator make of them.

    Parameters
    ----------
    setup : ComparisonSetup
    classes : list or None
        Labels in the order of the columns of probabilities.
    X : array-like or DataFrame of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    is_stopped : bool
        Whether to fit none of them.
    report : callable, optional
        Called before and after each fit with its label and fold, the share of the fits
        that are done, and whether it is done itself; returning True leaves out the fits
        that follow.

    Returns
    -------
    list of FoldResult
        All contenders of the first fold, then all of the second, and so on.
    """
    results, learned = [], {}
    n_fits = len(setup.splits) * len(setup.contenders)
    for fold, (train, test) in enumerate(setup.splits):
        rows = {} if is_stopped else _rows_of_fold(setup, X, y, train, test)
        for label, estimator in setup.contenders.items():
            result = FoldResult(
                *(label, fold, estimator, None, None, test),
                y_true=None if setup.task.has_views else y[test],
                stopped=is_stopped,
            )
            results.append(result)
            n_done, key = len(results) - 1, (label, fold)
            if report is not None:
                is_stopped = is_stopped or report(key, n_done / n_fits, False)
            result.stopped = is_stopped
            if is_stopped:
                continue
            *given, result.y_test = rows[isinstance(estimator, Pipeline)]
            own_weight = None if weight is None else weight[train]
            try:
                _fit_and_predict(setup, classes, result, given, own_weight)
                if setup.task.has_numbers:
                    learned[label, fold] = result.estimator.predict(given[0])
            except Exception as error:  # the trained losses must not be lost
                result.is_trained = False
                warn_caller(
                    f"The contender {label!r} failed in fold {fold}, so its scores "
                    f"there are NaN: {type(error).__name__}: {error}",
                    UserWarning,
                )
            if report is not None:
                is_stopped = report(key, (n_done + 1) / n_fits, True)
    if setup.task.has_numbers:
        for label in setup.contenders:
            own = [result for result in results if result.label == label]
            if all(result.is_trained for result in own):
                _fill_in_nats(own, learned, y, weight, setup.splits)
    return results


def _rows_of_fold(setup, X, y, train, test):
    """Return X_train, y_train, X_test and y_test by whether one is a Pipeline."""
    y_train, y_test = (_safe_indexing(y, part) for part in (train, test))
    y_train, y_test = apply_to_view(setup.second, y_train, y_test)
    rows = [_safe_indexing(X, train), y_train, _safe_indexing(X, test)]
    found = {True: (*rows, y_test)}
    if not all(isinstance(one, Pipeline) for one in setup.contenders.values()):
        found[False] = (*apply_steps(setup.before, *rows), y_test)
    return found


def _fit_and_predict(setup, classes, result, rows, weight):
    """Fit a contender in one fold, and fill in its predictions."""
    X_train, y_train, result.X_test = rows
    model = seeded(result.estimator, setup.estimator.random_state)
    given = weight_argument(model, weight)
    if weight is not None and not given and result.fold == 0:
        warn_caller(
            f"The contender {result.label!r} does not take sample_weight, so it is "
            "fitted without weights.",
            UserWarning,
        )
    model.fit(X_train, y_train, **given)
    result.estimator = model
    if setup.task.has_embeddings:
        result.y_true, result.y_pred = embedded(model, result.X_test, result.y_test)
        result.is_trained = True
        return
    predicted = np.asarray(model.predict(result.X_test))
    if setup.task.has_numbers:
        predicted = predicted.astype(float)
        if not np.isfinite(predicted).all():
            raise ValueError("some predictions are not finite")
    else:
        result.proba = _probabilities(model, result.X_test, setup.task, classes)
        if result.proba is None and result.fold == 0:
            warn_caller(
                f"The contender {result.label!r} has no predict_proba, so its scores "
                "of probabilities are NaN.",
                UserWarning,
            )
    result.y_pred = predicted.reshape(result.y_true.shape)  # CatBoost: (n, 1)
    result.is_trained = True


def seeded(estimator, random_state):
    """Return an unfitted copy whose seeds that are None are those of a comparison."""
    model = clone(estimator)
    unset = [
        name
        for name, value in model.get_params().items()
        if value is None and name.split("__")[-1] == "random_state"
    ]
    return model.set_params(**dict.fromkeys(unset, random_state))


def weight_argument(model, weight):
    """Return weights as the keyword argument of `fit`, if it takes any."""
    last = model[-1] if isinstance(model, Pipeline) else model
    if weight is None or "sample_weight" not in inspect.signature(last.fit).parameters:
        return {}
    prefix = f"{model.steps[-1][0]}__" if isinstance(model, Pipeline) else ""
    return {f"{prefix}sample_weight": weight}


def _probabilities(model, X, task, classes):
    """Return a column for each class or label, or None without probabilities."""
    if not hasattr(model, "predict_proba"):
        return None
    found = model.predict_proba(X)
    if task.has_classes:
        places = pd.Index(model.classes_).get_indexer(classes)
        columns = np.asarray(found, dtype=float)
        # A class that was absent from the training rows has probability 0.
        return np.where(places >= 0, columns[:, places], 0.0)
    if not isinstance(found, list):
        return np.asarray(found, dtype=float)
    return np.column_stack(  # scikit-learn's trees give one (n, 2) array per label
        [
            proba @ (np.asarray(classes) == 1)
            for proba, classes in zip(found, model.classes_, strict=True)
        ]
    )


def _fill_in_nats(results, learned, y, weight, splits):
    """Compute the nats per row: of a predicted distribution, else of implied noise."""
    if all(hasattr(one.estimator, "predict_distribution") for one in results):
        rounding = rounding_of(y, weight)
        for one in results:
            one.distribution = one.estimator.predict_distribution(one.X_test)
            one.nll = row_nats(one.distribution, one.y_true, rounding)
        return
    fill_in_implied_nats(results, learned, y, weight, splits)
