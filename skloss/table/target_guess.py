"""A guess at the column to predict, with its reason."""

import re
from typing import Any, NamedTuple

import pandas as pd

from skloss.table.columns import (
    check_unique_names,
    column_type,
    rarely_repeats,
)
from skloss.table.errors import TableError
from skloss.table.target_words import (
    EITHER,
    FEATURES,
    ROLES,
    SUBJECTS,
    derives_from_other,
    subject_of,
    words_of,
)
from skloss.tasks.frames import as_pandas
from skloss.wording import quoted

__all__ = ["TargetGuess", "guess_target", "propose_target"]

# Places and times are known before what is predicted.
_GIVEN = set(
    """lat latitude lon lng long longitude easting northing zip zipcode postcode year
    yr month mnth day weekday hour hr minute second date time timestamp""".split()
)
# Points of a column, rounded from a conditional logit fitted to 160 public tables with
# a documented response: for a name that states the role, more than for all else
# together; for a subject as the whole name, its last word, or another word; for the
# place of the column; and for its values.
_ROLE, _SUBJECT, _LAST_WORD, _ANY_WORD, _PERHAPS = 9.0, 3.7, 2.3, 1.1, 1.9
_FEATURE, _NUMBERED, _DERIVED, _CODE = -0.8, -1.0, -2.6, -1.9
_LAST, _FIRST = 1.9, 2.2
_TWO_VALUES, _CATEGORIES, _NUMBERS = 2.0, -0.6, 2.0
# The last column with two words, or the only one with a few words, is the answer of
# most tables for classification.
_LAST_TWO_WORDS, _LAST_WORDS = 2.5, 2.5
_CODES = ("id", "code")
# Names of kinds of rows, which a last column of words may well predict.
_KINDS = {"type", "variety", "category", "group"}
# The share of numbers among the other columns if a last one of words stands out.
_NUMBERS_BEFORE = 0.6
# In a smaller table the last of the columns is no more than that.
_COLUMNS_AROUND = 3
# Columns with one name and different numbers, from which on they are measurements of
# one kind; two may be two targets.
_SERIES = 3
# Numbers with fewer values often stand for groups; classes are rarely more.
_FEW_VALUES = 20


class TargetGuess(NamedTuple):
    """A column that may be the target, and why.

    Attributes
    ----------
    name : object
        Name of the column.
    reason : str
        A sentence.
    """

    name: Any
    reason: str


def guess_target(frame: pd.DataFrame) -> TargetGuess:
    """Guess the column to predict, and state the reason.

    Identifiers, constants, dates, texts, places, times and series of numbered columns
    are left out as long as any other column remains. Of the others, a column named
    target, label, class, y, outcome, response, output or result is the guess. Otherwise
    names of what is often predicted (price, churn, quality, ...), the first or last
    place, and two or many values count for a column; names of what describes rows (age,
    region, treatment, ...) or that derive from another column (lwage from wage), codes,
    a number in the name, and several categories count against it. Names are known in
    English, and the most usual ones in German, French, Spanish, Portuguese and Italian.

    Parameters
    ----------
    frame : DataFrame
        The table, as `read_table` returns it.

    Returns
    -------
    TargetGuess

    Raises
    ------
    TableError
        If the table has no columns, or a name occurs twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table.target_guess import guess_target
    >>> frame = pd.DataFrame({"price": [9.5, 12.0, 9.0], "size": [1, 2, 4]})
    >>> guess_target(frame).reason
    'A guess: columns named “price” are often predicted.'
    """
    frame = as_pandas(frame)
    check_unique_names(frame)
    names = list(frame.columns)
    if not names:
        raise TableError("This table has no columns, so there is nothing to predict.")
    types = {name: column_type(frame[name], name) for name in names}
    usable = [name for name in names if types[name] in ("number", "category")]
    usable = [
        name
        for name in usable
        if _is_role(name) or types[name] == "number" or not rarely_repeats(frame[name])
    ]
    free = [name for name in usable if not _is_given(name, names)] or usable
    if not free:
        return TargetGuess(names[-1], "A guess: the last column.")
    points = [_points(frame, name) for name in free]
    # Of equals the last one: targets are at the end more often.
    best = max(range(len(free)), key=lambda k: (points[k][0], k))
    return TargetGuess(free[best], points[best][1])


def propose_target(frame: pd.DataFrame) -> str:
    """Propose the column to predict: the name that `guess_target` gives.

    Parameters
    ----------
    frame : DataFrame
        The table, as `read_table` returns it.

    Returns
    -------
    str
        Name of the column.

    Raises
    ------
    TableError
        If the table has no columns, or a name occurs twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import propose_target
    >>> propose_target(pd.DataFrame({"size": [1, 2], "price": [9.5, 12.0]}))
    'price'
    """
    return guess_target(frame).name


