"""Single precision for large tables."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

__all__ = ["LARGE_TABLE", "Precision"]

#: Rows beyond which memory and time count more than digits that training does not use:
#: its products are in single precision from 4,000 rows on.
LARGE_TABLE = 20_000


class Precision(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Return float32 if the rows of `fit` were many, else float64.

    Parameters
    ----------
    keeps_bytes : bool, default False
        Whether an array of bytes is returned as it is: joined with columns of floats,
        it becomes one of floats, and takes a quarter of their memory until then.

    Standardised numbers, shares and columns of 0 and 1 lose nothing that matters. Rows
    to predict get the precision of the training rows, however few they are.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.table.precision import Precision
    >>> Precision().fit(np.zeros((30_000, 1))).transform(np.ones((2, 1))).dtype
    dtype('float32')
    """

    def __init__(self, keeps_bytes: bool = False):
        self.keeps_bytes = keeps_bytes

    def fit(self, X: Any, y: Any = None) -> "Precision":
        """Decide the precision from the number of rows."""
        self.n_features_in_ = X.shape[1]
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.dtype_ = np.float32 if len(X) > LARGE_TABLE else np.float64
        return self

    def transform(self, X: Any) -> Any:
        """Return the rows in that precision, without a copy if they have it.

        Parameters
        ----------
        X : array or DataFrame of shape (n_samples, n_features)

        Returns
        -------
        array or DataFrame of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        if isinstance(X, pd.DataFrame):
            return X.astype(self.dtype_)  # shares what need not change
        if self.keeps_bytes and getattr(X, "dtype", None) == np.uint8:
            return X
        return np.asarray(X, dtype=self.dtype_)  # of polars too
