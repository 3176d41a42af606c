"""The Python script that repeats a comparison."""

import re
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from skloss.report.expressions import Call, CannotWriteError, Expressions, render
from skloss.report.origin import Origin, find_origin
from skloss.table import make_preprocessor
from skloss.wording import count, shorten

__all__ = ["script"]

_VARIABLES = (
    *("X", "y", "notices", "frame", "roles", "model", "comparison", "table"),
    *("datasets", "compare_losses", "groups", "sample_weight", "cv", "scoring", "cost"),
    *("random_state", *(f"loss_{place}" for place in range(1, 100))),
)
_FROM_SKLOSS = ("compare_losses", "datasets", "table")


def script(comparison: Any) -> str:
    """Write the Python script that repeats a comparison.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        Begins with a line such as ``X, y = ...`` for each thing that cannot be
        written, and a comment on what to fill in. It always compiles.

    Examples
    --------
    >>> from skloss import compare_losses, report
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("diabetes").frame
    >>> X, y = frame[["bmi", "age"]], frame["progression"]
    >>> comparison = compare_losses(X, y, ["mse"], cv=3, source="diabetes")
    >>> print(report.script(comparison))
    from skloss import compare_losses, datasets
    <BLANKLINE>
    frame = datasets.load_sample("diabetes").frame
    X = frame[["bmi", "age"]]
    y = frame["progression"]
    <BLANKLINE>
    # Each fit is an ensemble of 8 networks.
    comparison = compare_losses(
        X,
        y,
        ["mse"],
        task="regression",
        cv=3,
        unit="points",
        source="diabetes",
    )
    print(comparison.summary())
    print(comparison.table)
    """
    return _Script(comparison).text()


