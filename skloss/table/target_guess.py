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
from skloss.tasks.frames import as_pandas
from skloss.wording import quoted

__all__ = ["TargetGuess", "guess_target", "propose_target"]

# Names that state the role of a column, and those of what people usually predict.
_ROLES = "target label labels class y outcome response output result".split()
_SUBJECTS = set(
    """price prices sales revenue profit demand consumption yield quality score grade
    diagnosis disease churn churned default defaulted fraud spam survived survival
    died death deaths mortality attrition exited approved accepted admitted denied
    converted purchased bought clicked subscribed hired readmitted stroke relapse cured
    healed improved infected infection malignant cancelled canceled claim claims delay
    cnt visit visits los case cases event failed failure success won winner vote voted
    choice arrest arrested recidivism bankrupt bankruptcy employed participation crime
    crimes accidents injuries earnings salary wage wages rent rentals spending
    expenditure expenditures emission emissions ozone mileage mpg gpa strength biomass
    abundance diversity richness presence""".split()
)
# As often a feature as a target.
_EITHER = set(
    "amount charge charges cost costs count counts income rating risk".split()
)
_EITHER |= {"status", "value"}
# What describes rows, and how they were sampled or treated.
_FEATURES = set(
    """age sex gender race ethnicity ethnic black white hispanic minority female male
    married marital child children kids education educ school schooling degree
    native language religion religious experience tenure occupation industry
    sector union population region state city county country province district
    location site block plot batch plate sample id subject person patient
    student teacher hospital provider firm company product brand variety type
    category group grp treatment treated trt treat dose stratum strata cluster
    replicate rep n size weight height number index level temperature temp wind
    rain humidity season""".split()
)
# Beginnings of a word that leave its meaning: logarithms and numbers.
_BEGINNINGS = ("log", "ln", "l", "num", "n", "no")
# Places and times are known before what is predicted.
_GIVEN = set(
    """lat latitude lon lng long longitude easting northing zip zipcode postcode year
    yr month mnth day weekday hour hr minute second date time timestamp""".split()
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Points of a column, rounded from a conditional logit fitted to 118 public tables with
# a documented response: for a name that states the role, more than for all else
# together; for a subject as the whole name, its last word, or another word; for the
# place of the column; and for its values. They found 80 of these 118 targets, and 23 of
# those of 47 other tables.
_ROLE, _SUBJECT, _LAST_WORD, _ANY_WORD, _PERHAPS = 8.0, 3.5, 1.6, 1.0, 1.4
_FEATURE, _NUMBERED = -2.0, -1.75
_LAST, _FIRST = 1.2, 1.3
_TWO_VALUES, _CATEGORIES, _NUMBERS = 0.6, -1.1, 0.7
# The last column with two words is the answer of most tables for classification.
_LAST_TWO_WORDS = 2.5
# Columns with one name and different numbers, from which on they are measurements of
# one kind; two may be two targets.
_SERIES = 3
# Numbers with fewer values often stand for groups.
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
    region, treatment, ...), a number in the name, and several categories count against
    it.

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
    points = [_points(frame[name], name, names) for name in free]
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


def _words(name: object) -> list[str]:
    return [_meaning(word.lower()) for word in _WORD.findall(str(name))]


def _meaning(word: str) -> str:
    """Return a word without what stands for a logarithm or a number before it."""
    known = _SUBJECTS | _EITHER
    rests = [word[len(b) :] for b in _BEGINNINGS if word.startswith(b)]
    return next((rest for rest in rests if rest in known and word not in known), word)


def _is_given(name: object, names: list[Any]) -> bool:
    """Return whether a column is a place, a time or one of a series by its name.

    With an x before it and columns behind it, y is a coordinate, too, and so is one of
    three columns or more that differ by a number at the end, such as x1 to x8.
    """
    words = _words(name)
    stem = _stem(name)
    if stem is not None and sum(_stem(one) == stem for one in names) >= _SERIES:
        return True
    if set(words) & _GIVEN and not set(words) & (_SUBJECTS | _EITHER):
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
    return str(name).strip().lower() in _ROLES


def _points(column: pd.Series, name: object, names: list[Any]) -> tuple[float, str]:
    """Return the points of a column, and the strongest reason in a sentence."""
    words = _words(name)
    if _is_role(name):
        # Of several such names, the most usual one.
        order = _ROLES.index(str(name).strip().lower())
        return _ROLE + 1 - order / 10, f"A guess by the name {quoted(name)}."
    found = [(0.0, "A guess: the other columns look more like features.")]
    subject = _subject(words)
    if subject:
        why = f"A guess: columns named {quoted(subject)} are often predicted."
        found.append((_subject_points(words, subject), why))
    if name == names[-1]:
        found.append((_LAST, "A guess: the last column."))
    elif name == names[0] and len(names) > 2:  # of two, the second: x and y
        found.append((_FIRST, "A guess: the first column."))
    against = _FEATURE if set(words) & _FEATURES and not subject else 0.0
    has_two_values = column.nunique() == 2
    is_number = pd.api.types.is_numeric_dtype(column)
    if has_two_values and name == names[-1] and not (is_number or against):
        found.append((_LAST_TWO_WORDS, "A guess: the last column, with two values."))
    if has_two_values:
        found.append((_TWO_VALUES, "A guess: a column with two values."))
    # One of a series of measurements, such as x1 to x8.
    against += _NUMBERED if words and words[-1].isdigit() else 0.0
    return sum(point for point, _ in found) + against + _of_values(column), max(found)[
        1
    ]


def _of_values(column: pd.Series) -> float:
    """Return how much the values of a column speak for it, two values apart."""
    n_values = column.nunique()
    if pd.api.types.is_numeric_dtype(column):
        return _NUMBERS if n_values > _FEW_VALUES else 0.0
    return _CATEGORIES if n_values > 2 else 0.0


def _subject(words: list[str]) -> str:
    """Return the word of a name that is often predicted, of several the last one."""
    for known in (_SUBJECTS, _EITHER):
        found = [word for word in words if word in known]
        if found:
            return found[-1]
    return ""


def _subject_points(words: list[str], subject: str) -> float:
    if subject in _EITHER:
        return _PERHAPS
    if len(words) == 1:
        return _SUBJECT
    return _LAST_WORD if words[-1] == subject else _ANY_WORD
