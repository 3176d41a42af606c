"""A loaded table and the question about it: target, task and column roles."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

import skloss
from skloss import datasets, table, wording
from skloss.app import markdown
from skloss.app.session.problems import (
    problem_with_classes,
    problem_with_formula,
    problem_with_numbers,
)
from skloss.app.session.settings import Choice
from skloss.table.target_guess import TargetGuess, guess_target
from skloss.table.units import unit_of_name
from skloss.tasks import TASKS, Task, TaskProposal, as_task, propose_task

MEGABYTES_AT_MOST = 50
ROWS_AT_MOST = 1_000_000
#: Rows that are used of a larger file, unless its user chooses all of them: comparing
#: four losses on a hundred thousand rows of 20 columns takes about a minute.
ROWS_OF_SAMPLE = 100_000
COLUMNS_AT_MOST = 2_000
#: The tasks that `compare_losses` accepts and whose target is one column.
COLUMN_TASKS = tuple(
    task
    for task in TASKS
    if task.is_compared and (task.has_numbers or task.has_classes)
)


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
        """The guess at the target, with its reason."""
        return guess_target(self.frame)

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


@dataclass(frozen=True, eq=False)
class Question:
    """A table with its target, task and roles: all that a comparison needs.

    Attributes
    ----------
    table : LoadedTable
    target : str
        Name of the column to predict.
    task : Task
        One of :data:`COLUMN_TASKS`.
    roles : pandas.DataFrame
        As returned by :func:`skloss.table.propose_roles`, edits included.
    """

    table: LoadedTable
    target: str
    task: Task
    roles: pd.DataFrame

    @cached_property
    def key(self) -> str:
        """Digest of the question: equal keys give equal comparisons."""
        used = self.roles[["role", "type"]].to_csv()
        parts = "\0".join([self.table.digest, self.target, self.task, used])
        return hashlib.sha256(parts.encode()).hexdigest()

    @cached_property
    def split(self) -> tuple[pd.DataFrame, pd.Series, list[str]]:
        """Features, target, and notices; raises a TableError if there are none."""
        return table.split_target(self.table.frame, self.target, self.roles)

    @cached_property
    def losses(self) -> list[str]:
        """Names of the losses that support the task and the values of the target."""
        # Imported here because the first page of the dashboard must not load torch.
        from skloss.losses.contract.registry import losses_that_take

        try:
            y = self.split[1].to_numpy()
        except ValueError:
            y = np.array([])
        if self.task.has_numbers and y.dtype.kind in "iuf":
            return losses_that_take(y, self.task)
        return skloss.list_losses(self.task)

    def takes(self, choice: Choice) -> bool:
        """Return whether a choice is a loss for this target."""
        if choice.formula:
            return self.task.has_numbers and not problem_with_formula(choice.formula)
        return choice.name in self.losses

    @cached_property
    def default_losses(self) -> list[str]:
        """Names of the losses that a first comparison of this target has."""
        # Imported here because the first page of the dashboard must not load torch.
        from skloss.losses.contract.defaults import default_losses

        try:
            y = self.split[1].to_numpy()
        except ValueError:
            y = np.array([])
        names = default_losses(y, self.task)
        return [name for name in names if name in self.losses]

    def parameter_ranges(self, name: str) -> dict[str, Any]:
        """Useful values of the parameters of a loss, in units of the target."""
        loss = skloss.get_loss(name)
        try:
            y = self.split[1].to_numpy()
        except ValueError:
            return dict(loss.param_ranges)
        if not self.task.has_numbers or y.dtype.kind not in "iuf":
            return dict(loss.param_ranges)
        return loss.ranges_for(y)

    @property
    def unit(self) -> str:
        """Unit of the target, empty if unknown."""
        if self.table.sample is not None:
            sample = datasets.load_sample(self.table.sample)
            if sample.target == self.target:
                return sample.unit
        return unit_of_name(self.target)

    @property
    def summary(self) -> str:
        """One line for the header, as Markdown."""
        return " · ".join(
            [
                f"**{markdown.escape(self.table.name)}**",
                self.table.size,
                f"target: **{markdown.escape(self.target)}**",
                self.task,
            ]
        )

    def problem_with(self, folds: int) -> str:
        """Return why the question cannot be compared with so many folds.

        Parameters
        ----------
        folds : int

        Returns
        -------
        str
            A sentence with a remedy; empty if the comparison can start.

        Examples
        --------
        >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.5, 2.5, 4.0]})
        >>> loaded = LoadedTable("a.csv", frame, "digest")
        >>> proposal, roles = propose(frame, "y")
        >>> Question(loaded, "y", proposal.task, roles).problem_with(folds=2)
        '2 folds need 4 rows with a known target, but there are 3. Load a larger table.'
        """
        try:
            features, y, _ = self.split
        except ValueError as error:
            return str(error)
        if features.shape[1] == 0:
            return "No feature is left. Give at least one column the role feature."
        if len(y) < 2 * folds:
            remedy = "Load a larger table."
            if len(y) >= 4:  # enough for two folds, the fewest there are
                remedy = f"Use {len(y) // 2} folds or load a larger table."
            return (
                f"{folds} folds need {2 * folds} rows with a known target, but there "
                f"{'is' if len(y) == 1 else 'are'} {len(y):,}. {remedy}"
            )
        if self.task.has_numbers:
            return problem_with_numbers(y)
        return problem_with_classes(y, self.task, folds)


def possible_tasks(y: pd.Series) -> list[Task]:
    """Return the tasks that a column can be the target of.

    Parameters
    ----------
    y : pandas.Series
        The column, missing values included.

    Returns
    -------
    list of Task

    Examples
    --------
    >>> possible_tasks(pd.Series(["a", "b", "c"]))
    ['multiclass']
    >>> possible_tasks(pd.Series([0, 1, 1]))
    ['regression', 'binary']
    """
    is_number = pd.api.types.is_numeric_dtype(y)
    has_two_classes = y.nunique() <= 2
    return [
        task
        for task in COLUMN_TASKS
        if (
            is_number if task.has_numbers else has_two_classes == (task.link == "logit")
        )
    ]


def propose(frame: pd.DataFrame, target: str) -> tuple[TaskProposal, pd.DataFrame]:
    """Propose the task of a target, with the reason, and the roles of the columns.

    Parameters
    ----------
    frame : pandas.DataFrame
    target : str
        Name of the column to predict.

    Returns
    -------
    proposal : TaskProposal
    roles : pandas.DataFrame
        As returned by :func:`skloss.table.propose_roles`.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": ["a", "b", "a"]})
    >>> propose(frame, "y")[0].task
    'binary'
    """
    roles = table.propose_roles(frame, target)
    try:
        return propose_task(frame[target].dropna()), roles
    except ValueError as error:
        # A target with fewer than two values has no task; the page still needs one,
        # and `problem_with` reports what is wrong.
        return TaskProposal(as_task("regression"), str(error)), roles
