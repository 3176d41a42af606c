"""From a table of numbers, categories and dates to an array of numbers."""

import warnings
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from skloss.table.chosen_types import check_types
from skloss.table.columns import check_roles, check_unique_names, propose_roles
from skloss.table.errors import TableError
from skloss.table.precision import Precision
from skloss.table.target_means import TargetMeans
from skloss.table.values import DAY, as_dates, as_floats, as_labels, day_is_first
from skloss.tasks.frames import as_pandas

_PARTS = ("year", "month", "day_of_week", "elapsed_days")


def make_preprocessor(
    X: Any, roles: pd.DataFrame | None = None, max_categories: int = 30
) -> ColumnTransformer:
    """Return an unfitted transformer from a table to a dense array of floats.

    Missing numbers become the median, and numbers are scaled to mean 0 and standard
    deviation 1. Categories become one column each, a missing value being one more
    category; of more than `max_categories`, the rarest share a column, which unseen
    ones use as well, and one more column has the mean of the target by category
    (for each class its share), computed from other rows. Dates become year, month, day
    of the week, elapsed days and, where there are times, the hour, scaled. Missing
    numbers and dates are marked by a column of 0 and 1. Infinite numbers are missing.
    Identifiers, constants, free text and columns without a value are left out;
    `propose_roles` names them.

    All statistics are computed in `fit`, so that the transformer can be part of a
    pipeline that is cross-validated. One that was fitted to more than 20,000 rows
    returns float32, which takes half of the memory; training does not use more digits.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        The table, or one like it. Only its types are used, and which columns are
        empty.
    roles : DataFrame, optional
        As `propose_roles` returns it, edited or not. Columns that it does not contain
        get the proposed role.
    max_categories : int, default=30
        Largest number of columns for one feature.

    Returns
    -------
    ColumnTransformer
        With `get_feature_names_out` and `set_output`.

    Raises
    ------
    TableError
        If no column is left, or names repeat or are not text.

    Warns
    -----
    UserWarning
        If values of a column are not of the type that `roles` has for it: they count
        as missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import make_preprocessor
    >>> X = pd.DataFrame({"size": [1.0, 2.0, None], "town": ["Ulm", "Bonn", None]})
    >>> preprocessor = make_preprocessor(X)
    >>> preprocessor.fit_transform(X).round(2)
    array([[-1.22,  0.  ,  1.  ,  0.  ,  0.  ],
           [ 1.22,  1.  ,  0.  ,  0.  ,  0.  ],
           [ 0.  ,  0.  ,  0.  ,  1.  ,  1.  ]])
    >>> for name in preprocessor.get_feature_names_out():
    ...     print(name)
    number__size
    category__town=Bonn
    category__town=Ulm
    category__town=(missing)
    missing__size
    """
    X = as_pandas(X)
    frame = X if isinstance(X, pd.DataFrame) else _as_frame(X)
    if roles is not None:
        check_roles(roles)
    kinds = _types(frame, roles)
    if roles is not None:
        problems, notices = check_types(frame, kinds)
        for sentence in problems + notices:
            warnings.warn(sentence, UserWarning, stacklevel=2)
    # By place where names are not text, as scikit-learn does.
    by_name = isinstance(X, pd.DataFrame) and all(isinstance(n, str) for n in frame)
    place = {name: name if by_name else k for k, name in enumerate(frame.columns)}
    chosen = {
        kind: [name for name in frame.columns if kinds[name] == kind]
        for kind in ("number", "category", "date")
    }
    crowded = [
        name
        for name in chosen["category"]
        if frame[name].isna().any() and frame[name].nunique() >= max_categories
    ]
    many = [n for n in chosen["category"] if frame[n].nunique() > max_categories]
    timed = [name for name in chosen["date"] if _has_times(frame[name])]
    plain = [name for name in chosen["date"] if name not in timed]
    kinds_marked = ["number"] * len(chosen["number"]) + ["date"] * len(chosen["date"])
    kinds_marked += ["category"] * len(crowded)
    marked = chosen["number"] + chosen["date"] + crowded
    is_alone = not (marked or many)
    steps = [
        ("number", _scaled(numbers, "one-to-one"), chosen["number"]),
        ("category", _one_hot(max_categories, is_alone), chosen["category"]),
        ("target", _target_means(), many),
        ("date", _of_dates(frame, plain, with_hour=False), plain),
        ("time", _of_dates(frame, timed, with_hour=True), timed),
        ("missing", _marked(kinds_marked), marked),
    ]
    steps = [(n, step, [place[c] for c in names]) for n, step, names in steps if names]
    if not steps:
        raise TableError(
            "No column is left to learn from: all are identifiers, constants, text or "
            "ignored. Give one the role feature and the type number or category."
        )
    return ColumnTransformer(steps, remainder="drop", sparse_threshold=0)


def _as_frame(X: Any) -> pd.DataFrame:
    """Return an array as a table, or raise a TableError."""
    frame = pd.DataFrame(X)
    if np.ndim(X) != 2:
        raise TableError(
            f"X has {np.ndim(X)} dimensions; give a table of rows and columns."
        )
    return frame


def _types(frame: pd.DataFrame, roles: pd.DataFrame | None) -> dict[Hashable, str]:
    """Return the type of each column that is used, "" for the others."""
    check_unique_names(frame)
    are_text = {isinstance(name, str) for name in frame.columns}
    if len(are_text) > 1:
        raise TableError(
            "Some names of columns are text and some are not; make all of them text "
            "with X.columns = X.columns.astype(str)."
        )
    unknown = frame.columns if roles is None else frame.columns.difference(roles.index)
    proposed = propose_roles(frame[list(unknown)])
    known = proposed if roles is None else pd.concat([roles, proposed])
    return {
        name: known.at[name, "type"] if known.at[name, "role"] == "feature" else ""
        for name in frame.columns
    }


