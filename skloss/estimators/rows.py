"""Rows given to an estimator: validated, without those of weight 0."""

import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from skloss.estimators import parameters as options
from skloss.estimators.inputs import validated
from skloss.estimators.targets import category_order

__all__ = ["Rows", "check_inputs", "check_rows", "held_out_target"]

# Largest absolute value of X: the squares of larger ones, which the standard deviation
# of a column sums, overflow in double precision.
_LARGEST = 1e150


@dataclass(frozen=True)
class Rows:
    """Validated training rows.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
    weight : ndarray of shape (n_rows,) or None
        Positive sample weights.
    columns : dict
        ``n_features_in_`` and, where columns have names, ``feature_names_in_``.
    categories : ndarray or None
        All categories of ``y`` in their order, if it is an ordered Categorical.
    validation : Rows or None
        Rows to stop on, in place of a random part of these.
    """

    X: Any
    y: np.ndarray
    weight: np.ndarray | None
    columns: dict[str, Any]
    categories: np.ndarray | None = None
    validation: "Rows | None" = None


def check_rows(estimator, X, y, sample_weight, warm=False, validation=()):
    """Validate parameters and training rows; the estimator is left unchanged.

    Parameters
    ----------
    estimator : TorchEstimator
    X, y, sample_weight : array-like
        As given to ``fit``.
    warm : bool
        Whether the columns must be those of the last fit.
    validation : tuple
        ``X_val``, ``y_val`` and ``sample_weight_val`` as given to ``fit``.

    Returns
    -------
    Rows
        Without the rows of weight 0.
    """
    estimator._validate_params()
    categories = category_order(y)
    probe = copy.copy(estimator)  # scikit-learn sets what it learns of the columns
    X, y = estimator._targets.check(probe, X, y, reset=not warm)
    _check_size(X)
    learned = ("n_features_in_", "feature_names_in_")
    columns = {name: vars(probe)[name] for name in learned if name in vars(probe)}
    X, y, weight = _with_weight(X, y, sample_weight)
    rows = Rows(X, y, weight, columns, categories)
    if all(value is None for value in validation):
        return rows
    return replace(rows, validation=_check_validation(probe, rows, *validation))


def _with_weight(X, y, sample_weight, name="sample_weight"):
    """Return the rows of positive weight, and their weights."""
    if sample_weight is None:
        return X, y, None
    weight = options.check_weight(sample_weight, X)
    kept = weight > 0
    if not kept.any():
        raise ValueError(f"Every {name} is zero; give at least one row a weight.")
    return X[kept], None if y is None else y[kept], weight[kept]


def _check_size(X):
    """Refuse numbers whose squares are not finite."""
    values = X.data if sparse.issparse(X) else X
    if values.dtype != np.float64:  # single precision ends far below the limit
        return
    flat = values.ravel(order="K")
    # Where the sum of squares is below the limit's square, so is each of them: one pass
    # over the table instead of two.
    if np.einsum("i,i->", flat, flat) < _LARGEST**2:
        return
    if max(float(flat.max()), -float(flat.min())) > _LARGEST:
        raise ValueError(
            f"X holds numbers beyond {_LARGEST:g}, too large to be squared; divide its "
            "columns by a power of ten."
        )


def _check_validation(probe, rows, X_val, y_val, sample_weight_val):
    """Validate the rows to stop on against the training rows."""
    if X_val is None or (y_val is None and rows.y is not None):
        missing = "X_val" if X_val is None else "y_val"
        raise ValueError(
            f"{missing} is missing; pass X_val and y_val together, or neither to stop "
            "on a random part of X."
        )
    if not probe.early_stopping:
        raise ValueError(
            "X_val and y_val are rows to stop on, but early_stopping is False; set it "
            'to True or "auto", or leave X_val and y_val out.'
        )
    try:
        X_val, y_val = probe._targets.check(probe, X_val, y_val, reset=False)
        _check_size(X_val)
        X_val, y_val, weight = _with_weight(
            X_val, y_val, sample_weight_val, "sample_weight_val"
        )
    except ValueError as error:
        raise ValueError(f"X_val, y_val: {error}") from error
    if rows.y is not None and y_val.shape[1:] != rows.y.shape[1:]:
        raise ValueError(
            f"y_val has the shape {y_val.shape} and y the shape {rows.y.shape}; they "
            "must have the same number of columns."
        )
    return Rows(X_val, y_val, weight, rows.columns)


def held_out_target(rows, weight, targets, loss, class_weight):
    """Return the encoded `Target` of validation rows.

    Class weights are those of the training rows, whose weights are ``weight``.
    """
    held_out = rows.validation
    targets.check_held_out(held_out.y)
    own = np.ones(held_out.X.shape[0]) if held_out.weight is None else held_out.weight
    # They may be of any size: with a mean of 1 their sum counts rows, as that of
    # training weights does.
    own = own / own.mean()
    try:
        target = targets.encode(held_out.y, own, loss)
    except ValueError as error:
        raise ValueError(f"X_val, y_val: {error}") from error
    if class_weight is None:
        return target
    by_class = targets.class_weights(class_weight, rows.y, weight)
    weight = target.weight * by_class[target.labels]
    if not weight.any():
        raise ValueError("Every row of y_val has a class of class_weight 0.")
    return replace(target, weight=weight)


def check_inputs(estimator, X):
    """Validate rows to predict against those that the estimator was fitted to."""
    check_is_fitted(estimator)
    X = validated(
        estimator,
        X,
        reset=False,
        accept_sparse="csr",
        dtype=[np.float64, np.float32],
        order="C",
    )
    _check_size(X)
    return X
