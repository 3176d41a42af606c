"""The question about a loaded table: target, task and column roles."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import TimeSeriesSplit

import skloss
from skloss import datasets, report, table, wording
from skloss.app import markdown
from skloss.app.session import proposals
from skloss.app.session.problems import (
    problem_with_classes,
    problem_with_columns,
    problem_with_formula,
    problem_with_groups,
    problem_with_numbers,
    problem_with_time,
)
from skloss.app.session.settings import Choice
from skloss.app.session.tables import LoadedTable
from skloss.table.row_roles import columns_of_rows
from skloss.table.units import unit_of_name
from skloss.tasks import Task, as_task


@dataclass(frozen=True, eq=False)
class Question:
    """A table with its target, task and roles: all that a comparison needs.

    Attributes
    ----------
    table : LoadedTable
    target : str
        Name of the column to predict.
    task : Task
        One of :data:`~skloss.app.session.proposals.COLUMN_TASKS`.
    roles : pandas.DataFrame
        As returned by :func:`skloss.table.propose_roles`, edits included. Other columns
        of role target are predicted together with the target.
    order : tuple
        The classes from the lowest to the highest; empty if they have no order.
    """

    table: LoadedTable
    target: str
    task: Task
    roles: pd.DataFrame
    order: tuple[Any, ...] = ()

    @classmethod
    def of(
        cls,
        loaded: LoadedTable,
        target: str,
        task: Task,
        roles: pd.DataFrame,
        order: Sequence[Any] = (),
    ) -> "Question":
        """Return the question of a task that may be ordinal.

        Parameters
        ----------
        loaded : LoadedTable
        target : str
        task : Task
            Ordered classes are compared as classes, by losses that use their order and
            others.
        roles : pandas.DataFrame
        order : sequence
            Order of the classes; those that are missing come last.

        Returns
        -------
        Question
        """
        if not task.is_ordered:
            return cls(loaded, target, task, roles)
        every = proposals.order_of(loaded.frame[target])
        known = [value for value in order if value in every] or every
        rest = [value for value in every if value not in known]
        return cls(loaded, target, as_task("multiclass"), roles, (*known, *rest))

    @cached_property
    def key(self) -> str:
        """Digest of the question: equal keys give equal comparisons."""
        used = self.roles[["role", "type"]].to_csv()
        order = repr(self.order) if self.order else ""
        parts = "\0".join([self.table.digest, self.target, self.task, used, order])
        return hashlib.sha256(parts.encode()).hexdigest()

    @cached_property
    def split(self) -> tuple[pd.DataFrame, pd.Series, list[str]]:
        """Features, target, and notices; raises a TableError if there are none."""
        several = len(self.targets) > 1
        features, y, notices = table.split_target(
            self.table.frame, self.targets if several else self.target, self.roles
        )
        # Sorted labels have their order without it.
        if list(self.order) != proposals.by_value(self.order):
            y = y.astype("category").cat.set_categories(list(self.order), ordered=True)
        return features, y, notices

    @cached_property
    def targets(self) -> list[str]:
        """The columns to predict, the target first."""
        return proposals.targets_of(self.target, self.roles)

    @property
    def has_one_target(self) -> bool:
        """Whether one column is predicted."""
        return len(self.targets) == 1

    @property
    def shown_task(self) -> str:
        """The task as a person chose it."""
        return "ordinal" if self.order else str(self.task)

    @cached_property
    def row_columns(self) -> dict[str, str]:
        """Columns with the group, time and weight of rows, by role."""
        return columns_of_rows(self.table.frame, self.targets, self.roles)

    def of_rows(self, role: str) -> pd.Series | None:
        """Return the column of a role for the rows of `split`, None without one.

        Parameters
        ----------
        role : {"group", "time", "weight"}

        Returns
        -------
        pandas.Series or None
        """
        name = self.row_columns.get(role)
        if name is None:
            return None
        return self.table.frame.loc[self.split[0].index, name]

    def splits(self, folds: int) -> dict[str, Any]:
        """Return the arguments of `compare_losses` on folds and weights.

        Parameters
        ----------
        folds : int

        Returns
        -------
        dict of str to object
        """
        by_time = "time" in self.row_columns
        return {
            "cv": TimeSeriesSplit(folds) if by_time else folds,
            "groups": self.of_rows("group"),
            "sample_weight": self.of_rows("weight"),
        }

    @property
    def design(self) -> str:
        """How rows are divided and weighted by their columns, as Markdown."""
        try:
            named = self.row_columns
        except ValueError:  # which `problem_with` reports
            return ""
        return " ".join(report.sentences_on_rows(named, markdown.SENTENCES))

    @cached_property
    def losses(self) -> list[str]:
        """Names of the losses that support the task and the values of the target."""
        known = skloss.list_losses(self.task)
        if self.order:
            known = sorted([*known, *skloss.list_losses("ordinal")])
        return [name for name in known if name not in self.refused_losses]

    @cached_property
    def refused_losses(self) -> dict[str, str]:
        """Losses of the task that the values of the target do not allow, and why."""
        try:
            y = self.split[1].to_numpy()
        except ValueError:
            y = np.array([])
        if not (self.task.has_numbers and y.dtype.kind in "iuf"):
            return {}
        losses = map(skloss.get_loss, skloss.list_losses(self.task))
        reasons = {loss.name: loss.reason_invalid(y) for loss in losses}
        return {name: reason for name, reason in reasons.items() if reason}

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
        if self.order:
            names = *names, *skloss.list_losses("ordinal")
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
        # Several targets share an axis title only if they share their unit.
        units = {unit_of_name(name) for name in self.targets}
        return units.pop() if len(units) == 1 else ""

    @property
    def summary(self) -> str:
        """One line for the header, as Markdown."""
        return " · ".join(
            [
                f"**{markdown.escape(self.table.name)}**",
                self.table.size,
                self._targets_in_words,
                self.shown_task,
            ]
        )

    @property
    def _targets_in_words(self) -> str:
        names = [f"**{markdown.escape(name)}**" for name in self.targets]
        if len(names) == 1:
            return f"target: {names[0]}"
        return f"targets: {wording.join(names, at_most=3)}"

    def problem_with(self, folds: int) -> str:
        """Return why the question cannot be compared with that many folds.

        Parameters
        ----------
        folds : int

        Returns
        -------
        str
            A sentence with a remedy; empty if the comparison can start.

        Examples
        --------
        >>> from skloss.app.session.tables import LoadedTable
        >>> from skloss.app.session.proposals import propose
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
        groups, times = self.of_rows("group"), self.of_rows("time")
        problem = ""
        if groups is not None:
            problem = problem_with_groups(groups, folds)
        if times is not None and self.task.has_classes:
            problem = problem_with_time(y, times.name, folds)
        if problem:
            return problem
        if isinstance(y, pd.DataFrame):
            return problem_with_columns(y, self.task)
        if self.task.has_numbers:
            return problem_with_numbers(y)
        return problem_with_classes(y, self.task, folds)