def _is_given(name: object, names: list[Any]) -> bool:
    """Return whether a column is a place, a time or one of a series by its name.

    With an x before it and columns behind it, y is a coordinate, too, and so is one of
    three columns or more that differ by a number at the end, such as x1 to x8.
    """
    words = words_of(name)
    stem = _stem(name)
    if stem is not None and sum(_stem(one) == stem for one in names) >= _SERIES:
        return True
    if set(words) & _GIVEN and not set(words) & (SUBJECTS | EITHER):
        return True
    place = names.index(name)
    is_y = str(name) in ("y", "Y")
    has_x = place > 0 and str(names[place - 1]) == ("x" if name == "y" else "X")
    return str(name) in ("x", "X", "z", "Z") or (
        is_y and has_x and place < len(names) - 1
    )


def _stem(name: object) -> str | None:
    """Return a name without the number at its end, None if it has none."""
    found = re.fullmatch(r"(.*?)[\s_.-]*\d+", str(name))
    return found and found[1].lower()


def _is_role(name: object) -> bool:
    return str(name).strip().lower() in ROLES


def _points(frame: pd.DataFrame, name: object) -> tuple[float, str]:
    """Return the points of a column, and the strongest reason in a sentence."""
    names = list(frame.columns)
    if _is_role(name):
        # Of several such names, the most usual one.
        order = ROLES.index(str(name).strip().lower())
        return _ROLE + 1 - order / 10, f"A guess by the name {quoted(name)}."
    words = words_of(name)
    subject = subject_of(words)
    known = FEATURES - _KINDS if _stands_out(frame, name) else FEATURES
    is_feature = bool(set(words) & known) and not subject
    found = [(0.0, "A guess: the other columns look more like features.")]
    if subject:
        why = f"A guess: columns named {quoted(subject)} are often predicted."
        found.append((_subject_points(words, subject), why))
    if name == names[-1]:
        found.append((_LAST, "A guess: the last column."))
        found += _last_of_words(frame, name, is_feature)
    elif name == names[0] and len(names) > 2:  # of two, the second: x and y
        found.append((_FIRST, "A guess: the first column."))
    n_values = frame[name].nunique()
    if n_values == 2:
        found.append((_TWO_VALUES, "A guess: a column with two values."))
    points, reason = sum(point for point, _ in found), max(found)[1]
    if pd.api.types.is_numeric_dtype(frame[name]):
        points += _NUMBERS if n_values > _FEW_VALUES else 0.0
    elif n_values > 2 and not _stands_out(frame, name):
        points += _CATEGORIES
    if is_feature:
        points += _FEATURE
    return points + _of_name(name, words, names, subject), reason


def _of_name(name: object, words: list[str], names: list[Any], subject: str) -> float:
    """Return the points of a name that counts against a column."""
    points = _NUMBERED if words and words[-1].isdigit() else 0.0
    points += _DERIVED if derives_from_other(name, names) else 0.0
    is_code = str(name).lower().endswith(_CODES) and not subject
    return points + (_CODE if is_code else 0.0)


def _last_of_words(
    frame: pd.DataFrame, name: object, is_feature: bool
) -> list[tuple[float, str]]:
    """Return the points of a last column with two words, or alone with a few words."""
    is_number = pd.api.types.is_numeric_dtype(frame[name])
    if frame[name].nunique() == 2 and not (is_number or is_feature):
        return [(_LAST_TWO_WORDS, "A guess: the last column, with two values.")]
    if _stands_out(frame, name):
        return [(_LAST_WORDS, "A guess: the last column, with a few classes.")]
    return []


def _stands_out(frame: pd.DataFrame, name: object) -> bool:
    """Return whether a column is the last, with a few words, of a table of numbers."""
    if name != frame.columns[-1] or frame.shape[1] <= _COLUMNS_AROUND:
        return False
    if pd.api.types.is_numeric_dtype(frame[name]):
        return False
    numbers = frame.iloc[:, :-1].select_dtypes("number").shape[1]
    is_few = 2 < frame[name].nunique() <= _FEW_VALUES
    return is_few and numbers >= _NUMBERS_BEFORE * (frame.shape[1] - 1)


def _subject_points(words: list[str], subject: str) -> float:
    if subject in EITHER:
        return _PERHAPS
    if len(words) == 1:
        return _SUBJECT
    return _LAST_WORD if words[-1] == subject else _ANY_WORD
