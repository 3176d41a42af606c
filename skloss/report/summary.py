"""The answer of a comparison in plain sentences."""

from typing import Any

import pandas as pd

from skloss.metrics import METRICS
from skloss.report.design import design_sentences
from skloss.report.glossary import in_sentence
from skloss.report.markup import PLAIN, Markup
from skloss.report.matrix import beats_constant, metrics_of, stopped_note
from skloss.report.noise_models import noise_sentence
from skloss.report.recommendation import (
    baseline_sentences,
    estimated,
    recommendation,
)
from skloss.wording import capitalized, join, listed, number, shorten, title_of

__all__ = ["answers", "sentences", "summary"]

# Largest number of tied losses that are named; the rest are counted.
_MAX_NAMED = 4

# What the best loss on a metric achieves, where a comparison has a cost.
_SAVED = {
    "cost": "the lowest cost of predictions taken as decisions",
    "cost_decided": "the lowest cost of decisions from predicted distributions",
}
# What it achieves by kind of target. The other metrics measure nearly the same in other
# units, so their sentences would repeat these.
_ACHIEVED = {
    "numbers": {
        **_SAVED,
        "mae": "the smallest typical error",
        "rmse": "the fewest large errors",
        "nll": "the best noise model for new rows",
    },
    "embeddings": {
        "recall_at_1": "the most rows whose nearest neighbour is a match",
        "map_at_r": "the best ranking of all rows that belong together",
    },
    "views": {
        "recall_at_1": "the most rows whose nearest neighbour is their other view",
        "mean_reciprocal_rank": "the best ranks of the other views",
    },
    "probabilities": {
        **_SAVED,
        "log_loss": "the most accurate probabilities",
        "balanced_accuracy": "the best decisions if all classes count the same",
        "pr_auc": "the best ranking of the rows",
    },
}


def summary(comparison: Any) -> str:
    """Summarise a comparison in plain sentences.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        Plain text, not escaped.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> report.summary(comparison).endswith("Each fit is an ensemble of 8 networks.")
    True
    """
    found = [*sentences(comparison), *design_sentences(comparison)]
    n_members = comparison.recipe.n_members
    if n_members > 1:
        found.append(f"Each fit is an ensemble of {n_members} networks.")
    return " ".join(found)


def sentences(comparison: Any, markup: Markup = PLAIN) -> list[str]:
    """Recommend a loss, and state what the comparison shows.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How names and units are written.

    Returns
    -------
    list of str
        The recommendation, what each loss estimates, which losses are best for each of
        up to three questions or that this is not clear, what baselines achieve if they
        have been computed, and what was not ranked.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> report.sentences(comparison)[1]
    'Squared error estimates the mean, absolute error the median.'
    """
    finished = comparison.table.drop(index=list(comparison.stopped))
    if finished.dropna(how="all").empty:
        return answers(comparison, markup)
    return [
        *recommendation(comparison, markup),
        *estimated(comparison, markup),
        *answers(comparison, markup),
        *baseline_sentences(comparison, markup),
    ]


def answers(comparison: Any, markup: Markup = PLAIN) -> list[str]:
    """Name the best losses for each question, with ties.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How names and units are written.

    Returns
    -------
    list of str
        One for each of up to three questions, and one each about a single loss, about
        classes that are never predicted and about losses that were stopped.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.report.summary import answers
    >>> X, y = load_diabetes(return_X_y=True)
    >>> len(answers(compare_losses(X, y, ["mse", "mae"], cv=3)))
    3
    """
    kind = _kind(comparison.task)
    present = set(metrics_of(comparison))
    found = []
    for metric, achieved in _ACHIEVED[kind].items():
        ranked = comparison.standing(metric) if metric in present else pd.DataFrame()
        if len(ranked) > 1:
            found.append(_answer(comparison, ranked, metric, achieved, markup))
            if metric == "nll" and "y_true" in comparison.predictions:
                found[-1] += f" {markup.text(noise_sentence(comparison))}"
    finished = comparison.table.index.difference(comparison.stopped, sort=False)
    if len(finished) == 1:
        found += _alone(comparison, finished[0], present, kind, markup)
    found += _never_predicted(comparison, markup)
    return found + _stopped(comparison, markup)


def _kind(task: Any) -> str:
    """Return the questions that a task has, a key of what losses achieve."""
    if task.has_embeddings:
        return "views" if task.has_views else "embeddings"
    return "numbers" if task.has_numbers else "probabilities"


