"""What a comparison says, as a matrix of marks and as plain sentences."""

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from skloss import metrics
from skloss.app import text
from skloss.metrics import METRICS

BEST, TIE = "●", "≈"

# What the threshold slider shows, by the columns of the threshold table.
_THRESHOLD_SCORES = (
    ("recall", "Recall"),
    ("precision", "Precision"),
    ("f1", "F1"),
    ("balanced_accuracy", "Balanced accuracy"),
)

# The three questions that the sentences answer, by what the person gets.
_QUESTIONS = {
    "regression": {
        "mae": "the smallest typical miss",
        "rmse": "the fewest large misses",
        "nll": "the noise model that is least surprised by new rows",
    },
    "classification": {
        "log_loss": "the most truthful probabilities",
        "balanced_accuracy": "the best decisions when every class counts alike",
        "pr_auc": "the best ranking of the rows",
    },
}


def standing(comparison: Any, metric: str) -> pd.DataFrame:
    """Rank the losses on one metric, with ties judged from paired folds.

    Two losses tie when the interval of their mean difference over the folds covers
    zero. Folds share training rows, so the variance is corrected for that.

    Parameters
    ----------
    comparison : Comparison
    metric : str
        One of the metrics of the comparison.

    Returns
    -------
    DataFrame
        Index loss label, best first; columns mean, se, gap (how much worse than the
        best, never negative) and clear (whether the gap is more than chance). Losses
        without a value are left out.

    References
    ----------
    Nadeau and Bengio (2003), Inference for the Generalization Error, section 3.
    """
    values = comparison.folds[comparison.folds["metric"] == metric]
    by_fold = values.pivot(index="fold", columns="loss", values="value").dropna(axis=1)
    means = by_fold.mean()
    sign = -1.0 if METRICS[metric].greater_is_better else 1.0
    order = (sign * means).sort_values(kind="stable").index
    se = [comparison.table.loc[loss, (metric, "se")] for loss in order]
    best = by_fold[order[0]] if len(order) else None
    worse = [sign * (by_fold[loss] - best) for loss in order]
    return pd.DataFrame(
        {
            "mean": means[order].to_numpy(),
            "se": se,
            "gap": [gap.mean() for gap in worse],
            "clear": [_is_clear(gap.to_numpy()) for gap in worse],
        },
        index=order,
    )


def _is_clear(differences: np.ndarray, level: float = 0.95) -> bool:
    folds = len(differences)
    if folds < 2:
        return False
    overlap = 1 / folds + 1 / (folds - 1)
    se = math.sqrt(overlap * differences.var(ddof=1))
    return bool(differences.mean() > stats.t.ppf((1 + level) / 2, folds - 1) * se)


def metrics_of(comparison: Any) -> list[str]:
    """Return the metrics of a comparison that have a value for some loss."""
    means = comparison.table.xs("mean", axis=1, level=1)
    return [metric for metric in means.columns if means[metric].notna().any()]


def matrix(comparison: Any, unit: str = "") -> pd.DataFrame:
    """Return the table of losses by metrics as text, best and ties marked.

    Parameters
    ----------
    comparison : Comparison
    unit : str
        Unit of the target, shown in the titles of the columns that carry it.

    Returns
    -------
    DataFrame of str
        Markdown. Rows are the losses in the order given.
    """
    stopped = set(comparison.stopped)
    names = [
        name_of(label) + (" (stopped early)" if label in stopped else "")
        for label in comparison.table.index
    ]
    columns = {
        _title(metric, unit): _cells(comparison, metric)
        for metric in metrics_of(comparison)
    }
    return pd.DataFrame(columns, index=pd.Index(names, name="loss"))


def _title(metric: str, unit: str) -> str:
    spec = METRICS[metric]
    arrow = "↑" if spec.greater_is_better else "↓"
    carries = text.escape(unit, 20) if spec.unit == "target" else spec.unit
    return f"{spec.label} {arrow}" + (f" ({carries})" if carries else "")


def _cells(comparison: Any, metric: str) -> list[str]:
    ranked = standing(comparison, metric)
    return [
        _cell(ranked.loc[label], label == ranked.index[0])
        if label in ranked.index
        else "–"
        for label in comparison.table.index
    ]


def _cell(row: pd.Series, is_best: bool) -> str:
    value = text.number(row["mean"])
    error = f" ± {text.number(row['se'], 2)}" if row["se"] > 0 else ""
    if is_best:
        cell = f"**{value}**{error} {BEST}"
    else:
        cell = value + error + ("" if row["clear"] else f" {TIE}")
    # On a narrow screen the table scrolls; a number is not torn from its error.
    return cell.replace(" ", "\u00a0")


def sentences(comparison: Any, unit: str = "") -> list[str]:
    """Say in plain words which loss serves what, as Markdown.

    Parameters
    ----------
    comparison : Comparison
    unit : str
        Unit of the target.
    """
    kind = "regression" if comparison.task == "regression" else "classification"
    present = set(metrics_of(comparison))
    said, undecided = [], []
    for metric, prize in _QUESTIONS[kind].items():
        ranked = standing(comparison, metric) if metric in present else pd.DataFrame()
        if len(ranked) < 2:
            continue
        spec = METRICS[metric]
        carries = spec.unit if spec.unit != "target" else text.escape(unit, 20)
        carries = f" {carries}" if carries else ""
        if ranked["clear"].any():
            said.append(_sentence(ranked, spec, prize, carries))
        else:
            low, high = (text.number(ranked["mean"].iloc[i]) for i in (0, -1))
            undecided.append(f"{prize} ({spec.label} {low} to {high}{carries})")
    if undecided:
        said.append(
            f"The folds show no clear difference for {text.in_words(undecided, 'or')}."
        )
    return said


