"""Roles and types of the columns of a table: target, feature or ignored."""

import re
from collections.abc import Hashable

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.table.chosen_types import check_types
from skloss.table.errors import TableError
from skloss.table.row_roles import (
    ROW_ROLES,
    columns_of_rows,
    complete_rows,
    order_of_time,
)
from skloss.table.values import is_unknown
from skloss.tasks.frames import as_pandas
from skloss.tasks.target import without_objects
from skloss.wording import columns, count, listed, quoted

__all__ = [
    "USELESS",
    "check_roles",
    "check_unique_names",
    "column_type",
    "is_identifier",
    "propose_roles",
    "rarely_repeats",
    "split_target",
]

#: Types that carry no information for new rows, in the order of their notices.
USELESS = ("identifier", "constant", "text")

# Whole words only: "id", "user_id", "orderNo", but not "humid" or "paid".
_ID_NAME = re.compile(
    r"(.*[_\-. ])?(id|ids|uid|uuid|guid|key|nr|no|number|index|idx)|(row|record|line)",
    re.IGNORECASE,
)
_CAMEL_ID = re.compile(r".*[a-z](Id|ID|Nr|No|Key)")
# Names of a column of row labels after an export: in pandas, and in `read_table`.
_UNNAMED = re.compile(r"unnamed: \d+|column_1", re.IGNORECASE)
# Text identifies rows if 95% of its values differ, so that some repeated rows do not
# hide it, and if there are more than 20 values: few rows may all have different
# categories by chance.
_UNIQUE = 0.95
_MANY = 20
# Values of four words on average are prose; categories are rarely longer than three.
_WORDS = 4
# Categories beyond the default of `make_preprocessor` share a column.
_LEVELS = 30


def propose_roles(frame: pd.DataFrame, target: str | None = None) -> pd.DataFrame:
    """Propose a role and a type for each column.

    Parameters
    ----------
    frame : DataFrame
        The table, as `read_table` returns it.
    target : str, optional
        Name of the column to predict.

    Returns
    -------
    DataFrame
        One row for each column, indexed by its name, with the columns

        role
            "feature", "target" or "ignore". `split_target` also takes "group", "time"
            and "weight", which are never proposed.
        type
            "number", "category", "date", "text", "identifier" or "constant". Text,
            identifiers and constants are ignored.
        missing, distinct
            Missing values, and different values among the others.
        notice
            A sentence for a person, or "".

    Raises
    ------
    TableError
        If there is no column `target`, or a name occurs twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import propose_roles
    >>> frame = pd.DataFrame({"id": [1, 2, 3], "size": [1.5, 2.5, None]})
    >>> roles = propose_roles(frame)
    >>> roles["role"].to_list(), roles["type"].to_list(), roles["missing"].to_list()
    (['ignore', 'feature'], ['identifier', 'number'], [0, 1])
    """
    frame = as_pandas(frame)
    check_unique_names(frame)
    _check_target(frame, target)
    rows = [_describe(frame[name], name, name == target) for name in frame.columns]
    fields = ["role", "type", "missing", "distinct", "notice"]
    index = pd.Index(frame.columns, name="column")
    described = pd.DataFrame(rows, columns=fields, index=index)
    return described.astype({"missing": int, "distinct": int})


def rarely_repeats(column: pd.Series) -> bool:
    """Return whether most values occur once, as names of persons or places do."""
    known = column.dropna()
    return _distinct(known) > max(_MANY, len(known) / 2)


