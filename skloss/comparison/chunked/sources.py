"""Sources of chunks: Parquet files, Dask DataFrames, lists and functions of tables."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from skloss.tasks.frames import as_pandas
from skloss.tasks.target import as_vector
from skloss.wording import listed

__all__ = ["Chunks", "is_chunked"]

# Rows and numbers of a chunk of a Parquet file: some hundred steps of Adam, and 16 MB
# in double precision. A chunk of a wide table keeps enough rows for a few steps.
_ROWS, _FEWEST_ROWS, _NUMBERS = 10_000, 512, 2_000_000


def is_chunked(X, y):
    """Return whether a table is given in chunks, rather than as a whole.

    Parameters
    ----------
    X, y : object
        As given to `compare_losses`.

    Returns
    -------
    bool

    Raises
    ------
    TypeError
        If ``X`` can be read only once.
    ValueError
        If ``y`` is a name, but ``X`` is a table in memory.
    """
    if isinstance(X, Iterator):
        raise TypeError(
            "X is an iterator, which can be read only once; pass a function that "
            "returns one, such as lambda: pd.read_csv(path, chunksize=10_000), or a "
            "list."
        )
    if isinstance(X, (str, os.PathLike)) or callable(X) or _is_dask(X):
        return True
    if isinstance(X, (list, tuple)) and isinstance(y, str):
        return True
    if isinstance(y, str):
        raise ValueError(
            f"y is the name {y!r}, but X is a table in memory; pass its other columns "
            "and this column, or a list of chunks."
        )
    return False


def _is_dask(X):
    return hasattr(X, "npartitions") and hasattr(X, "partitions")


@dataclass(frozen=True)
class Chunks:
    """A table in chunks, which are read again in each pass.

    Attributes
    ----------
    source : object
        Path of a Parquet file or of a folder of them, Dask DataFrame, list of tables,
        or function that returns an iterable of tables.
    target : str
        Name of the column of targets.
    weight : str or None
        Name of the column of sample weights.
    is_remote : bool
        Whether this is a task of a cluster, which computes partitions by itself:
        to wait for other tasks while it occupies a worker could block both.
    """

    source: Any
    target: str
    weight: str | None = None
    is_remote: bool = False

    def __iter__(self):
        for number, table in enumerate(self._tables()):
            table = as_pandas(table)
            if not isinstance(table, pd.DataFrame):
                raise TypeError(
                    f"Chunk {number} of X is a {type(table).__name__}; each chunk must "
                    f"be a DataFrame with the column {self.target!r}."
                )
            missing = {self.target, self.weight} - {None, *table.columns}
            if missing:
                raise ValueError(
                    f"Chunk {number} of X does not have the column {missing.pop()!r}; "
                    f"it has {listed(table.columns)}."
                )
            yield table

    def split(self, table):
        """Return the inputs, targets and weights (or None) of a chunk."""
        names = [self.target] + ([] if self.weight is None else [self.weight])
        weight = None if self.weight is None else table[self.weight]
        return table.drop(columns=names), as_vector(table[self.target]), weight

    def _tables(self):
        if _is_dask(self.source):
            how = {"scheduler": "synchronous"} if self.is_remote else {}
            for number in range(self.source.npartitions):
                yield self.source.partitions[number].compute(**how)
        elif isinstance(self.source, (str, os.PathLike)):
            yield from _parquet(Path(self.source))
        else:
            yield from self.source() if callable(self.source) else self.source


def _parquet(path):
    """Yield the rows of a Parquet file, or of all files of a folder."""
    try:
        from pyarrow import ArrowInvalid, parquet
    except ImportError as error:
        raise ImportError(
            "Parquet files are read by pyarrow, which is not installed; run pip "
            "install pyarrow."
        ) from error
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise ValueError(f"The folder {path} has no files named *.parquet.")
    for one in files:
        try:
            # Read ahead, a file would be in memory as a whole.
            file = parquet.ParquetFile(one, pre_buffer=False)
        except ArrowInvalid as error:
            raise ValueError(
                f"{one} is not a Parquet file; pass a function for other formats, such "
                "as lambda: pd.read_csv(path, chunksize=10_000)."
            ) from error
        with file:
            n_columns = max(len(file.schema_arrow), 1)
            most = min(_ROWS, max(_FEWEST_ROWS, _NUMBERS // n_columns))
            # Of nearly equal length: the last one must not be a few rows.
            n_batches = max(-(-file.metadata.num_rows // most), 1)
            for batch in file.iter_batches(-(-file.metadata.num_rows // n_batches)):
                yield batch.to_pandas()
