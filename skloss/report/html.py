"""A comparison as HTML: one self-contained page, and a table for notebooks."""

import json
import os
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any, TextIO

import numpy as np

from skloss.diagnostics import group_findings, run_checks
from skloss.report.classes import class_shares
from skloss.report.design import design_sentences
from skloss.report.glossary import glossary
from skloss.report.markup import Markup
from skloss.report.matrix import BEST, TIED, matrix_text, metrics_of
from skloss.report.script import script
from skloss.report.summary import sentences
from skloss.wording import count, shorten

__all__ = ["HTML", "html_table", "write_html"]

#: Names escaped for HTML, the best in bold.
HTML = Markup(lambda text: escape(str(text)), lambda text: f"<b>{text}</b>")


def html_table(comparison: Any) -> str:
    """Return the sentences and the matrix of a comparison as a fragment of HTML.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        Without scripts, styles or links, for the output of a notebook.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> report.html_table(comparison)[:3]
    '<p>'
    """
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences(comparison, HTML))
    return f"{text}{_table(comparison)}<p>{_key(comparison)}</p>"


def write_html(comparison: Any, path: str | os.PathLike | TextIO) -> None:
    """Write a comparison as one self-contained page.

    Parameters
    ----------
    comparison : Comparison
    path : str, Path or file
        A file is open for text.

    Raises
    ------
    ImportError
        If jinja2 or plotly is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "report.html")
    ...     report.write_html(compare_losses(X, y, ["mse", "mae"], cv=3), path)
    ...     path.read_text(encoding="utf-8")[:15]
    '<!doctype html>'
    """
    if not isinstance(path, (str, os.PathLike)) and not hasattr(path, "write"):
        raise TypeError(f"path must be the location of a file, got {path!r}.")
    page = _page(comparison)
    if not isinstance(path, (str, os.PathLike)):
        path.write(page)
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def _page(comparison: Any) -> str:
    try:
        import jinja2
        from markupsafe import Markup as Safe
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise ImportError(
            f"to_html requires {error.name}; install skloss[app]."
        ) from error
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    template = environment.from_string(
        files("skloss.report").joinpath("page.html").read_text(encoding="utf-8")
    )
    figures = [
        {**words, "json": Safe(_as_script(words["json"]))}
        for words in _figures(comparison)
    ]
    return template.render(
        title=f"Comparison of losses for {shorten(comparison.target, 60)}",
        facts=_facts(comparison),
        sentences=[
            Safe(text)
            for text in (
                *sentences(comparison, HTML),
                *design_sentences(comparison, HTML),
            )
        ],
        table=Safe(_table(comparison)),
        key=_key(comparison),
        glossary=glossary(comparison),
        checks=group_findings(run_checks(comparison)),
        figures=figures,
        recipe=recipe_in_words(comparison),
        script=script(comparison),
        plotly=Safe(get_plotlyjs()),
    )


def _table(comparison: Any) -> str:
    text = matrix_text(comparison, comparison.baselines, markup=HTML)
    text.index.name = None
    # Names are escaped already, and the best number of each column is in bold.
    return text.to_html(escape=False, border=0)


def _key(comparison: Any) -> str:
    key = (
        f"{BEST} best of its column · {TIED} not clearly worse than the best · "
        "a column without marks: no loss is better than a constant · ± standard error "
        "over "
        f"{count(len(comparison.splits), 'fold')}"
    )
    if comparison.baselines is None:
        return key
    return f"{key} · in brackets: baselines, which are not ranked"


def _facts(comparison: Any) -> list[str]:
    """Return what was compared on what, in a few words each."""
    recipe = comparison.recipe
    facts = [recipe.source.name] if recipe.source is not None else []
    facts += [count(recipe.n_rows, "row"), count(recipe.n_features, "feature")]
    return [*facts, comparison.task, count(len(comparison.splits), "fold")]