def _answer(
    comparison: Any, ranked: pd.DataFrame, metric: str, achieved: str, markup: Markup
) -> str:
    """Name the best losses, unless a constant prediction is as good."""
    best = ranked["mean"].iloc[0]
    if beats_constant(comparison, metric, best):
        return _best(ranked, metric, achieved, comparison.unit, markup)
    unit = _unit(metric, comparison.unit, markup)
    constant = comparison.no_skill[metric]
    return (
        f"No loss is better than a constant prediction in {in_sentence(metric)} "
        f"(at best {number(best)}{unit}, the constant {number(constant)}{unit})."
    )


def _never_predicted(comparison: Any, markup: Markup) -> list[str]:
    """Name the classes that occur and that no loss predicts for any row."""
    rows = comparison.predictions
    if not (comparison.task.has_classes and "y_pred" in rows):
        return []
    predicted = rows["y_pred"].unique()
    missing = [name for name in rows["y_true"].unique() if name not in predicted]
    if not missing:
        return []
    names = markup.text(listed(missing, at_most=3))
    noun = "class" if len(missing) == 1 else "classes"
    return [
        f"No loss ever predicts the {noun} {names}: lower the decision threshold, or "
        "use a loss that weights rare classes."
    ]


def _best(
    ranked: pd.DataFrame, metric: str, achieved: str, unit: str, markup: Markup
) -> str:
    spec = METRICS[metric]
    unit = _unit(metric, unit, markup)
    if not ranked["clear"].any():
        # In ascending order, although the best of some metrics is the highest.
        low, high = (number(f(ranked["mean"].iloc[[0, -1]])) for f in (min, max))
        values = f"{low}{unit} for all" if low == high else f"{low} to {high}{unit}"
        return f"No loss clearly gives {achieved} ({spec.label} {values})."
    reached = number(ranked["mean"].iloc[0])
    # A tie needs that no loss above it is clearly worse than the best.
    tied = ranked.index[~ranked["clear"].cummax()]
    first = markup.strong(_name(tied[0], markup, is_first=True))
    if len(tied) == 1:
        second = _name(ranked.index[1], markup)
        return (
            f"{first} gives {achieved} ({spec.label} {reached}{unit}, "
            f"{_gap(ranked.iloc[1], metric)} {second}, a clear difference)."
        )
    names = [first, *(markup.strong(_name(loss, markup)) for loss in tied[1:])]
    at_most = _MAX_NAMED - 1 if len(names) > _MAX_NAMED else None
    return (
        f"{join(names, at_most)} are tied for {achieved} "
        f"({spec.label} from {reached}{unit})."
    )


def _alone(
    comparison: Any, label: str, present: set, kind: str, markup: Markup
) -> list[str]:
    """Return the scores of a single loss, which cannot be ranked."""
    scores = [
        f"{METRICS[metric].label} "
        f"{number(comparison.table.loc[label, (metric, 'mean')])}"
        f"{_unit(metric, comparison.unit, markup)}"
        for metric in _ACHIEVED[kind]
        if metric in present
    ]
    name = markup.strong(_name(label, markup, is_first=True))
    which = "that was trained to its end" if comparison.stopped else ""
    only = f"{name} is the only loss {which}".rstrip()
    return [f"{only}: {join(scores)}."] if scores else []


def _stopped(comparison: Any, markup: Markup) -> list[str]:
    """Return which losses were stopped, and in how many folds they were trained."""
    if not comparison.stopped:
        return []
    by_note: dict[str, list[str]] = {}
    for loss in comparison.stopped:
        note = stopped_note(comparison, loss).strip(" ()")
        by_note.setdefault(note, []).append(loss)
    found = []
    for note, (first, *others) in by_note.items():
        names = [_name(first, markup, is_first=True)]
        names += [_name(loss, markup) for loss in others]
        verb = "were" if others else "was"
        early, _, folds = note.partition(", ")
        where = f" ({folds})" if folds else ""
        found.append(f"{join(names)} {verb} {early}{where} and not ranked.")
    return found


def _gap(second: pd.Series, metric: str) -> str:
    """Word a gap as a share where zero means no error, else as a number."""
    if METRICS[metric].unit == "target" and second["mean"] > 0:
        return f"{second['gap'] / second['mean']:.0%} better than"
    return f"{number(second['gap'], 2)} better than"


def _unit(metric: str, unit: str, markup: Markup) -> str:
    carried = METRICS[metric].unit
    shown = markup.text(shorten(unit, 20)) if carried == "target" else carried
    return f" {shown}" if shown else ""


def _name(loss: str, markup: Markup, is_first: bool = False) -> str:
    """Return the title of a loss, with a capital at the beginning of a sentence."""
    title = shorten(title_of(loss), 80)
    return markup.text(capitalized(title) if is_first else title)
