"""Losses by metrics, with ties: as numbers, and as text."""

from typing import Any

import pandas as pd

from skloss.metrics import METRICS
from skloss.report.markup import PLAIN, Markup
from skloss.wording import count, shorten, title_of, with_error

__all__ = [
    "BEST",
    "TIED",
    "beats_constant",
    "matrix",
    "matrix_text",
    "metrics_of",
    "stopped_note",
]

#: Marks of the best loss of a column and of those that are tied with it.
BEST, TIED = "●", "≈"
# A mean counts as better than that of a constant beyond this share of it: sums of the
# same numbers in another order differ by less.
_ROUNDING = 1e-9
# A name or a number stays in one piece: on a narrow screen the table scrolls.
_HARD_SPACE = "\u00a0"


def metrics_of(comparison: Any) -> list[str]:
    """Return the metrics of a comparison that have a value for some loss.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    list of str

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3, scoring=["mae", "rmse"])
    >>> report.metrics_of(comparison)
    ['mae', 'rmse']
    """
    means = comparison.table.xs("mean", axis=1, level=1)
    return [metric for metric in means.columns if means[metric].notna().any()]


def beats_constant(comparison: Any, metric: str, mean: float) -> bool:
    """Return whether a mean score is better than that of the best constant.

    Parameters
    ----------
    comparison : Comparison
    metric : str
    mean : float
        Mean of a loss.

    Returns
    -------
    bool
        True too where no constant is scored, as for a custom scorer.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3)
    >>> report.beats_constant(comparison, "r2", 0.4)
    True
    >>> report.beats_constant(comparison, "r2", -0.1)
    False
    """
    constant = comparison.no_skill.get(metric, float("nan"))
    if pd.isna(constant):
        return True
    lead = mean - constant if METRICS[metric].greater_is_better else constant - mean
    return bool(lead > _ROUNDING * abs(constant))


def matrix(comparison: Any) -> pd.DataFrame:
    """Return the scores of losses by metrics, the best and its ties marked.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    DataFrame
        Index loss, in the order of the comparison. Columns (metric, "mean"),
        (metric, "se") and (metric, "mark"), which is "best", "tied" or "". Losses
        that were stopped, or that lack a value in some fold, are not ranked and so
        have no mark; the latter have no mean either. A metric on which no loss is
        better than the best constant has no marks.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> sorted(report.matrix(comparison)["mae", "mark"])[-1]
    'tied'
    """
    parts = {}
    for metric in metrics_of(comparison):
        ranked = comparison.standing(metric)
        unranked = comparison.table.loc[list(comparison.stopped), metric]
        scores = pd.concat([ranked[["mean", "se"]], unranked])
        part = scores.reindex(comparison.table.index)
        # The first is the best even where other losses reach the same mean.
        # A tie needs that no loss above it is clearly worse than the best.
        marks = ranked["clear"].cummax().map({True: "", False: "tied"})
        if ranked["gap"].isna().all():
            marks[:] = ""
        elif len(ranked):
            marks = marks.where(marks.index != ranked.index[0], "best")
            if not beats_constant(comparison, metric, ranked["mean"].iloc[0]):
                marks[:] = ""
        parts[metric] = part.assign(mark=marks.reindex(part.index).fillna(""))
    if not parts:  # nothing was trained
        columns = pd.MultiIndex.from_arrays([[], []])
        return pd.DataFrame(index=comparison.table.index, columns=columns)
    return pd.concat(parts, axis=1).rename_axis(index="loss")


