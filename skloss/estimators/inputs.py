"""Validation of rows as scikit-learn does it, with sentences on common mistakes."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_array, validate_data

__all__ = ["check_groups", "check_labels", "checked_view", "validated"]

_NOT_A_NUMBER = "could not convert string to float"


def validated(estimator, X, *y, **options):
    """Return what `sklearn.utils.validation.validate_data` returns.

    Parameters
    ----------
    estimator : TorchEstimator
    X : array-like or sparse matrix
    *y : array-like
        At most one.
    **options
        Of `validate_data`.

    Raises
    ------
    TypeError
        If X can be read only once, or has not been read yet.
    ValueError
        If X or y is not valid.
    """
    if isinstance(X, Iterator):
        raise TypeError("X is an iterator, which can be read only once; pass list(X).")
    if hasattr(X, "collect") and not hasattr(X, "shape"):
        raise TypeError(
            f"X is a {type(X).__name__}, which holds no rows yet; pass X.collect()."
        )
    for name, value in zip("Xy", (X, *y), strict=False):
        if getattr(value, "requires_grad", False):
            raise TypeError(
                f"{name} is a tensor that records gradients; pass {name}.detach()."
            )
    if isinstance(X, dict) and not sparse.issparse(X):  # a dok_matrix is a dict
        raise TypeError("X is a dict; pass a table, such as pandas.DataFrame(X).")
    if isinstance(X, pd.DataFrame) and not X.columns.is_unique:
        twice = X.columns[X.columns.duplicated()][0]
        raise ValueError(
            f"X has more than one column named {twice!r}; give each column another "
            "name."
        )
    if isinstance(X, pd.DataFrame):
        _check_no_dates(X)
    if options.get("y_numeric") and y:
        _check_numbers(*y)
    try:
        return validate_data(estimator, X, *y, **options)
    except ValueError as error:
        if _NOT_A_NUMBER not in str(error):
            raise
        raise _about_text("X", error) from error


def checked_view(y, **options):
    """Return a second view as `sklearn.utils.validation.check_array` does."""
    try:
        return check_array(y, ensure_2d=False, input_name="y", **options)
    except ValueError as error:
        if _NOT_A_NUMBER not in str(error):
            raise
        raise _about_text("y", error) from error


def check_labels(y):
    """Refuse labels that scikit-learn does not sort: intervals and periods.

    Parameters
    ----------
    y : array-like

    Raises
    ------
    ValueError
    """
    dtype = getattr(y, "dtype", None)
    dtype = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
    if isinstance(dtype, (pd.IntervalDtype, pd.PeriodDtype)):
        raise ValueError(
            f"y holds labels of the type {dtype}; pass their names, "
            "pandas.Series(y).astype(str), or their order, "
            "pandas.factorize(y, sort=True)[0]."
        )


def check_groups(y):
    """Refuse numbers with fractions as the labels of an embedding.

    Parameters
    ----------
    y : array-like

    Raises
    ------
    ValueError
    """
    if type_of_target(y).startswith("continuous"):
        raise ValueError(
            "The task embedding requires labels, but y holds numbers; make groups of "
            "them, such as with pandas.qcut(y, 5, labels=False), or take y as a second "
            "view with task='pairs'."
        )


def _about_text(name, error):
    """Return the error for text among numbers, with what to do."""
    return ValueError(
        f"{name} holds text ({error}); encode it, such as in a Pipeline that begins "
        f"with skloss.table.make_preprocessor({name})."
    )


def _check_no_dates(X):
    """Refuse columns of dates, which have no common type with numbers."""
    for name, dtype in X.dtypes.items():
        if isinstance(dtype, pd.PeriodDtype) or getattr(dtype, "kind", "") in "mM":
            raise ValueError(
                f"Column {name!r} of X holds dates or durations; encode them, such as "
                "in a Pipeline that begins with skloss.table.make_preprocessor(X)."
            )


def _check_numbers(y):
    """Refuse dates, and text that is not a number, as targets of a regression."""
    if sparse.issparse(y):
        raise TypeError("y is a sparse matrix; pass y.toarray().")
    values = y if hasattr(y, "dtype") or hasattr(y, "dtypes") else np.asarray(y)
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    if kind in "mM" and kind:
        raise ValueError(
            "y holds dates or durations; subtract a date from them and divide by "
            "np.timedelta64(1, 'D') to predict a number of days."
        )
    if kind not in "OUST" or isinstance(values, pd.DataFrame):
        return
    texts = [value for value in np.ravel(np.asarray(y)) if isinstance(value, str)]
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    if numbers.isna().any():
        first = texts[int(numbers.isna().to_numpy().argmax())]
        raise ValueError(
            f"y holds text such as {str(first)!r}, which is not a number; use a "
            "TorchClassifier for labels."
        )