def recipe_in_words(comparison: Any) -> dict[str, str]:
    """Return how a comparison was made, as names and values in words."""
    recipe = comparison.recipe
    shown = {
        "Task": f"{recipe.task}: {recipe.task.label}",
        "Target": comparison.target,
        "Unit": comparison.unit,
        "Source": recipe.source.name if recipe.source is not None else "",
        "Losses": ", ".join(_losses(recipe)),
        "Estimator": _estimator(recipe.estimator),
        "Networks per fit": str(recipe.n_members) if recipe.n_members > 1 else "",
        "Splits": _splits(comparison),
        "Groups": _name_of(recipe.groups),
        "Weights": _name_of(recipe.sample_weight),
        "Random state": repr(recipe.random_state),
        "Versions": ", ".join(f"{k} {v}" for k, v in recipe.versions.items()),
    }
    return {name: shorten(value, 500) for name, value in shown.items() if value}


def _name_of(values: Any) -> str:
    """Return the name of a value per row, empty if there is none."""
    if values is None:
        return ""
    name = getattr(values, "name", None)
    return "given" if name is None else str(name)


def _losses(recipe: Any) -> list[str]:
    """Return each label, with the parameters of a loss that was given as an object."""
    return [
        f"{label}: {_object(label, loss)!r}"
        if hasattr(_object(label, loss), "get_params")
        else str(label)
        for label, loss in recipe.losses.items()
    ]


def _object(label: str, given: Any) -> Any:
    """Return what was given for a row; of a contender, its estimator."""
    return given[label] if isinstance(given, Mapping) else given


def _splits(comparison: Any) -> str:
    cv, folds = comparison.recipe.cv, count(len(comparison.splits), "fold")
    if hasattr(cv, "split"):
        return f"{folds}, {cv!r}"
    if cv is None:
        return f"{folds}, in the order of the rows"
    if not np.isscalar(cv):
        return f"{folds}, given row by row"
    if comparison.recipe.groups is not None:
        kept = " and classes stratified" if comparison.task.is_stratified else ""
        return f"{folds}, shuffled, rows of a group in the same fold{kept}"
    kept = ", stratified by class" if comparison.task.is_stratified else ""
    return f"{folds}, shuffled{kept}"


def _estimator(estimator: Any) -> str:
    return "default" if estimator is None else repr(estimator)


def _figures(comparison: Any) -> list[dict[str, Any]]:
    """Return the figures of a task as JSON, with their words."""
    # Imported here because plotly is not needed for sentences and tables.
    from skloss import figures

    drawn = _predictions(figures, comparison)
    drawn += [
        figures.fold_scores(comparison, metric)
        for metric in metrics_of(comparison)[:1]  # none if nothing was trained
    ]
    drawn.append(figures.learning_curves(comparison))
    return [
        {
            "json": figure.to_json(),
            "caption": figure.layout.meta["caption"],
            "alt": figure.layout.meta["alt"],
            "height": figure.layout.height,
        }
        for figure in drawn
    ]


def _predictions(figures: Any, comparison: Any) -> list[Any]:
    """Return the figures of held-out predictions, if there are some of one target."""
    if "y_true" not in comparison.predictions or comparison.predictions.empty:
        return []
    first = comparison.predictions["loss"].iloc[0]
    if comparison.task.has_embeddings:
        best = comparison.winners().get("recall_at_1", first)
        return [
            figures.embedding_scatter(comparison, best),
            figures.similarity_matrix(comparison, best),
        ]
    if comparison.task.has_numbers:
        best = comparison.winners().get("mae", first)
        return [
            figures.prediction_vs_truth(comparison),
            figures.residual_histogram(comparison, best),
        ]
    best = comparison.winners().get("balanced_accuracy", first)
    rarest = class_shares(comparison).index[0]
    return [
        figures.confusion_matrix(comparison, best),
        figures.precision_recall_curves(comparison, rarest),
    ]


def _as_script(text: str) -> str:
    """Return JSON that can stand in a script element, whatever its strings hold."""
    codes = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
    return json.dumps(json.loads(text)).translate(codes)
