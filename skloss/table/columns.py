"""What the columns of a table are for: target, features, and what is left out."""

import re

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.table.errors import TableError
from skloss.wording import columns, count, listed, quoted

#: Types that nothing can be learned from, in the order they are spoken of.
USELESS = ("identifier", "constant", "text")

_TARGET_NAMES = ("target", "label", "labels", "class", "y", "outcome", "response")
# A whole word: "id", "user_id", "orderNo", but not "humid" or "paid".
_ID_NAME = re.compile(
    r"(.*[_\-. ])?(id|ids|uid|uuid|guid|key|nr|no|number|index|idx)|(row|record|line)",
    re.IGNORECASE,
)
_CAMEL_ID = re.compile(r".*[a-z](Id|ID|Nr|No|Key)")
# What a column of row labels is called after an export: by pandas, and by us.
_UNNAMED = re.compile(r"unnamed: \d+|column_1", re.IGNORECASE)
_UNIQUE = 0.95  # share of different values from which text names rows
_MANY = 20  # values; below, text without a repetition may still be categories
_WORDS = 4  # on average, from which text is prose
_LEVELS = 30


def propose_roles(frame: pd.DataFrame, target: str | None = None) -> pd.DataFrame:
    """Propose what each column is for.

    Parameters
    ----------
    frame : DataFrame
    target : str, optional
        Name of the column to predict.

    Returns
    -------
    DataFrame
        One row for each column, indexed by its name, with the columns

        role
            "feature", "target" or "ignore".
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
    refuse_repeated_names(frame)
    _refuse_unknown(frame, target)
    rows = [_describe(frame[name], name, name == target) for name in frame.columns]
    fields = ["role", "type", "missing", "distinct", "notice"]
    index = pd.Index(frame.columns, name="column")
    described = pd.DataFrame(rows, columns=fields, index=index)
    return described.astype({"missing": int, "distinct": int})


def propose_target(frame: pd.DataFrame) -> str:
    """Propose the column to predict.

    A column named like one (target, label, class, y, outcome, response), else the
    last column that something could be learned about, which names that seldom repeat
    are not, else the last column.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    str
        Its name.

    Raises
    ------
    TableError
        If the table has no columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import propose_target
    >>> propose_target(pd.DataFrame({"size": [1, 2], "price": [9.5, 12.0]}))
    'price'
    """
    refuse_repeated_names(frame)
    names = list(frame.columns)
    if not names:
        raise TableError("This table has no columns, so there is nothing to predict.")
    by_name = {str(name).strip().lower(): name for name in reversed(names)}
    candidates = [by_name[word] for word in _TARGET_NAMES if word in by_name]
    for name in [*candidates, *reversed(names)]:
        kind = _type(frame[name], name)[0]
        named = name in candidates
        if kind == "number" or (
            kind == "category" and (named or not _seldom_repeats(frame[name]))
        ):
            return name
    return names[-1]


def _seldom_repeats(column: pd.Series) -> bool:
    known = column.dropna()
    return _distinct(known) > max(_MANY, len(known) / 2)


def split_target(
    frame: pd.DataFrame, target: str, roles: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """Split a table into features and target, without the rows whose target is missing.

    Parameters
    ----------
    frame : DataFrame
    target : str
    roles : DataFrame, optional
        As `propose_roles` returns it, edited or not; proposed if not given. Columns
        of role feature are kept.

    Returns
    -------
    X : DataFrame
    y : Series
    notices : list of str
        What was left out, in sentences.

    Raises
    ------
    TableError
        If there is no such column or all of its values are missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import split_target
    >>> frame = pd.DataFrame({"size": [1, 2, 3], "price": [9.5, None, 12.0]})
    >>> X, y, notices = split_target(frame, "price")
    >>> y.to_list(), notices
    ([9.5, 12.0], ['1 row without a value of “price” is left out.'])
    """
    refuse_repeated_names(frame)
    _refuse_unknown(frame, target)
    roles = propose_roles(frame, target) if roles is None else roles
    chosen = roles.index[roles["role"] == "feature"]
    features = [name for name in frame.columns if name != target and name in chosen]
    missing = _is_unknown(frame[target])
    if missing.all():
        raise TableError(
            f"All values of the target {quoted(target)} are missing; choose another."
            if len(frame)
            else "This table has no rows, so there is nothing to learn from."
        )
    notices = []
    lost = int(missing.sum())
    if lost:
        notices.append(
            f"{count(lost, 'row')} without a value of {quoted(target)} "
            f"{'is' if lost == 1 else 'are'} left out."
        )
    for kind in USELESS:
        names = roles.index[(roles["type"] == kind) & (roles.index != target)]
        names = [name for name in names if name in frame.columns]
        if names:
            notices.append(f"{columns(names)} left out: {_WHY[kind]}.")
    return frame.loc[~missing, features], _tidy(frame.loc[~missing, target]), notices


#: Why each of them is left out.
_WHY = {
    "identifier": "names each row, so it says nothing about new ones",
    "constant": "has one value only, or none",
    "text": "free text is not used",
}


def is_identifier(column: pd.Series, name: object) -> bool:
    """Return whether a column names rows: unique, and text or called like an id."""
    return _type(column, name)[0] == "identifier"


def refuse_repeated_names(frame: pd.DataFrame) -> None:
    """Raise a TableError if a column cannot be told apart by its name."""
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        raise TableError(
            f"More than one column is named {listed(list(repeated))}; give each a name "
            "of its own."
        )


def _refuse_unknown(frame: pd.DataFrame, target: str | None) -> None:
    if target is not None and target not in frame.columns:
        raise TableError(
            f"There is no column {quoted(target)}; the columns are "
            f"{listed(list(frame.columns))}."
            if frame.shape[1]
            else f"There is no column {quoted(target)}: the table has no columns."
        )


def _is_unknown(column: pd.Series) -> pd.Series:
    missing = column.isna()
    if types.is_float_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        missing |= np.isinf(numbers)
    return missing


def _tidy(y: pd.Series) -> pd.Series:
    """Drop what only stood for missing values: nullable types, unused categories."""
    if isinstance(y.dtype, pd.CategoricalDtype):
        return y.cat.remove_unused_categories()
    if types.is_bool_dtype(y.dtype):
        return y.astype(bool)
    if types.is_integer_dtype(y.dtype) and types.is_extension_array_dtype(y.dtype):
        return y.astype(int)
    if types.is_float_dtype(y.dtype) and types.is_extension_array_dtype(y.dtype):
        return y.astype(float)
    return y.infer_objects() if y.dtype == object else y


# --- types -------------------------------------------------------------------


def _describe(column: pd.Series, name: object, is_target: bool) -> tuple:
    kind, notice = _type(column, name)
    missing = int(column.isna().sum())
    distinct = _distinct(column)
    if is_target:
        return "target", kind, missing, distinct, _about_target(missing)
    role = "ignore" if kind in USELESS else "feature"
    infinite = int(_is_unknown(column).sum()) - missing
    if role == "feature" and infinite:
        notice = f"{count(infinite, 'infinite value')} treated as missing."
    return role, kind, missing, distinct, notice


def _about_target(missing: int) -> str:
    return f"{count(missing, 'row')} without a value left out." if missing else ""


def _distinct(column: pd.Series) -> int:
    try:
        return column.nunique()
    except TypeError:  # lists and the like cannot be compared
        return column.dropna().map(repr).nunique()


def _type(column: pd.Series, name: object) -> tuple[str, str]:
    """Return the type of a column, and a sentence if it says something."""
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
    if types.infer_dtype(known) == "decimal":
        return "number", ""
    levels = _distinct(known)
    share = levels / len(known)
    words = known.iloc[:1000].astype(str).str.split().str.len().mean()
    if words >= _WORDS and levels > _MANY and share > 0.5:
        return "text", "Free text is not used."
    if share >= _UNIQUE and (levels > _MANY or (share == 1 and _is_id_name(name))):
        return "identifier", "Different in nearly every row."
    return "category", _about_levels(known)


def _is_container(value: object) -> bool:
    return isinstance(value, (list, tuple, set, dict, np.ndarray))


def _about_levels(known: pd.Series) -> str:
    levels = _distinct(known)
    if levels <= _LEVELS:
        return ""
    return f"{levels:,} values: the {_LEVELS - 1} most common are told apart."