def matrix_text(
    comparison: Any,
    baselines: pd.DataFrame | None = None,
    *,
    awaited: bool = False,
    markup: Markup = PLAIN,
    sort_by: str | None = None,
    worst_first: bool = False,
) -> pd.DataFrame:
    """Return `matrix` as text, one column per metric.

    Parameters
    ----------
    comparison : Comparison
    baselines : DataFrame, optional
        As `Comparison.references` returns it: rows below the losses, in brackets and
        unmarked.
    awaited : bool
        Whether baselines are being computed; the rows of those that are not among
        ``baselines`` then hold an ellipsis.
    markup : Markup
        How names and units are written, and the best mean of each column.
    sort_by : str, optional
        Metric by which all rows are sorted, the best first; rows without a score are
        last. By default losses are in the order of the comparison.
    worst_first : bool
        Whether the worst is first.

    Returns
    -------
    DataFrame of str
        Index loss, then baselines unless rows are sorted. A column is titled by its
        metric, an arrow towards better values and the unit.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3, scoring="mae", unit="mm")
    >>> text = report.matrix_text(comparison)
    >>> text.columns.tolist(), text.iloc[0, 0][-1]
    (['MAE ↓ (mm)'], '●')
    """
    scores = matrix(comparison)
    shown = () if baselines is None else tuple(baselines.index)
    if awaited:
        shown += tuple(n for n in comparison.task.baselines if n not in shown)
    columns = {
        _title(metric, comparison.unit, markup): [
            *(_cell(*row, markup) for row in scores[metric].to_numpy()),
            *(_baseline(baselines, name, metric) for name in shown),
        ]
        for metric in scores.columns.unique(level=0)
    }
    names = [
        _name(label, markup) + stopped_note(comparison, label) for label in scores.index
    ]
    names += [f"({_name(name, markup)})" for name in shown]
    text = pd.DataFrame(columns, index=pd.Index(names, name="loss"))
    if sort_by is None:
        return text
    means = [*scores[sort_by, "mean"], *(_mean(baselines, n, sort_by) for n in shown)]
    spec = METRICS.get(sort_by)  # of a scorer of the user, more is better
    falls = (spec is None or spec.greater_is_better) != worst_first
    order = pd.Series(means, dtype=float).sort_values(
        ascending=not falls, kind="stable", na_position="last"
    )
    return text.iloc[order.index]


def stopped_note(comparison: Any, label: str) -> str:
    """Return a note in brackets on a loss that was stopped, else an empty string."""
    if label not in comparison.stopped:
        return ""
    folds = comparison.folds[comparison.folds["loss"] == label]
    has_scores = folds.groupby("fold")["value"].count() > 0
    n_trained, n_folds = int(has_scores.sum()), len(has_scores)
    if n_trained == n_folds:
        return " (stopped early)"
    return f" (stopped early, trained in {n_trained} of {count(n_folds, 'fold')})"


def _title(metric: str, unit: str, markup: Markup) -> str:
    if metric not in METRICS:  # a scorer of the user
        return f"{markup.text(shorten(metric, 40))} ↑"
    spec = METRICS[metric]
    arrow = ("↑" if spec.greater_is_better else "↓") if spec.is_ranked else ""
    carried = markup.text(shorten(unit, 20)) if spec.unit == "target" else spec.unit
    parts = [spec.label, arrow, f"({carried})" if carried else ""]
    return " ".join(filter(None, parts))


def _cell(mean: float, se: float, mark: str, markup: Markup) -> str:
    if pd.isna(mean):
        return "–"
    value, plus_minus, error = _whole(with_error(mean, se)).partition("±")
    if mark == "best":
        number = value.rstrip(_HARD_SPACE)
        space = value[len(number) :]
        value = markup.strong(number) + space
    sign = {"best": BEST, "tied": TIED, "": ""}[mark]
    return value + plus_minus + error + (f"{_HARD_SPACE}{sign}" if sign else "")


def _mean(baselines: pd.DataFrame | None, name: str, metric: str) -> float:
    if baselines is None or name not in baselines.index:
        return float("nan")
    if metric not in baselines.columns.unique(level=0):
        return float("nan")
    return float(baselines.loc[name, (metric, "mean")])


def _baseline(baselines: pd.DataFrame | None, name: str, metric: str) -> str:
    if baselines is None or name not in baselines.index:
        return "…"
    # Scorers of the user and of scikit-learn are not computed for baselines.
    if metric not in baselines.columns.unique(level=0):
        return "–"
    return _whole(with_error(*baselines.loc[name, metric][["mean", "se"]]))


def _name(label: str, markup: Markup) -> str:
    return _whole(markup.text(shorten(title_of(label), 80)))


def _whole(text: str) -> str:
    return text.replace(" ", _HARD_SPACE)