def _sentence(ranked: pd.DataFrame, spec: Any, prize: str, carries: str) -> str:
    tied = ranked.index[~ranked["clear"]]
    low = text.number(ranked["mean"].iloc[0])
    if len(tied) > 1:
        names = text.in_words([f"**{name_of(loss)}**" for loss in tied])
        return f"{_capital(names)} tie for {prize} ({spec.label} from {low}{carries})."
    gap = _gap(ranked.iloc[1], spec)
    return (
        f"**{_capital(name_of(tied[0]))}** gives {prize} ({spec.label} {low}{carries}, "
        f"{gap} {name_of(ranked.index[1])}, a clear difference)."
    )


def _gap(second: pd.Series, spec: Any) -> str:
    """Word a gap as a share where zero means nothing is lost, else as it is."""
    if spec.unit == "target" and second["mean"] > 0:
        return f"{second['gap'] / second['mean']:.0%} better than"
    return f"{text.number(second['gap'], 2)} better than"


def name_of(label: str) -> str:
    """Return a loss's label in words, safe in Markdown."""
    return text.escape(text.title_of(label), 80)


def _capital(words: str) -> str:
    start = 2 if words.startswith("**") else 0
    return words[:start] + words[start : start + 1].upper() + words[start + 1 :]


def glossary(comparison: Any) -> list[str]:
    """Explain each column of the matrix by its consequence, as Markdown."""
    return [
        f"**{METRICS[metric].label}**: {METRICS[metric].help}"
        for metric in metrics_of(comparison)
    ]


def label_of(metric: str) -> str:
    """Return the short title of a metric."""
    return METRICS[metric].label


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the residual fits of each loss as text, as Markdown.

    Parameters
    ----------
    table : DataFrame
        As :func:`skloss.residuals.residual_table` returns it.
    """
    gap = table["gap"].map("{:+.3f}".format)
    interval = (
        table["low"].map("{:+.3f}".format)
        + " to "
        + table["high"].map("{:+.3f}".format)
    )
    shown = pd.DataFrame(
        {
            "Looks": "**" + table["winner"].str.capitalize() + "**",
            "Laplace ahead by": gap,
            "95 % interval": interval.str.replace(" ", "\u00a0"),
            "Gaussian": table["gaussian"].map(text.number),
            "Laplace": table["laplace"].map(text.number),
        }
    )
    return shown.set_axis(pd.Index(map(name_of, table.index), name="loss"))


def rarest_first(comparison: Any) -> pd.Series:
    """Return the share of rows of each class, rarest first."""
    predictions = comparison.predictions
    truth = predictions.loc[predictions["loss"] == comparison.table.index[0], "y_true"]
    shares = truth.value_counts(normalize=True)
    return shares.sort_values(kind="stable")


def confusion(comparison: Any, loss: str) -> pd.DataFrame:
    """Return the rows of each true class by the class that a loss gave them."""
    rows = _rows_of(comparison, loss)
    return metrics.confusion(rows["y_true"], rows["y_pred"], comparison.classes)


def thresholds(comparison: Any, loss: str, label: Any) -> pd.DataFrame:
    """Return what every threshold on the probability of one class would decide."""
    rows = _rows_of(comparison, loss)
    return metrics.threshold_table(rows["y_true"], rows[f"proba_{label}"], label)


def at_threshold(
    comparison: Any, loss: str, label: Any, threshold: float
) -> list[tuple[str, str]]:
    """Score the rule "call it ``label`` from this probability on".

    Returns
    -------
    list of (title, value)
        Both as text.
    """
    rows = _rows_of(comparison, loss)
    scores = metrics.threshold_table(
        rows["y_true"], rows[f"proba_{label}"], label, thresholds=[threshold]
    ).iloc[0]
    called = f"{int(scores['predicted_positives']):,}"
    return [
        *((title, text.number(scores[name])) for name, title in _THRESHOLD_SCORES),
        ("Rows called it", called),
    ]


def _rows_of(comparison: Any, loss: str) -> pd.DataFrame:
    return comparison.predictions[comparison.predictions["loss"] == loss]


def per_class(comparison: Any, loss: str) -> pd.DataFrame:
    """Return precision, recall and F1 of each class as text, as Markdown."""
    rows = _rows_of(comparison, loss)
    table = metrics.per_class_table(rows["y_true"], rows["y_pred"], comparison.classes)
    shown = pd.DataFrame(
        {
            "Precision": table["precision"].map(text.number),
            "Recall": table["recall"].map(text.number),
            "F1": table["f1"].map(text.number),
            "Rows": table["support"].map("{:,}".format),
        }
    )
    return shown.set_axis(pd.Index(map(text.escape, table.index), name="class"))