def split_target(
    frame: pd.DataFrame, target: str | list[str], roles: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.Series | pd.DataFrame, list[str]]:
    """Split a table into features and target, without rows whose target is missing.

    Parameters
    ----------
    frame : DataFrame
        The table, as `read_table` returns it.
    target : str or list of str
        Name of the column to predict, or names of several.
    roles : DataFrame, optional
        As `propose_roles` returns it, edited or not; proposed if not given. Columns
        of role feature are kept. One column may have the role group, time or weight:
        rows without a value of it are left out, and a time sorts the rows.

    Returns
    -------
    X : DataFrame
        The features, with the index of the table.
    y : Series, or DataFrame if ``target`` is a list
        The target, of the same rows.
    notices : list of str
        What was left out, or lost by a type in `roles`, in sentences.

    Raises
    ------
    TableError
        If there is no such column, all of its values are missing, a name occurs twice,
        no value of a feature is of its type in `roles`, or a column does not hold what
        its role requires.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import split_target
    >>> frame = pd.DataFrame({"size": [1, 2, 3], "price": [9.5, None, 12.0]})
    >>> X, y, notices = split_target(frame, "price")
    >>> y.to_list(), notices
    ([9.5, 12.0], ['1 row without a value of “price” is left out.'])
    """
    frame = as_pandas(frame)
    check_unique_names(frame)
    is_several = isinstance(target, list) and len(target) > 1
    targets = target if is_several else [target]
    for name in targets:
        _check_target(frame, name)
    roles = propose_roles(frame, targets[0]) if roles is None else roles
    check_roles(roles)
    chosen = roles.index[roles["role"] == "feature"]
    features = [n for n in frame.columns if n not in targets and n in chosen]
    for name in targets:
        if is_unknown(frame[name]).all():
            raise TableError(
                f"All values of the target {quoted(name)} are missing; choose another."
                if len(frame)
                else "This table has no rows, so there is nothing to learn from."
            )
    of_rows = columns_of_rows(frame, targets, roles)
    kept, notices = complete_rows(frame, [*targets, *of_rows.values()])
    notices += _notices_of_unused(frame, targets, roles)
    problems, lost_values = check_types(frame[features], roles["type"].to_dict())
    if problems:
        raise TableError(problems[0])
    notices += lost_values
    rows = np.flatnonzero(kept)
    if "time" in of_rows:
        rows = rows[order_of_time(frame[of_rows["time"]].iloc[rows])]
    tidied = {name: _tidy(frame[name].iloc[rows]) for name in targets}
    y = pd.DataFrame(tidied) if is_several else tidied[target]
    return frame[features].iloc[rows], y, notices


def _notices_of_unused(
    frame: pd.DataFrame, targets: list, roles: pd.DataFrame
) -> list[str]:
    """Return a notice for each reason why columns are left out."""
    notices = []
    is_unused = ~roles.index.isin(targets) & ~roles["role"].isin(ROW_ROLES)
    for kind in USELESS:
        names = roles.index[(roles["type"] == kind) & is_unused]
        names = [name for name in names if name in frame.columns]
        if names:
            hints = [_if_quantities(frame[name].dropna()) for name in names]
            hint = max(hints) if kind == "identifier" else ""
            notices.append(f"{columns(names)} left out: {_WHY[kind]}.{hint}")
    return notices


#: The reason why each of `USELESS` is left out.
_WHY = {
    "identifier": "different in every row, so that it is unknown for new rows",
    "constant": "one value only, or no values",
    "text": "free text is not used",
}


def is_identifier(column: pd.Series, name: object) -> bool:
    """Return whether a column identifies rows: unique, and text or named like an id."""
    return column_type(column, name) == "identifier"


def column_type(column: pd.Series, name: object) -> str:
    """Return the type of a column, as `propose_roles` has it."""
    return _type(column, name)[0]


def check_unique_names(frame: pd.DataFrame) -> None:
    """Raise a TableError unless this is a table whose columns differ in name."""
    if not isinstance(frame, pd.DataFrame):
        raise TableError(
            f"A table must be a DataFrame, got {type(frame).__name__}; read_table "
            "reads the content of a CSV."
        )
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        raise TableError(
            f"More than one column is named {listed(list(repeated))}; give each a "
            "different name."
        )


def check_roles(roles: pd.DataFrame) -> None:
    """Raise a TableError unless roles have the form that `propose_roles` returns."""
    if not isinstance(roles, pd.DataFrame) or not {"role", "type"} <= set(roles):
        raise TableError(
            "roles must be a table with the columns role and type, as "
            f"propose_roles(frame) returns it, got {type(roles).__name__}."
        )


def _check_target(frame: pd.DataFrame, target: str | None) -> None:
    """Raise a TableError if there is no such column."""
    if target is not None and not isinstance(target, Hashable):
        raise TableError(f"target must be the name of one column, got {target!r}.")
    if target is not None and target not in frame.columns:
        raise TableError(
            f"There is no column {quoted(target)}; the columns are "
            f"{listed(list(frame.columns))}."
            if frame.shape[1]
            else f"There is no column {quoted(target)}: the table has no columns."
        )


def _tidy(y: pd.Series) -> pd.Series:
    """Drop nullable types and unused categories once missing values are left out."""
    if isinstance(y.dtype, pd.CategoricalDtype):
        return y.cat.remove_unused_categories()
    if types.is_bool_dtype(y.dtype):
        return y.astype(bool)
    if types.is_integer_dtype(y.dtype) and types.is_extension_array_dtype(y.dtype):
        return y.astype(int)
    if types.is_float_dtype(y.dtype) and types.is_extension_array_dtype(y.dtype):
        return y.astype(float)
    return without_objects(y.infer_objects()) if y.dtype == object else y


