"""From the columns of a table to the numbers a model learns from."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skloss.table.columns import propose_roles

__all__ = ["DateFeatures", "make_preprocessor"]


def make_preprocessor(X, roles=None, max_categories=30):
    """Build the transformer for a table's features, to be fitted on training rows.

    Numbers are standardised; where a value is missing it becomes the median and an
    indicator column says so. Categories become one column each, rare ones share one,
    and a missing value is a category of its own. Dates become year, month, weekday and
    days elapsed. Constants, identifiers and free text are left out.

    Parameters
    ----------
    X : DataFrame, or array-like of numbers
        Its columns decide the layout; nothing is learned from its values.
    roles : DataFrame, optional
        From `propose_roles`, perhaps edited.
    max_categories : int, default 30
        Columns that one category column may become.

    Returns
    -------
    ColumnTransformer
        Unfitted.

    Raises
    ------
    ValueError
        If no column is left to learn from.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import make_preprocessor
    >>> X = pd.DataFrame({"size": [1.0, None, 3.0], "kind": ["a", "b", "a"]})
    >>> make_preprocessor(X).fit_transform(X).shape  # with a column for "missing"
    (3, 4)
    """
    if not isinstance(X, pd.DataFrame):
        columns = list(range(np.shape(X)[1]))
        return _transformer({"number": columns}, max_categories)
    roles = propose_roles(X) if roles is None else roles
    by_type = {}
    for name in X.columns:
        role, kind = roles.loc[name, ["role", "type"]]
        if role == "feature":
            # A column that a person keeps in spite of its type is used as it can be.
            if kind not in ("number", "category", "date"):
                numeric = pd.api.types.is_numeric_dtype(X[name].dtype)
                kind = "number" if numeric else "category"
            by_type.setdefault(kind, []).append(name)
    if not by_type:
        raise ValueError("No column is left to learn from: none of them varies.")
    return _transformer(by_type, max_categories)


def _transformer(by_type, max_categories):
    steps = {
        "number": make_pipeline(
            FunctionTransformer(_to_numbers, feature_names_out="one-to-one"),
            StandardScaler(),
            SimpleImputer(
                strategy="median", add_indicator=True, keep_empty_features=True
            ),
        ),
        "category": make_pipeline(
            FunctionTransformer(_to_labels, feature_names_out="one-to-one"),
            OneHotEncoder(
                max_categories=max_categories,
                handle_unknown="infrequent_if_exist",
                sparse_output=False,
            ),
        ),
        "date": make_pipeline(DateFeatures(), StandardScaler()),
    }
    return ColumnTransformer(
        [(kind, steps[kind], columns) for kind, columns in by_type.items()],
        sparse_threshold=0.0,
    )


def _to_numbers(frame):
    """Floats with NaN for whatever is missing, infinite or not a number."""
    if not isinstance(frame, pd.DataFrame):
        values = np.array(frame, dtype=float)
        values[~np.isfinite(values)] = np.nan
        return values
    columns = {}
    for name in frame.columns:
        values = pd.to_numeric(frame[name], errors="coerce")
        values = values.to_numpy(dtype=float, na_value=np.nan, copy=True)
        values[~np.isfinite(values)] = np.nan
        columns[name] = values
    return pd.DataFrame(columns, index=frame.index)


def _to_labels(frame):
    """Text with "missing" for what is missing, so that mixed columns have one type."""
    return frame.astype(object).where(frame.notna(), "missing").astype(str)


class DateFeatures(TransformerMixin, BaseEstimator):
    """Year, month, weekday and elapsed days of each date column.

    A missing date takes the median of the training rows; if there was one, a column
    says where.
    """

    _parts = ("year", "month", "weekday", "days")

    def fit(self, X, y=None):
        """Learn medians and which columns have missing dates."""
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        self.start_ = {}
        self.medians_ = {}
        self.has_missing_ = {}
        for name in X.columns:
            dates = pd.to_datetime(X[name], errors="coerce")
            start = dates.min()
            self.start_[name] = pd.Timestamp(0) if pd.isna(start) else start
            parts = self._split(dates, self.start_[name])
            self.medians_[name] = parts.median().fillna(0.0)
            self.has_missing_[name] = bool(dates.isna().any())
        return self

    def transform(self, X):
        """Return the parts of each date as floats, shape (n_samples, n_parts)."""
        check_is_fitted(self)
        blocks = []
        for name in self.feature_names_in_:
            dates = pd.to_datetime(X[name], errors="coerce")
            parts = self._split(dates, self.start_[name]).fillna(self.medians_[name])
            if self.has_missing_[name]:
                parts["missing"] = dates.isna().astype(float)
            blocks.append(parts.to_numpy(dtype=float))
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features=None):
        """Name the columns that `transform` returns."""
        names = []
        for name in self.feature_names_in_:
            names += [f"{name}_{part}" for part in self._parts]
            names += [f"{name}_missing"] if self.has_missing_[name] else []
        return np.asarray(names, dtype=object)

    @classmethod
    def _split(cls, dates, start):
        elapsed = (dates - start).dt.total_seconds() / 86_400
        parts = [dates.dt.year, dates.dt.month, dates.dt.day_of_week, elapsed]
        values = dict(zip(cls._parts, parts, strict=True))
        return pd.DataFrame(values, index=dates.index, dtype=float)
