"""A loaded table, and the question asked of it: target, task and column roles."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

import skloss
from skloss import datasets, table, wording
from skloss.app import text
from skloss.tasks import TaskProposal, propose_task

MEGABYTES_AT_MOST = 50
ROWS_AT_MOST = 1_000_000
COLUMNS_AT_MOST = 2_000
#: What can be asked of one column. The words are the package's.
TASKS = {
    "regression": "regression: predict a number",
    "binary": "binary: one class or the other",
    "multiclass": "multiclass: one of several classes",
}


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A table, where it came from, and a digest that stands for its content.

    Attributes
    ----------
    name : str
        What the header shows; the name of the uploaded file as the browser gave it.
    frame : pandas.DataFrame
        The table, target included.
    digest : str
        Same digest, same table: caches are keyed by it, never by the frame.
    sample : str or None
        Name of the built-in sample, None for an upload.
    content : bytes
        The uploaded file, so that a guess about it can be overridden.
    overrides : dict
        The overridden guesses.
    """

    name: str
    frame: pd.DataFrame
    digest: str
    sample: str | None = None
    content: bytes = b""
    overrides: dict[str, Any] = field(default_factory=dict)

    @property
    def guesses(self) -> dict[str, Any]:
        """What was guessed about the file, by the names of the overrides."""
        return self.frame.attrs.get("guesses", {})

    @property
    def notices(self) -> list[str]:
        """What reading the file has to tell."""
        return list(self.guesses.get("notices", []))


def load_sample(name: str) -> LoadedTable:
    """Load a built-in sample; an unknown name is a ValueError.

    Examples
    --------
    >>> load_sample("diabetes").frame.shape[0]
    442
    """
    frame = datasets.load_sample(name).frame
    return LoadedTable(f"{name}.csv", frame, f"sample:{name}", sample=name)


def read_upload(name: str, content: bytes, **overrides: Any) -> LoadedTable:
    r"""Read an uploaded file, or say in a sentence why it cannot be used.

    Parameters
    ----------
    name : str
        The file's name, shown and never opened.
    content : bytes
        The file.
    **overrides
        Guesses of :func:`skloss.table.read_table` to override.

    Raises
    ------
    skloss.table.TableError
        If the file is too large or no table.

    Examples
    --------
    >>> read_upload("a.csv", b"x,y\n1,2\n3,4\n").frame.shape
    (2, 2)
    """
    if len(content) > MEGABYTES_AT_MOST * 2**20:
        raise table.TableError(
            f"This file has {len(content) / 2**20:,.0f} MB and the limit is "
            f"{MEGABYTES_AT_MOST} MB. Take a sample of its rows, or compare in Python, "
            "where there is no limit."
        )
    frame = table.read_table(content, **overrides)
    rows, columns = frame.shape
    if rows > ROWS_AT_MOST or columns > COLUMNS_AT_MOST:
        raise table.TableError(
            f"This table has {wording.count(rows, 'row')} and "
            f"{wording.count(columns, 'column')}; at most {ROWS_AT_MOST:,} rows and "
            f"{COLUMNS_AT_MOST:,} columns fit here. Take a part of it."
        )
    options = repr(sorted(overrides.items())).encode()
    digest = hashlib.sha256(content + b"\0" + options).hexdigest()
    return LoadedTable(name, frame, digest, content=content, overrides=overrides)


@dataclass(frozen=True, eq=False)
class Question:
    """A table with its target, task and roles: all that a comparison needs.

    Attributes
    ----------
    data : LoadedTable
        The table.
    target : str
        Name of the column to predict.
    task : str
        One of :data:`TASKS`.
    roles : pandas.DataFrame
        As :func:`skloss.table.propose_roles` returns it, edits included.
    """

    data: LoadedTable
    target: str
    task: str
    roles: pd.DataFrame

    @cached_property
    def key(self) -> str:
        """Stands for the question: equal keys give equal comparisons."""
        used = self.roles[["role", "type"]].to_csv()
        parts = "\0".join([self.data.digest, self.target, self.task, used])
        return hashlib.sha256(parts.encode()).hexdigest()

    @cached_property
    def split(self) -> tuple[pd.DataFrame, pd.Series, list[str]]:
        """Features, target, and what was left out; raises a TableError sentence."""
        return table.split_target(self.data.frame, self.target, self.roles)

    @cached_property
    def losses(self) -> list[str]:
        """Names of the losses that serve the task and the values of the target."""
        # Here, not above: the dashboard's first page does not wait for torch.
        from skloss.losses.contract.registry import losses_that_take

        try:
            y = self.split[1].to_numpy()
        except ValueError:
            y = np.array([])
        if self.task == "regression" and y.dtype.kind in "iuf":
            return losses_that_take(y, self.task)
        return skloss.list_losses(self.task)

    @property
    def unit(self) -> str:
        """Unit of the target, empty if unknown."""
        if self.data.sample is None:
            return ""
        sample = datasets.load_sample(self.data.sample)
        return sample.unit if sample.target == self.target else ""

    @property
    def summary(self) -> str:
        """One line for the header, escaped."""
        return " · ".join(
            [
                f"**{text.escape(self.data.name)}**",
                wording.count(len(self.data.frame), "row"),
                f"target: **{text.escape(self.target)}**",
                self.task,
            ]
        )

    def problem_with(self, folds: int) -> str:
        """Return in a sentence why this cannot be compared, or an empty string."""
        try:
            features, y, _ = self.split
        except ValueError as error:
            return str(error)
        if features.shape[1] == 0:
            return "No column is left to predict from. Give one the role feature."
        if len(y) < 2 * folds:
            return (
                f"{folds} folds need {2 * folds} rows with a known target, and there "
                f"{'is' if len(y) == 1 else 'are'} {len(y):,}. Load a larger table."
            )
        if self.task == "regression":
            if not pd.api.types.is_numeric_dtype(y):
                return "Regression needs a target made of numbers. Choose another."
            if y.nunique() < 2:
                return "The target has one value only: there is nothing to predict."
            return ""
        sizes = y.value_counts()
        if len(sizes) < 2:
            return "The target has one class only: there is nothing to tell apart."
        if self.task == "binary" and len(sizes) > 2:
            return (
                f"The target has {len(sizes)} classes and a binary task takes two. "
                "Choose multiclass."
            )
        rarest = int(sizes.iloc[-1])
        if rarest < folds:
            way = (
                f"Take {rarest} folds"
                if rarest >= 2
                else "Choose regression if the target is an amount or a count"
                if pd.api.types.is_numeric_dtype(y)
                else "Give it a second row, or join it with another class"
            )
            return (
                f"Class {wording.quoted(sizes.index[-1])} has "
                f"{wording.count(rarest, 'row')}, and each of {folds} folds "
                f"needs one. {way}, or leave that class out of the file."
            )
        return ""


def propose(frame: pd.DataFrame, target: str) -> tuple[TaskProposal, pd.DataFrame]:
    """Return the task proposed for a target, with its reason, and column roles."""
    roles = table.propose_roles(frame, target)
    try:
        return propose_task(frame[target].dropna()), roles
    except ValueError as error:
        # A target without values, or with one, has no task; `obstacle` says so too.
        return TaskProposal("regression", str(error)), roles
