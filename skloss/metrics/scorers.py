"""Each metric as a scikit-learn scorer."""

import inspect
from collections.abc import Mapping
from functools import cache

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, is_classifier
from sklearn.pipeline import Pipeline

from skloss.metrics.registry import METRICS
from skloss.metrics.validation import class_index

__all__ = ["SCORERS", "LogScorer", "Scorer", "log_score_scorer", "row_nll"]


class Scorer(BaseEstimator):
    """A metric in the form ``scorer(estimator, X, y)``, greater is better.

    Scores where smaller is better are negated, as scikit-learn's ``neg_`` scorers
    do. Classes are taken from the fitted estimator, so that the scores of a fold that
    lacks a class have the right columns; a class that was not in the training rows has
    probability 0. PR-AUC and ROC-AUC use `decision_function` where `predict_proba` is
    missing. Metrics of embeddings use `transform`; where it takes ``y``, as that of
    `TorchAligner` does, ``y_true`` is the second view.

    Parameters
    ----------
    metric : str
        A key of `METRICS`.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.linear_model import RidgeClassifier
    >>> from sklearn.model_selection import cross_val_score
    >>> from skloss.metrics import Scorer
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> scores = cross_val_score(RidgeClassifier(), X, y, scoring=Scorer("g_mean"))
    >>> bool((scores > 0.9).all())
    True
    """

    def __init__(self, metric):
        self.metric = metric

    def __call__(self, estimator, X, y_true, sample_weight=None):
        """Score the fitted `estimator` on X, (n, n_features), and y_true, (n,)."""
        return self.score(estimator, X, y_true, sample_weight=sample_weight)

    def score(self, estimator, X, y_true, sample_weight=None):
        """Score the fitted `estimator`, as calling the scorer does.

        Parameters
        ----------
        estimator : estimator
            Fitted.
        X : array-like of shape (n, n_features)
        y_true : array-like of shape (n,), (n, n_targets) or (n, n_labels)
            For a second view, of shape (n, n_features_y).
        sample_weight : array-like of shape (n,), optional

        Returns
        -------
        float
            Greater is better.

        Raises
        ------
        ValueError
            If the metric does not exist, or the estimator does not predict its input.

        Examples
        --------
        >>> from sklearn.dummy import DummyRegressor
        >>> from skloss.metrics import Scorer
        >>> mean = DummyRegressor().fit([[0], [1]], [1.0, 3.0])
        >>> Scorer("mae").score(mean, [[0]], [5.0])
        -3.0
        """
        if self.metric not in METRICS:
            raise ValueError(
                f"metric={self.metric!r} does not exist; choose one of "
                f"{', '.join(METRICS)}."
            )
        metric = METRICS[self.metric]
        sign = 1.0 if metric.greater_is_better else -1.0
        if metric.kind == "cost":
            raise ValueError(
                f"metric={self.metric!r} requires a cost; pass it to compare_losses as "
                "cost=..., or make a scorer of the cost by sklearn.metrics.make_scorer."
            )
        if metric.kind in ("retrieval", "embedding"):
            truth, placed = embedded(estimator, X, y_true, metric.label)
            return sign * metric.function(truth, placed, sample_weight=sample_weight)
        if metric.input == "nll":
            values = row_nll(estimator, X, y_true)
            return sign * metric.function(values, sample_weight=sample_weight)
        if metric.input == "distribution":
            values = predicted_distribution(estimator, X)
            return sign * metric.function(y_true, values, sample_weight=sample_weight)
        if metric.kind == "regression":
            values = estimator.predict(X)
            return sign * metric.function(y_true, values, sample_weight=sample_weight)
        if np.ndim(y_true) == 2:
            values, classes = _indicator_scores(estimator, X, metric), None
        elif metric.input == "y_proba":
            values, classes = _class_scores(estimator, X, y_true, metric)
        else:
            values = estimator.predict(X)
            classes = _known_classes(estimator.classes_, y_true)
        return sign * metric.function(
            y_true, values, classes=classes, sample_weight=sample_weight
        )


class LogScorer(Scorer):
    """Log score of regressors and classifiers: mean log-likelihood of held-out rows.

    In nats per row, greater is better. Regressors are scored by the density, or by the
    probability of a count, under `predict_distribution`; classifiers by the
    `predict_proba` of the true class, and the labels of an indicator are summed. It is
    proper: no other distribution has a better expected score than the true one. Scores
    of densities depend on the unit of the target, and are not comparable on rounded
    targets.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skloss import TorchRegressor
    >>> from skloss.metrics import log_score_scorer
    >>> X, y = load_diabetes(return_X_y=True)
    >>> losses = {"loss": ["squared_error", "absolute_error"]}
    >>> model = TorchRegressor(hidden_layer_sizes=())
    >>> search = GridSearchCV(model, losses, scoring=log_score_scorer).fit(X, y)
    >>> search.best_params_
    {'loss': 'squared_error'}
    """

    def __init__(self):
        pass

    def score(self, estimator, X, y_true, sample_weight=None):
        """Score the fitted `estimator`, as calling the scorer does.

        Parameters
        ----------
        estimator : estimator
            Fitted, with `predict_proba` if it is a classifier, else with
            `predict_distribution`.
        X : array-like of shape (n, n_features)
        y_true : array-like of shape (n,), (n, n_targets) or (n, n_labels)
        sample_weight : array-like of shape (n,), optional

        Returns
        -------
        float
            Nats per row; greater is better.

        Raises
        ------
        ValueError
            If the estimator predicts neither probabilities nor distributions.

        Examples
        --------
        >>> from sklearn.dummy import DummyClassifier
        >>> from skloss.metrics import log_score_scorer
        >>> even = DummyClassifier().fit([[0], [1]], ["a", "b"])
        >>> round(log_score_scorer.score(even, [[0]], ["a"]), 4)
        -0.6931
        """
        metric = "log_loss" if is_classifier(estimator) else "nll"
        return Scorer(metric).score(estimator, X, y_true, sample_weight=sample_weight)