def _has_times(column: pd.Series) -> bool:
    """Return whether some date is not at midnight."""
    dates = as_dates(column)
    return bool((dates != dates.astype("datetime64[D]"))[~np.isnat(dates)].any())


# --- steps -------------------------------------------------------------------


def _scaled(function, names, **options) -> Pipeline:
    """Return the steps from columns to numbers of mean 0 and standard deviation 1."""
    # Imputed first: the scaler would warn about a column that is empty in some fold.
    return make_pipeline(
        FunctionTransformer(function, feature_names_out=names, kw_args=options),
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(copy=False),
        Precision(),
    )


def _of_dates(frame: pd.DataFrame, names: list, with_hour: bool) -> Pipeline:
    """Return the steps from dates to scaled numbers."""
    # Decided here, so that all later rows are read in the same way.
    orders = [day_is_first(frame[name]) for name in names]
    known = {"dayfirst": orders} if any(orders) else {}
    return _scaled(date_parts, date_names, with_hour=with_hour, **known)


def _one_hot(max_categories: int, is_alone: bool) -> Pipeline:
    """Return the steps from categories to columns of 0 and 1."""
    return make_pipeline(
        FunctionTransformer(categories, feature_names_out="one-to-one"),
        OneHotEncoder(
            max_categories=max_categories,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
            feature_name_combiner=category_name,
            dtype=np.uint8,
        ),
        # Most of the columns of a table may be categories, and its parts are in memory
        # next to the whole.
        Precision(keeps_bytes=not is_alone),
    )


def _target_means() -> Pipeline:
    """Return the steps from categories to means of the target."""
    return make_pipeline(
        FunctionTransformer(categories, feature_names_out="one-to-one"),
        TargetMeans(),
        Precision(),
    )


def _marked(kinds: list[str]) -> Pipeline:
    """Return the steps from columns to marks of their missing values."""
    return make_pipeline(
        FunctionTransformer(
            gaps, feature_names_out="one-to-one", kw_args={"kinds": kinds}
        ),
        MissingIndicator(features="missing-only", error_on_new=False),
        FunctionTransformer(zero_or_one, feature_names_out=names_of_gaps),
        Precision(),
    )


# The functions below are public in this module only so that a fitted transformer
# can be pickled and its names can be read.


def _columns_of(X: Any) -> list[pd.Series]:
    """Return the columns of a table or an array."""
    X = as_pandas(X)
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    return [frame.iloc[:, k] for k in range(frame.shape[1])]


def _stacked(columns: list[np.ndarray], dtype: Any) -> np.ndarray:
    """Join columns of one length; unlike np.column_stack, it keeps an object dtype."""
    stacked = np.empty((len(columns[0]), len(columns)), dtype=dtype)
    for k, column in enumerate(columns):
        stacked[:, k] = column
    return stacked


def numbers(X: Any) -> np.ndarray:
    """Return columns as floats, NaN where missing or infinite."""
    return _stacked([as_floats(column) for column in _columns_of(X)], float)


def categories(X: Any) -> np.ndarray:
    """Return columns as text in an array of objects, NaN where missing."""
    return _stacked([as_labels(column) for column in _columns_of(X)], object)


def category_name(column: str, label: Any) -> str:
    """Return the name of the column of a category: town=Ulm."""
    if not isinstance(label, str):
        return f"{column}=(missing)"
    return f"{column}=(other)" if label == "infrequent_sklearn" else f"{column}={label}"


def date_parts(
    X: Any, with_hour: bool = False, dayfirst: list[bool] | None = None
) -> np.ndarray:
    """Return year, month, day of the week, days since 1970 and the hour on request."""
    parts = []
    columns = _columns_of(X)
    orders = [False] * len(columns) if dayfirst is None else dayfirst
    for column, order in zip(columns, orders, strict=True):
        dates = as_dates(column, order)
        known = pd.Series(dates).dt
        hour = [known.hour + known.minute / 60] if with_hour else []
        days = (dates - np.datetime64(0, "D")) / DAY
        parts += [known.year, known.month, known.day_of_week, days, *hour]
    return _stacked([np.asarray(part, dtype=float) for part in parts], float)


def date_names(transformer: FunctionTransformer, columns: Any) -> np.ndarray:
    """Return the names of `date_parts`: when_year, when_month, ..."""
    parts = (*_PARTS, "hour") if transformer.kw_args["with_hour"] else _PARTS
    return np.array([f"{c}_{part}" for c in columns for part in parts], dtype=object)


def gaps(X: Any, kinds: list[str]) -> np.ndarray:
    """Return NaN where a column of some type has no value, and 0 elsewhere."""
    marks = []
    for column, kind in zip(_columns_of(X), kinds, strict=True):
        if kind == "number":
            missing = np.isnan(as_floats(column))
        elif kind == "date":
            missing = np.isnat(as_dates(column))
        else:
            missing = column.isna().to_numpy()
        marks.append(np.where(missing, np.nan, 0.0))
    return _stacked(marks, float)


def zero_or_one(marks: Any) -> np.ndarray:
    """Return booleans as floats."""
    return np.asarray(marks, dtype=float)


def names_of_gaps(transformer: FunctionTransformer, columns: Any) -> np.ndarray:
    """Return the names of columns that have gaps."""
    names = [str(name).removeprefix("missingindicator_") for name in columns]
    return np.array(names, dtype=object)
