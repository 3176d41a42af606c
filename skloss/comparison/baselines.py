"""Baselines of a comparison: a linear model, and gradient boosting at its defaults."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.utils import _safe_indexing

from skloss.comparison.embeddings import score_embedding_baselines
from skloss.comparison.evaluation import FoldResult, mean_scores
from skloss.comparison.money import price
from skloss.comparison.named_scores import score_distributions
from skloss.comparison.nats import fill_in_implied_nats
from skloss.comparison.ranking import mean_and_error
from skloss.comparison.steps import apply_steps
from skloss.table import make_preprocessor

__all__ = ["score_baselines", "with_constants"]

# Iterations of logistic regression: on standardised columns it needs far fewer.
_ITERATIONS = 1000


def score_baselines(
    task,
    classes,
    data,
    splits,
    before,
    second=None,
    stop=None,
    cost=None,
    scoring=(),
    report=None,
):
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
    before, second : Pipeline or None
        Steps before the estimator, and of a second view, unfitted.
    stop : callable or None, default None
        Called without arguments before each fit; True ends the run.
    cost : Cost or None, default None
        With amounts for the rows of ``data``, if it has any.
    scoring : iterable of str, default ()
        Metrics of the comparison, of which some must be named.
    report : callable or None, default None
        Called with the scores of quick baselines before slow ones are fitted.

    Returns
    -------
    DataFrame or None
        Columns loss, fold, metric, value. None if it was stopped.
    """
    if task.has_embeddings:
        steps = before, second
        return score_embedding_baselines(task, data, splits, *steps, stop, report)
    X, y, weight = data
    if before is None and isinstance(X, pd.DataFrame):
        # A row of weight 0 counts as absent, so it must not affect the types of the
        # columns.
        before = make_preprocessor(X if weight is None else X[weight > 0])
    y = np.asarray(y, dtype=float) if task.has_numbers else np.asarray(y)
    models = _models(task, several=y.ndim == 2)
    found, learned = {name: [] for name in models}, {}
    for fold, (train, test) in enumerate(splits):
        X_train, y_train, X_test = apply_steps(
            before,
            _safe_indexing(X, train),
            _safe_indexing(data[1], train),
            _safe_indexing(X, test),
        )
        if sparse.issparse(X_train):
            found.pop("gradient_boosting", None)  # it requires dense rows
        weight_train = None if weight is None else weight[train]
        rows = X_train, np.asarray(y_train, dtype=y.dtype), weight_train, X_test
        for name, results in found.items():
            if stop is not None and stop():
                return None
            result = FoldResult(
                *(name, fold, None, None, None, test), y_true=y[test], is_trained=True
            )
            learned[name, fold] = _predict(models[name], rows, result, task, classes)
            results.append(result)
    results = [one for of_model in found.values() for one in of_model]
    if task.has_numbers:
        for of_model in found.values():
            fill_in_implied_nats(of_model, learned, y, weight, splits)
    score_distributions(scoring, results)
    if cost is not None:
        price(cost, results, classes)
    rows = [
        (one.label, one.fold, metric, value)
        for one in results
        for metric, value in mean_scores(task, one, classes, weight, scoring).items()
    ]
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def _predict(model, rows, result, task, classes):
    """Fit a baseline to a fold and fill in what it predicts for the held-out rows.

    Returns the predictions of the training rows, whose errors are the noise of numbers;
    None for classes.
    """
    X_train, y_train, weight, X_test = rows
    X_train, X_test = model.prepare(X_train, X_test, weight)
    fitted = model.estimator
    fitted.fit(X_train, y_train, sample_weight=weight)
    result.y_pred = fitted.predict(X_test)
    if task.has_numbers:
        return fitted.predict(X_train)
    result.proba = _probabilities(fitted, X_test, classes, task)
    return None


def with_constants(constants, columns, folds):
    """Return the scores of all baselines by fold, and their mean and standard error.

    Parameters
    ----------
    constants, folds : DataFrame
        Columns loss, fold, metric, value, of the constants and of the others.
    columns : MultiIndex
        Columns of the table of the losses; others are left out.

    Returns
    -------
    (DataFrame, DataFrame)
    """
    folds = pd.concat([constants, folds], ignore_index=True)
    scores = mean_and_error(folds)
    return folds, scores[columns.intersection(scores.columns)]


@dataclass
class _Model:
    """An unfitted estimator, and whether it requires standardised columns."""

    estimator: object
    is_standardised: bool = False

    def prepare(self, X_train, X_test, weight):
        """Return the columns as the estimator requires them."""
        if not self.is_standardised:
            return X_train, X_test
        # Sparse columns would become dense if their means were subtracted.
        scaler = StandardScaler(with_mean=not sparse.issparse(X_train))
        scaler.fit(X_train, sample_weight=weight)
        return scaler.transform(X_train), scaler.transform(X_test)


def _models(task, several):
    """Return the baselines by name."""
    if task.has_numbers:
        linear = Ridge()
        boosting = HistGradientBoostingRegressor(random_state=0)
        boosting = MultiOutputRegressor(boosting) if several else boosting
    else:
        linear = LogisticRegression(max_iter=_ITERATIONS)
        boosting = HistGradientBoostingClassifier(random_state=0)
        if several:
            linear, boosting = _PerLabel(linear), _PerLabel(boosting)
    return {
        "linear_model": _Model(linear, is_standardised=True),
        "gradient_boosting": _Model(boosting),
    }


class _PerLabel:
    """A classifier for each label; one that is never or always present is constant."""

    def __init__(self, classifier):
        self.classifier = classifier

    def fit(self, X, y, sample_weight):
        """Fit to an indicator of the labels."""
        self.models = []
        for label in y.T:
            is_constant = (label == label[0]).all()
            model = DummyClassifier() if is_constant else clone(self.classifier)
            self.models.append(model.fit(X, label, sample_weight=sample_weight))

    def predict(self, X):
        """Return an indicator of the labels."""
        return np.column_stack([model.predict(X) for model in self.models])

    def predict_proba(self, X):
        """Return the probability that each label is present.

        `predict_proba` of a model has a column for each class of its training rows:
        a label that was absent from them has none for 1.
        """
        return np.column_stack(
            [model.predict_proba(X) @ (model.classes_ == 1) for model in self.models]
        )


def _probabilities(model, X, classes, task):
    """Return probabilities in the order of the classes, or of the labels."""
    found = model.predict_proba(X)
    if not task.has_classes:
        return found
    return found[:, pd.Index(model.classes_).get_indexer(classes)]
