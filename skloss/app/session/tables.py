"""A table of the session: a built-in sample, or an uploaded file that was read."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from skloss import datasets, table, wording
from skloss.table.target_groups import targets_together
from skloss.table.target_guess import TargetGuess, guess_target

# Reading takes several times the memory of the file, for each session at once.
MEGABYTES_AT_MOST = 50
ROWS_AT_MOST = 1_000_000
#: Rows that are used of a larger file, unless its user chooses all of them: comparing
#: four losses on a hundred thousand rows of 20 columns takes about a minute.
ROWS_OF_SAMPLE = 100_000
COLUMNS_AT_MOST = 2_000


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A table, its origin, and a digest that identifies its content.

    Attributes
    ----------
    name : str
        Name shown in the header: of the sample, or of the uploaded file as the
        browser sent it.
    frame : pandas.DataFrame
        The table, target included.
    digest : str
        Equal digests mean equal tables: caches are keyed by it, never by the frame.
    sample : str or None
        Name of the built-in sample, None for an upload.
    content : bytes
        The uploaded file, kept so that it can be read again with other options.
    overrides : dict
        Options of :func:`skloss.table.read_table` set by the user.
    """

    name: str
    frame: pd.DataFrame
    digest: str
    sample: str | None = None
    content: bytes = b""
    overrides: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def guess(self) -> TargetGuess:
        """The guess at the target, or at the first of several, with its reason."""
        names, reason = self.together
        return TargetGuess(names[0], reason) if names else guess_target(self.frame)

    @cached_property
    def together(self) -> tuple[list[str], str]:
        """Columns that look like one target, and the reason; empty if none do."""
        return targets_together(self.frame)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the uploaded file or of a sample's rows, as links have it."""
        if self.sample is not None:
            return digest(self.frame.to_csv(index=False).encode())
        return digest(self.content)

    @property
    def guesses(self) -> dict[str, Any]:
        """Options detected by :func:`skloss.table.read_table`, by name."""
        return self.frame.attrs.get("guesses", {})

    @property
    def notices(self) -> list[str]:
        """Sentences about what was unusual when the file was read."""
        return list(self.guesses.get("notices", []))

    @property
    def n_rows(self) -> int:
        """Rows of the file, of which ``frame`` may be a sample."""
        return self.guesses.get("n_rows", len(self.frame))

    @property
    def is_part(self) -> bool:
        """Whether ``frame`` is a sample of the rows of the file."""
        return self.n_rows > len(self.frame)

    @property
    def size(self) -> str:
        """Rows of ``frame``, and of the file if those are more."""
        if not self.is_part:
            return wording.count(self.n_rows, "row")
        return f"{len(self.frame):,} of {wording.count(self.n_rows, 'row')}"

    @property
    def choices(self) -> dict[str, Any]:
        """The overrides that have an effect, for a script."""
        all_rows = self.overrides.get("sample_rows", 0) is None
        return {
            name: value
            for name, value in self.overrides.items()
            if not (all_rows and name == "sample_rows")
        }


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def load_sample(name: str) -> LoadedTable:
    """Load a built-in sample.

    Parameters
    ----------
    name : str
        One of :func:`skloss.datasets.list_samples`.

    Returns
    -------
    LoadedTable

    Raises
    ------
    ValueError
        If there is no sample of that name.

    Examples
    --------
    >>> load_sample("diabetes").frame.shape[0]
    442
    """
    frame = datasets.load_sample(name).frame
    return LoadedTable(f"{name}.csv", frame, f"sample:{name}", sample=name)


def read_upload(name: str, content: bytes, **overrides: Any) -> LoadedTable:
    r"""Read an uploaded file.

    Parameters
    ----------
    name : str
        Name of the file, which is shown but never opened.
    content : bytes
        Content of the file.
    **overrides
        Options of :func:`skloss.table.read_table`, in place of detected ones;
        ``sample_rows=None`` for all rows.

    Returns
    -------
    LoadedTable

    Raises
    ------
    skloss.table.TableError
        If the file is too large or does not hold a table.

    Examples
    --------
    >>> read_upload("a.csv", b"x,y\n1,2\n3,4\n").frame.shape
    (2, 2)
    """
    if len(content) > MEGABYTES_AT_MOST * 2**20:
        raise table.TableError(
            f"This file has {len(content) / 2**20:,.0f} MB, but the limit is "
            f"{MEGABYTES_AT_MOST} MB. Upload a sample of its rows, or compare in "
            "Python, where there is no limit."
        )
    frame = table.read_table(content, **{"sample_rows": ROWS_OF_SAMPLE} | overrides)
    rows, columns = frame.shape
    if frame.attrs["guesses"]["n_rows"] > rows:
        overrides = {"sample_rows": rows} | overrides
    if rows > ROWS_AT_MOST or columns > COLUMNS_AT_MOST:
        raise table.TableError(
            f"This table has {wording.count(rows, 'row')} and "
            f"{wording.count(columns, 'column')}, but the limit is "
            f"{ROWS_AT_MOST:,} rows and {COLUMNS_AT_MOST:,} columns. Upload a part of "
            "it."
        )
    options = repr(sorted(overrides.items())).encode()
    return LoadedTable(
        name,
        frame,
        digest(content + b"\0" + options),
        content=content,
        overrides=overrides,
    )
