"""Tables and columns of other libraries, such as polars, as pandas objects."""

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["as_pandas"]


def as_pandas(data: Any) -> Any:
    """Return a table or column of another library as one of pandas.

    Parameters
    ----------
    data : object
        A table of polars or pyarrow, or a column of polars. Anything else is returned
        unchanged.

    Returns
    -------
    DataFrame, Series or object
        Categories whose order is part of their type stay ordered.
    """
    if isinstance(data, (pd.DataFrame, pd.Series)):
        return data
    if not hasattr(data, "__arrow_c_stream__"):  # which tables of all libraries have
        return data
    if isinstance(getattr(data, "column_names", None), list):  # pyarrow
        return data.to_pandas()
    if isinstance(getattr(data, "columns", None), list):  # polars
        return pd.DataFrame({name: _column(data[name]) for name in data.columns})
    if hasattr(data, "name") and hasattr(data, "to_numpy"):
        return _column(data).rename(data.name)
    return data


def _column(series: Any) -> pd.Series:
    """Return a column of polars; its own conversion would require pyarrow."""
    values = series.to_numpy()
    if str(series.dtype).startswith("Enum"):
        names = list(series.dtype.categories)
        return pd.Series(pd.Categorical(values, categories=names, ordered=True))
    if values.dtype == object:  # strings, or booleans and others with missing values
        return pd.Series(list(values), dtype=None if len(values) else object)
    return pd.Series(np.asarray(values))
