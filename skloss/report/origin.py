"""How the data of a comparison are read again from a sample or a file."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from skloss.datasets import load_sample
from skloss.report.expressions import Call, CannotWriteError, Expressions, render
from skloss.table import TableError, propose_roles, split_target

__all__ = ["Origin", "find_origin"]

# Rows that a script may list one by one.
_MAX_ROWS = 1000


@dataclass(frozen=True)
class Origin:
    """Statements that define X and y, and what else they define.

    Attributes
    ----------
    statements : tuple of str
    frame : DataFrame
        The rows of the table that were compared.
    rows : str
        Expression of these rows, for their other columns.
    roles : tuple of str
        Statements that define ``roles``, whether or not X and y need them.
    roles_table : DataFrame
        What ``roles`` is.
    """

    statements: tuple[str, ...]
    frame: pd.DataFrame
    rows: str
    roles: tuple[str, ...]
    roles_table: pd.DataFrame


def find_origin(comparison: Any, expressions: Expressions) -> Origin:
    """Return how X and y follow from the source of a comparison.

    The source is read, and what a script would make of it is compared with the data
    that were compared: a script is only promised to repeat them if it does.

    Raises
    ------
    CannotWriteError
        If there is no source, or X and y do not follow from it.
    """
    source = comparison.recipe.source
    if source is None:
        raise CannotWriteError("the comparison was made without source=")
    try:
        frame = source.read()
    except (OSError, ValueError) as error:
        raise CannotWriteError(f"{source.name!r} cannot be read: {error}") from error
    try:
        target = _target(comparison, frame)
        found = _by_role(comparison, frame, _target_names(comparison.y, target))
        found = found or _by_name(comparison, frame, target, expressions)
    except TableError:  # such as names of columns that repeat
        found = None
    if found is None:
        raise CannotWriteError(f"they are not columns of {source.name!r} as it is read")
    first = f"frame = {render(_reading(source, expressions), taken=8)}"
    return replace(found, statements=(first, *found.statements))


def _reading(source: Any, expressions: Expressions) -> Call:
    name = ("", expressions.of(source.name))
    if source.is_sample:
        return Call("datasets.load_sample(", (name,), ").frame")
    overrides = [(f"{k}=", expressions.of(v)) for k, v in source.overrides.items()]
    return Call("table.read_table(", (name, *overrides))


def _target(comparison: Any, frame: pd.DataFrame) -> str | None:
    """Return the column that y is, by its name or else by its values."""
    source, y = comparison.recipe.source, comparison.y
    name = comparison.recipe.target
    if name is None and source.is_sample:
        name = load_sample(source.name).target
    if name in frame.columns or np.ndim(y) != 1:
        return name if name in frame.columns else None
    values = np.asarray(y)
    for rows in _candidate_rows(comparison, frame, None):
        part = frame.iloc[rows]
        for column in frame.columns:
            if _same(values, part[column].to_numpy()):
                return column
    return None


def _by_role(
    comparison: Any, frame: pd.DataFrame, targets: list | None
) -> Origin | None:
    """Return the origin if X and y are what `split_target` returns."""
    if targets is None or set(targets) - set(frame.columns):
        return None
    target = targets if np.ndim(comparison.y) == 2 else targets[0]
    given = comparison.recipe.source.roles
    proposed = propose_roles(frame, targets[0])
    roles = proposed if given is None else given
    try:
        X, y, _ = split_target(frame, target, roles)
    except ValueError:
        return None
    y, ordered = _in_order(comparison.y, y)
    if not (_same(comparison.X, X) and _same(comparison.y, y)):
        return None
    quoted = _text(target)
    made = [f"roles = table.propose_roles(frame, target={_text(targets[0])})"]
    made += [
        f"roles.loc[{_text(column)}, {_text(what)}] = {_text(roles.at[column, what])}"
        for column in proposed.index
        for what in ("role", "type")
        if roles.at[column, what] != proposed.at[column, what]
    ]
    is_edited = len(made) > 1
    arguments = f"frame, {quoted}, roles" if is_edited else f"frame, {quoted}"
    split = f"X, y, notices = table.split_target({arguments})"
    statements = (*made, split, *ordered) if is_edited else (split, *ordered)
    later = () if is_edited else tuple(made)
    return Origin(statements, frame.loc[X.index], "frame.loc[X.index]", later, roles)


def _in_order(given: Any, y: Any) -> tuple[Any, tuple[str, ...]]:
    """Return y with the order of the classes that were compared, and how to set it."""
    dtype = getattr(given, "dtype", None)
    is_ordered = isinstance(dtype, pd.CategoricalDtype) and dtype.ordered
    if not is_ordered or isinstance(y.dtype, pd.CategoricalDtype):
        return y, ()
    order = list(dtype.categories)
    again = y.astype("category").cat.set_categories(order, ordered=True)
    call = f'.astype("category").cat.set_categories({_text(order)}, ordered=True)'
    return again, (f"y = y{call}",)


def _by_name(
    comparison: Any, frame: pd.DataFrame, target: str | None, expressions: Expressions
) -> Origin | None:
    """Return the origin if X and y are columns of the frame, in all or some rows."""
    columns = _feature_names(comparison.X, frame, target)
    targets = _target_names(comparison.y, target)
    if columns is None or targets is None or set(targets) - set(frame.columns):
        return None
    for rows in _candidate_rows(comparison, frame, target):
        part = frame.iloc[rows]
        X, y = (
            part[columns],
            part[targets[0] if np.ndim(comparison.y) == 1 else targets],
        )
        for as_X, X_again in _forms(comparison.X, X):
            for as_y, y_again in _forms(comparison.y, y):
                if _same(comparison.X, X_again) and _same(comparison.y, y_again):
                    statements = _statements(
                        rows, len(frame), (X, as_X), (y, as_y), expressions
                    )
                    name = targets[0]
                    made = f"roles = table.propose_roles(frame, target={_text(name)})"
                    proposed = propose_roles(part, name)
                    return Origin(statements, part, "frame", (made,), proposed)
    return None


def _feature_names(X: Any, frame: pd.DataFrame, target: str | None) -> list | None:
    if isinstance(X, pd.DataFrame):
        names = list(X.columns)
        return None if set(names) - set(frame.columns) else names
    if target is None:
        return None
    return [name for name in frame.columns if name != target]


def _target_names(y: Any, target: str | None) -> list | None:
    if isinstance(y, pd.DataFrame):
        return list(y.columns)
    return None if target is None else [target]


def _candidate_rows(comparison: Any, frame: pd.DataFrame, target: str | None) -> list:
    """Return positions in the frame that the rows may have come from."""
    n_rows = comparison.recipe.n_rows
    found = []
    if n_rows <= len(frame):
        found.append(np.arange(n_rows))
    for table in (comparison.X, comparison.y):
        if isinstance(table, (pd.DataFrame, pd.Series)):
            found.append(frame.index.get_indexer(table.index))
    if target is not None:
        found.append(np.flatnonzero(frame[target].notna()))
    return [rows for rows in found if len(rows) == n_rows and rows.min() >= 0]


def _forms(given: Any, found: Any) -> list[tuple[str, Any]]:
    """Return what a column or table may be converted to, as written and as a value."""
    if isinstance(given, (pd.DataFrame, pd.Series)):
        return [("", found)]
    forms = [(".to_numpy()", found.to_numpy())]
    if np.asarray(given).dtype == float:
        try:
            forms.append((".to_numpy(dtype=float)", found.to_numpy(dtype=float)))
        except (TypeError, ValueError):
            pass  # text is never an array of floats
    return forms


def _statements(rows, n_rows, X, y, expressions) -> tuple[str, ...]:
    """Return the statements that pick rows and columns."""
    (X, as_X), (y, as_y) = X, y
    picked = () if len(rows) == n_rows and _is_run(rows) else (_picked(rows),)
    if isinstance(y, pd.Series):
        names = _text(y.name)
    else:
        names = render(expressions.of(list(y.columns)), taken=20)
    columns = render(expressions.of(list(X.columns)), taken=20)
    return (*picked, f"X = frame[{columns}]{as_X}", f"y = frame[{names}]{as_y}")


def _is_run(rows: np.ndarray) -> bool:
    return bool(rows[0] == 0 and (np.diff(rows) == 1).all())


def _picked(rows: np.ndarray) -> str:
    steps = np.unique(np.diff(rows))
    if len(rows) > 1 and len(steps) == 1 and steps[0] > 0:
        return f"frame = frame.iloc[{rows[0]} : {rows[-1] + 1} : {steps[0]}]"
    if len(rows) > _MAX_ROWS:
        raise CannotWriteError(f"they are {len(rows):,} rows without a rule")
    numbers = Call("[", tuple(("", str(row)) for row in rows), "]")
    return f"frame = frame.iloc[{render(numbers, taken=20)}]"


def _same(given: Any, found: Any) -> bool:
    """Return whether two tables or columns hold equal values of equal types."""
    is_labelled = isinstance(given, (pd.DataFrame, pd.Series))
    if is_labelled != isinstance(found, (pd.DataFrame, pd.Series)):
        return False
    if is_labelled and given.ndim == found.ndim:
        return given.reset_index(drop=True).equals(found.reset_index(drop=True))
    if is_labelled or np.ndim(given) not in (1, 2):
        return False
    given, found = np.asarray(given), np.asarray(found)
    return given.shape == found.shape and pd.DataFrame(given).equals(
        pd.DataFrame(found)
    )


def _text(value: Any) -> str:
    return render(Expressions().of(value))