# --- types -------------------------------------------------------------------


def _describe(column: pd.Series, name: object, is_target: bool) -> tuple:
    """Return role, type, missing values, distinct values and notice of a column."""
    kind, notice = _type(column, name)
    missing = int(column.isna().sum())
    distinct = _distinct(column)
    if is_target:
        return "target", kind, missing, distinct, _about_target(missing)
    role = "ignore" if kind in USELESS else "feature"
    infinite = int(is_unknown(column).sum()) - missing
    if role == "feature" and infinite:
        notice = f"{count(infinite, 'infinite value')} treated as missing."
    return role, kind, missing, distinct, notice


def _about_target(missing: int) -> str:
    return f"{count(missing, 'row')} without a value left out." if missing else ""


def _distinct(column: pd.Series) -> int:
    """Return the number of different values."""
    try:
        return column.nunique()
    except TypeError:  # lists and the like cannot be compared
        return column.dropna().map(repr).nunique()


def _type(column: pd.Series, name: object) -> tuple[str, str]:
    """Return the type of a column, and a notice or an empty string."""
    known = column.dropna()
    if not len(known):
        return ("constant", "All values are missing.") if len(column) else _EMPTY
    if known.dtype == object:
        known = known.infer_objects()
    if known.dtype == object and known.map(_is_container).any():
        return "text", "Holds lists or other objects, which are not used."
    if (
        len(known) == len(column)
        and len(column) > 1
        and known.iloc[0] == known.iloc[-1]
        and _distinct(known) == 1
    ):
        return "constant", "Has one value only."
    if _is_date(known):
        return "date", ""
    if types.is_complex_dtype(known.dtype):
        return "text", "Complex numbers are not used."
    if types.is_bool_dtype(known.dtype) or isinstance(known.dtype, pd.CategoricalDtype):
        return "category", _about_levels(known)
    if types.is_numeric_dtype(known.dtype) or types.is_timedelta64_dtype(known.dtype):
        if _numbers_name_rows(known, column, name):
            return "identifier", "Different in every row, and named like an identifier."
        return "number", ""
    return _type_of_text(known, name)


_EMPTY = ("category", "")


def _is_date(known: pd.Series) -> bool:
    if types.is_datetime64_any_dtype(known.dtype):
        return True
    if isinstance(known.dtype, pd.PeriodDtype):
        return True
    return known.dtype == object and types.infer_dtype(known) in ("date", "datetime")


def _numbers_name_rows(known: pd.Series, column: pd.Series, name: object) -> bool:
    """Return whether whole numbers identify rows: different, with a name of an id.

    Row labels of an export have no gaps, so that a column without a name that has
    some is a feature.
    """
    if len(known) < len(column) or len(known) < 2:
        return False
    if not types.is_integer_dtype(known.dtype):
        return False
    if _UNNAMED.fullmatch(str(name)) and known.max() - known.min() >= len(known):
        return False
    return _is_id_name(name) and known.is_unique


def _is_id_name(name: object) -> bool:
    text = str(name).strip()
    patterns = (_ID_NAME, _CAMEL_ID, _UNNAMED)
    return any(pattern.fullmatch(text) for pattern in patterns)


def _type_of_text(known: pd.Series, name: object) -> tuple[str, str]:
    """Return the type and the notice of a column of text or mixed objects."""
    if types.infer_dtype(known) == "decimal":
        return "number", ""
    levels = _distinct(known)
    share = levels / len(known)
    words = known.iloc[:1000].astype(str).str.split().str.len().mean()
    if words >= _WORDS and levels > _MANY and share > 0.5:
        return "text", "Free text is not used."
    if share >= _UNIQUE and (levels > _MANY or (share == 1 and _is_id_name(name))):
        return "identifier", f"Different in nearly every row.{_if_quantities(known)}"
    return "category", _about_levels(known)


def _if_quantities(known: pd.Series) -> str:
    """Return how to use text that begins with digits; empty for other text."""
    if types.is_numeric_dtype(known.dtype) or not len(known):
        return ""
    begin = known.astype(str).str.match(r"[^\w\s]?\s?\d")
    if begin.mean() < 0.5:
        return ""
    return " If these are quantities, write them as plain numbers."


def _is_container(value: object) -> bool:
    return isinstance(value, (list, tuple, set, dict, np.ndarray))


def _about_levels(known: pd.Series) -> str:
    levels = _distinct(known)
    if levels <= _LEVELS:
        return ""
    return f"{levels:,} values: the {_LEVELS - 1} most common have a column each."
