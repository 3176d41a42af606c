"""Write a table as CSV that a spreadsheet opens without running formulas."""

from collections.abc import Hashable

import pandas as pd

from skloss.tasks.frames import as_pandas

__all__ = ["write_csv"]

# A spreadsheet takes a cell for a formula by its first character; those of East Asian
# width count as well, and white space in front does not help (CWE-1236).
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(frame: pd.DataFrame, index: bool = True) -> str:
    """Return a table as CSV, with text that would be a formula escaped.

    A spreadsheet runs a cell such as ``=HYPERLINK(...)`` when it opens a file. Text
    that begins like a formula gets an apostrophe in front, in cells and in names;
    numbers are unchanged.

    Parameters
    ----------
    frame : DataFrame
    index : bool, default True
        Whether to write the index as the first columns.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import write_csv
    >>> frame = pd.DataFrame({"name": ["=1+1", "Ulm"], "size": [-1.5, 2.0]})
    >>> print(write_csv(frame, index=False).strip())
    name,size
    '=1+1,-1.5
    Ulm,2.0
    """
    frame = as_pandas(frame)
    if index:
        names = [
            "index" if name is None and frame.index.nlevels == 1 else name
            for name in frame.index.names
        ]
        levels = range(frame.index.nlevels)
        before = pd.DataFrame({k: frame.index.get_level_values(k) for k in levels})
        parts = [before.set_axis(names, axis=1), frame.reset_index(drop=True)]
        frame = pd.concat(parts, axis=1)
    columns = [_name(label) for label in frame.columns]
    safe = [_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    written = pd.concat(safe, axis=1) if safe else frame
    return written.set_axis(columns, axis=1).to_csv(index=False)


def _name(label: Hashable) -> str:
    """Return the name of a column; of several levels, those that are not empty."""
    parts = label if isinstance(label, tuple) else (label,)
    return escaped(" ".join(str(part) for part in parts if str(part)))


def _column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    return column.map(lambda v: escaped(v) if isinstance(v, str) else v)


def escaped(text: str) -> str:
    """Return a text with an apostrophe in front if it would be a formula."""
    is_formula = text.startswith(_STARTS) or text.lstrip().startswith(_STARTS)
    return f"'{text}" if is_formula else text
