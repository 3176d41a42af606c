"""Validation of labels, probabilities and weights, which become plain arrays."""

import numpy as np
import pandas as pd


def checked_weight(sample_weight, n_rows):
    """Return float weights, shape (n_rows,), ones when `sample_weight` is None."""
    if sample_weight is None:
        return np.ones(n_rows)
    weight = np.asarray(sample_weight, dtype=float)
    if weight.shape != (n_rows,):
        raise ValueError(
            f"sample_weight has shape {weight.shape}; give one weight for each of "
            f"the {n_rows} rows."
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError(
            "sample_weight has negative, missing or infinite values; weights must "
            "be finite and at least 0."
        )
    if not (weight > 0).any():
        raise ValueError(
            "All values of sample_weight are 0; give at least one row a positive one."
        )
    return weight


def weighted_rows(sample_weight, *arrays):
    """Return weights and arrays without rows of weight 0.

    A class whose rows all have weight 0 counts as absent.
    """
    n_rows = len(arrays[0])
    for array in arrays[1:]:
        if len(array) != n_rows:
            raise ValueError(
                f"y_true has {n_rows} rows but the predictions have {len(array)}; "
                "they must be the same rows in the same order."
            )
    if n_rows == 0:
        raise ValueError("y_true is empty; give at least one row to score.")
    weight = checked_weight(sample_weight, n_rows)
    keep = weight > 0
    if keep.all():
        return (weight, *arrays)
    return (weight[keep], *(array[keep] for array in arrays))


def as_labels(y):
    """Return labels as an array, (n,) or, for a multilabel indicator, (n, K)."""
    y = np.asarray(y)
    if y.ndim not in (1, 2):
        raise ValueError(
            f"Labels have shape {y.shape}; give one label per row, shape (n,), or a "
            "0/1 indicator of shape (n, n_labels)."
        )
    if pd.isna(y).any():
        raise ValueError("Some labels are missing; leave those rows out of the score.")
    return y


def is_multilabel(y):
    """Return whether `y` is an indicator of shape (n, K), not one label per row."""
    return np.ndim(y) == 2


def as_indicator(y, n_labels=None):
    """Return a multilabel indicator as booleans."""
    y = as_labels(y)
    if y.ndim != 2 or not np.isin(y, (0, 1)).all():
        raise ValueError(
            "A multilabel indicator has shape (n, n_labels) and holds only 0 and 1."
        )
    if n_labels is not None and y.shape[1] != n_labels:
        raise ValueError(
            f"The indicator has {y.shape[1]} columns where {n_labels} labels are "
            "expected; give one column per label, in the same order."
        )
    return y.astype(bool)


def class_index(classes, *label_arrays):
    """Return the classes as an Index: those given, else all labels, sorted."""
    if classes is None:
        seen = [pd.unique(pd.Series(labels)) for labels in label_arrays]
        classes = np.unique(np.concatenate(seen))
    index = pd.Index(np.asarray(classes))
    if not index.is_unique:
        raise ValueError("classes names a class twice; list each class once.")
    return index


def class_codes(labels, index):
    """Return the position of each label in `index`, refusing unknown labels."""
    labels = np.asarray(labels)
    if (labels.dtype == bool) != (index.dtype == bool):
        # Booleans equal 0 and 1, which pandas keeps apart.
        labels, index = _without_booleans(labels), pd.Index(_without_booleans(index))
    codes = index.get_indexer(pd.Index(labels))
    unknown = codes < 0
    if unknown.any():
        found = labels[unknown].tolist()[0]
        raise ValueError(
            f"The label {found!r} is not among the classes {index.tolist()!r}; "
            "add it to classes or correct the labels."
        )
    return codes


def _without_booleans(values):
    """Return booleans as 0 and 1, other values unchanged."""
    return values.astype(int) if values.dtype == bool else values


def score_classes(y_true, y_score, classes):
    """Return the classes of the columns of `y_score`, in order."""
    if classes is None and np.ndim(y_score) == 1:
        seen = set(pd.unique(pd.Series(y_true)).tolist())
        for usual in ((0, 1), (-1, 1)):
            if seen <= set(usual):
                return pd.Index(usual)
    index = class_index(classes, y_true)
    n_columns = 2 if np.ndim(y_score) == 1 else np.shape(y_score)[1]
    if n_columns != len(index):
        raise ValueError(
            f"The scores have columns for {n_columns} classes, but the classes are "
            f"{index.tolist()!r}; pass classes= in the order of the columns."
        )
    return index


def as_scores(y_score):
    """Return scores as finite floats, shape (n,) or (n, K)."""
    scores = np.asarray(y_score, dtype=float)
    if scores.ndim not in (1, 2):
        raise ValueError(
            f"Scores have shape {scores.shape}; give (n,) for the positive class or "
            "(n, n_classes)."
        )
    if not np.isfinite(scores).all():
        raise ValueError(
            "Some scores are missing or infinite; score only rows that have one."
        )
    return scores


def as_probabilities(y_proba, *, sum_to_one):
    """Return probabilities within [0, 1], divided by the sum of their row.

    Rows from a network in float32 sum to 1 up to 1e-6.
    """
    proba = as_scores(y_proba)
    # 1e-6 is rounding in float32; a sum that is off by more than 1e-3 is not rounding,
    # even in half precision.
    if (proba < -1e-6).any() or (proba > 1 + 1e-6).any():
        raise ValueError(
            "Probabilities lie outside [0, 1]; pass the output of predict_proba, not "
            "of decision_function."
        )
    proba = proba.clip(0.0, 1.0)
    if not sum_to_one or proba.ndim == 1:
        return proba
    total = proba.sum(axis=1, keepdims=True)
    if (np.abs(total - 1) > 1e-3).any():
        raise ValueError(
            "Some rows of probabilities do not sum to 1; give one column per class."
        )
    return proba / total