class _Script:
    """The parts of a script, collected in the order of its lines."""

    def __init__(self, comparison: Any) -> None:
        self.comparison = comparison
        self.recipe = comparison.recipe
        self.expressions = Expressions(_VARIABLES)
        self.gaps: dict[str, str] = {}
        self.origin = self._origin()

    def text(self) -> str:
        self._abbreviate_preprocessor()
        losses = Call("[", tuple(("", loss) for loss in self._losses()), "]")
        model = self._model()
        call = Call(
            "compare_losses(",
            (("", "X"), ("", "y"), ("", losses), *self._keywords(model)),
        )
        statements = list(self.origin.statements) if self.origin else []
        if self.origin and "roles" in re.findall(r"\w+", model + render(losses)):
            statements += self.origin.roles
        body = [*statements, ""] if statements else []
        if model and "model" not in self.gaps:
            body += [f"model = {model}", ""]
        n_members = self.recipe.n_members
        if n_members > 1:
            body += [f"# Each fit is an ensemble of {n_members} networks."]
        body += [
            f"comparison = {_laid_out(call)}",
            "print(comparison.summary())",
            "print(comparison.table)",
        ]
        text = "\n".join(body)
        return "\n".join([*self._to_fill_in(), *self._imports(text), "", text])

    def _origin(self) -> Origin | None:
        try:
            return find_origin(self.comparison, self.expressions)
        except CannotWriteError as error:
            size = count(self.recipe.n_rows, "row")
            columns = count(self.recipe.n_features, "column")
            self.gaps["X, y"] = (
                f"{size} and {columns} that were compared, since {error}"
            )
            return None

    def _losses(self) -> list[Any]:
        return [
            self._written(f"loss_{place}", loss, f"the loss {label!r}")
            for place, (label, loss) in enumerate(self.recipe.losses.items(), 1)
        ]

    def _model(self) -> str:
        """Return the expression of the estimator, "" if it is the default."""
        if self.recipe.estimator is None:
            return ""
        node = self._written("model", self.recipe.estimator, "the estimator")
        return render(node, taken=8)

    def _abbreviate_preprocessor(self) -> None:
        """Write what `make_preprocessor` returns as a call of it."""
        X, recipe = self.comparison.X, self.recipe
        plain = recipe.estimator is None and not any(
            isinstance(loss, Mapping) for loss in recipe.losses.values()
        )
        if plain or not isinstance(X, pd.DataFrame):
            return
        scratch = Expressions(_VARIABLES)
        calls = {"table.make_preprocessor(X)": None}
        if self.origin is not None:
            calls["table.make_preprocessor(X, roles)"] = self.origin.roles_table
        for call, roles in calls.items():
            try:
                full = render_flat(scratch.of(make_preprocessor(X, roles)))
            except ValueError:
                continue  # these columns cannot be preprocessed, so they were not
            self.expressions.known.setdefault(full, call)

    def _keywords(self, model: str) -> list[tuple[str, Any]]:
        recipe, weight = self.recipe, self.recipe.sample_weight
        keywords = [("estimator=", "model")] if model else []
        keywords += [("task=", f'"{recipe.task}"')]
        keywords += [("cv=", self._written("cv", recipe.cv, "the splitter"))]
        if recipe.groups is not None:
            keywords += [("groups=", self._column("groups", recipe.groups))]
        if recipe.scoring is not None:
            node = self._written("scoring", recipe.scoring, "the scorers")
            keywords += [("scoring=", node)]
        if recipe.cost is not None:
            node = self._written("cost", recipe.cost, "the cost")
            keywords += [("cost=", node)]
        if weight is not None:
            keywords += [("sample_weight=", self._column("sample_weight", weight))]
        if recipe.random_state != 0:
            node = self._written("random_state", recipe.random_state, "the seed")
            keywords += [("random_state=", node)]
        if recipe.unit:
            keywords += [("unit=", self.expressions.of(recipe.unit))]
        if self.origin is not None:
            keywords += [("source=", self.expressions.of(recipe.source.name))]
        return keywords

    def _column(self, variable: str, values: Any) -> Any:
        """Write a value per row: a column of the source, an array, or a gap."""
        name = getattr(values, "name", None)
        array = np.asarray(values)
        if self.origin is not None and name in self.origin.frame.columns:
            column = self.origin.frame[name].to_numpy()
            if column.dtype == array.dtype and np.array_equal(column, array):
                return f"{self.origin.rows}[{render(self.expressions.of(name))}]"
        return self._written(variable, array, f"{variable}, one value per row")

    def _written(self, variable: str, value: Any, what: str) -> Any:
        """Write a value, or remember that the user must fill it in."""
        try:
            return self.expressions.of(value)
        except CannotWriteError as error:
            self.gaps[variable] = f"{what}, since {error}"
            return variable

    def _to_fill_in(self) -> list[str]:
        if not self.gaps:
            return []
        marked = [f"{variable} = ..." for variable in self.gaps]
        comments = ["Before running this script, replace each ... above."]
        comments += [f"{name}: {_printable(why)}." for name, why in self.gaps.items()]
        wrapped = [
            f"# {line}"
            for comment in comments
            for line in textwrap.wrap(comment, 84, break_on_hyphens=False)
        ]
        return [*marked, *wrapped, ""]

    def _imports(self, text: str) -> list[str]:
        """Return the imports of what the text mentions."""
        homes = self.expressions.imports | dict.fromkeys(_FROM_SKLOSS, "skloss")
        by_home: dict[str, list[str]] = {}
        for name, home in homes.items():
            if re.search(rf"(?<![\w.]){name}[^\w =]", text):
                by_home.setdefault(home, []).append(name)
        modules = [m for m in self.expressions.modules if f"{m}." in text]
        return [
            *(f"import {module}" for module in sorted(modules)),
            *(_import(home, sorted(names)) for home, names in sorted(by_home.items())),
        ]


def _import(home: str, names: list[str]) -> str:
    line = f"from {home} import {', '.join(names)}"
    parts = tuple(("", name) for name in names)
    call = Call(f"from {home} import (", parts)
    return line if len(line) <= 88 else render(call)


def render_flat(node: Any) -> str:
    """Return an expression on one line."""
    return render(node, taken=-(10**9))


def _printable(text: str) -> str:
    """Return text that cannot end a comment or be refused by the compiler."""
    return "".join(c if c.isprintable() else "?" for c in shorten(text))


def _laid_out(call: Call) -> str:
    """Give each argument a line of its own, as a call with many of them is read."""
    lines = [
        f"    {name}{render(part, 4, len(name) + 1)}," for name, part in call.parts
    ]
    return "\n".join([call.head, *lines, call.tail])