#: The log score for `GridSearchCV` and `cross_val_score`.
log_score_scorer = LogScorer()


class _Scorers(Mapping):
    """The scorers of all metrics, including those registered later."""

    def __getitem__(self, name):
        if name not in METRICS:
            raise KeyError(name)
        return _scorer(name)

    def __iter__(self):
        return iter(METRICS)

    def __len__(self):
        return len(METRICS)


@cache
def _scorer(name):
    """Return the single scorer of a metric, so that requests set on it are kept."""
    return Scorer(name)


#: Scorers by the name of their metric.
SCORERS = _Scorers()


def row_nll(estimator, X, y_true):
    """Negative log-density of each row under the estimator's distribution, in nats.

    Parameters
    ----------
    estimator : fitted regressor with `predict_distribution`, or a Pipeline of one
    X : array-like of shape (n, n_features)
    y_true : array-like of shape (n,) or (n, n_targets)

    Returns
    -------
    ndarray of shape (n,)
        Summed over targets.

    Raises
    ------
    ValueError
        If the estimator has no `predict_distribution`.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skloss.metrics import row_nll
    >>> class Standard:
    ...     def predict_distribution(self, X):
    ...         return norm(0.0, 1.0)
    >>> row_nll(Standard(), [[0.0]], [0.0]).round(4)
    array([0.9189])
    """
    distribution = predicted_distribution(estimator, X)
    y_true = np.asarray(y_true, dtype=float)
    if hasattr(distribution, "logpmf"):
        values = distribution.logpmf(y_true)
    else:
        values = distribution.logpdf(y_true)
    return -np.asarray(values, dtype=float).reshape(len(y_true), -1).sum(axis=1)


def predicted_distribution(estimator, X):
    """Return what `predict_distribution` of an estimator returns, also in a Pipeline.

    Parameters
    ----------
    estimator : fitted regressor, or a Pipeline of one
    X : array-like of shape (n, n_features)

    Returns
    -------
    distribution

    Raises
    ------
    ValueError
        If the estimator has no `predict_distribution`.
    """
    if isinstance(estimator, Pipeline):
        X, estimator = estimator[:-1].transform(X), estimator[-1]
    if not hasattr(estimator, "predict_distribution"):
        raise ValueError(
            f"{type(estimator).__name__} has no predict_distribution, so its rows "
            "have no density; score it by rmse or mae."
        )
    return estimator.predict_distribution(X)


def embedded(estimator, X, y_true, purpose="a comparison of embeddings"):
    """Return what a metric of embeddings takes: labels or a second view, and rows.

    Parameters
    ----------
    estimator : fitted transformer, or a Pipeline that ends in one
        If its `transform` takes ``y``, that is the second view.
    X : array-like of shape (n, n_features)
    y_true : array-like of shape (n,) or (n, n_features_y)
    purpose : str
        What requires the embedding.

    Returns
    -------
    (ndarray, ndarray)

    Raises
    ------
    ValueError
        If the estimator does not transform rows.
    """
    last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if not hasattr(last, "transform"):
        raise ValueError(
            f"{type(last).__name__} has no transform, which {purpose} requires; "
            "score the embedder, or a Pipeline that ends in it."
        )
    if "y" not in inspect.signature(last.transform).parameters:
        return np.asarray(y_true), _dense(estimator.transform(X))
    if isinstance(estimator, Pipeline):
        X = estimator[:-1].transform(X)
    first, second = last.transform(X, y_true)
    return _dense(second), _dense(first)


def _dense(rows):
    """Return rows of any container as an array."""
    return rows.toarray() if sparse.issparse(rows) else np.asarray(rows)


def _known_classes(classes, y_true):
    """Return the estimator's classes in its order, then other labels of `y_true`."""
    unseen = class_index(None, y_true).difference(class_index(classes))
    return [*np.asarray(classes).tolist(), *unseen.tolist()]


def _response(estimator, metric):
    """Return the method for probabilities or, for a ranking, decision values."""
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba
    if metric.ranks and hasattr(estimator, "decision_function"):
        return estimator.decision_function
    raise ValueError(
        f"{type(estimator).__name__} has no predict_proba, which "
        f"{metric.label} requires; score it by accuracy, f1, g_mean or mcc."
    )


def _class_scores(estimator, X, y_true, metric):
    """Return a column of scores for each known class, and the classes."""
    values = np.asarray(_response(estimator, metric)(X), dtype=float)
    if values.ndim == 1:
        # Binary decision values; their negatives rank the first class.
        values = np.column_stack([-values, values])
    classes = _known_classes(estimator.classes_, y_true)
    unseen = np.zeros((len(values), len(classes) - values.shape[1]))
    return np.hstack([values, unseen]), classes


def _indicator_scores(estimator, X, metric):
    """Return what the metric scores, one column per label."""
    if metric.input == "y_pred":
        return estimator.predict(X)
    values = _response(estimator, metric)(X)
    if not isinstance(values, list):
        return values
    # scikit-learn's trees give one (n, 2) array per label.
    return np.column_stack(
        [
            proba @ (np.asarray(classes) == 1)
            for proba, classes in zip(values, estimator.classes_, strict=True)
        ]
    )
