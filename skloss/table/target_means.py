"""Means of the target by category, which the row itself does not enter."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler, TargetEncoder
from sklearn.utils.multiclass import type_of_target

__all__ = ["TargetMeans"]

# More classes than this would make as many columns of each category column. With that
# many, the means of single classes by category are of few rows anyway.
_MOST_CLASSES = 20


class TargetMeans(TransformerMixin, BaseEstimator):
    """Encode categories by the mean of the target, shrunk towards the overall mean.

    In `fit_transform` a row gets the mean of rows in other folds, so that a model does
    not learn its own target (scikit-learn's `TargetEncoder`, after Micci-Barreca 2001).
    Classes are encoded by their shares, several targets each by its mean. The means are
    scaled to mean 0 and standard deviation 1. Without a target, or with more than 20
    classes, there are no columns.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.table.target_means import TargetMeans
    >>> X = np.array([["a"], ["b"]] * 50, dtype=object)
    >>> y = np.array([1.0, 3.0] * 50)
    >>> TargetMeans().fit_transform(X, y)[:2].round(1)
    array([[-1.],
           [ 1.]])
    """

    def fit(self, X: Any, y: Any = None) -> "TargetMeans":
        """Learn the means; see `fit_transform`."""
        self._encode(X, y)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:
        """Learn the means, and return those of the other folds for each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Categories; NaN is one more.
        y : array-like of shape (n_samples,) or (n_samples, n_targets), optional
            Numbers or classes.

        Returns
        -------
        ndarray of shape (n_samples, n_features * n_means)
        """
        return self._encode(X, y)

    def _encode(self, X, y):
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        X = np.asarray(X, dtype=object)
        self.n_features_in_ = X.shape[1]
        self.names_, targets = _targets(y)
        self.encoders_ = []
        if not targets:
            return np.empty((len(X), 0))
        encoded = []
        for target in targets:
            self.encoders_.append(_fitted(X, target))
            encoded.append(_from_other_folds(X, target))
        self.scaler_ = StandardScaler()
        return self.scaler_.fit_transform(np.hstack(encoded))

    def transform(self, X: Any) -> np.ndarray:
        """Return the means of all training rows for each category.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_features * n_means)
        """
        X = np.asarray(X, dtype=object)
        if not self.encoders_:
            return np.empty((len(X), 0))
        encoded = [encoder.transform(X) for encoder in self.encoders_]
        return self.scaler_.transform(np.hstack(encoded))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names: town (mean target), or town (share of yes)."""
        columns = input_features
        if columns is None:
            places = [f"x{k}" for k in range(self.n_features_in_)]
            columns = getattr(self, "feature_names_in_", places)
        names = [f"{c} ({what})" for what in self.names_ for c in columns]
        return np.array(names, dtype=object)


def _fitted(X: np.ndarray, target: np.ndarray) -> TargetEncoder:
    return TargetEncoder(target_type="continuous").fit(X, target)


def _from_other_folds(X: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the means of five folds' rows from the rows of the four others."""
    # Not by TargetEncoder.fit_transform: how its folds are shuffled depends on the
    # release of scikit-learn.
    encoded = np.empty(X.shape)
    n_folds = min(5, len(X))
    if n_folds < 2:
        return _fitted(X, target).transform(X)
    for train, test in KFold(n_folds, shuffle=True, random_state=0).split(X):
        encoded[test] = _fitted(X[train], target[train]).transform(X[test])
    return encoded


def _targets(y: Any) -> tuple[list[str], list[np.ndarray]]:
    """Return names and values of the numbers whose means are taken."""
    if y is None:
        return [], []
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2:
        columns = [column.astype(float) for column in y.T]
        return [f"mean target {k}" for k in range(len(columns))], columns
    if _is_number(y):
        return ["mean target"], [y.astype(float)]
    classes = pd.unique(y)
    classes = sorted(classes, key=str)
    if len(classes) > _MOST_CLASSES:
        return [], []
    # The share of one of two classes follows from that of the other.
    shown = classes[1:] if len(classes) == 2 else classes
    return [f"share of {c}" for c in shown], [(y == c).astype(float) for c in shown]


def _is_number(y: np.ndarray) -> bool:
    """Whether targets are numbers to average, rather than classes."""
    if y.dtype.kind not in "biuf":
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that classes are as many as rows
        kind = type_of_target(y)
    # Many whole numbers are counts or amounts, whose mean is more informative than the
    # share of each; so is the mean of grades. Few are taken as classes.
    return kind != "multiclass" or len(np.unique(y)) > _MOST_CLASSES
