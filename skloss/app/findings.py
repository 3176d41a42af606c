"""What a comparison says, as a matrix of marks and as plain sentences."""

from typing import Any

import pandas as pd

from skloss import metrics, noise, wording
from skloss.app import markdown
from skloss.metrics import METRICS

BEST, TIE = "●", "≈"
#: Rows of `Comparison.references`.
REFERENCES = ["constant", "gradient_boosting"]
_HARD_SPACE = "\u00a0"
_NAMED = 4  # tied losses at most before the rest are counted

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
        "nll": "the best noise model for new rows",
    },
    "classification": {
        "log_loss": "the most truthful probabilities",
        "balanced_accuracy": "the best decisions when every class counts alike",
        "pr_auc": "the best ranking of the rows",
    },
}


def metrics_of(comparison: Any) -> list[str]:
    """Return the metrics of a comparison that have a value for some loss."""
    means = comparison.table.xs("mean", axis=1, level=1)
    return [metric for metric in means.columns if means[metric].notna().any()]


def matrix(
    comparison: Any,
    unit: str = "",
    references: pd.DataFrame | None = None,
    awaited: bool = False,
) -> pd.DataFrame:
    """Return the table of losses by metrics as text, best and ties marked.

    Parameters
    ----------
    comparison : Comparison
    unit : str
        Unit of the target, shown in the titles of the columns that carry it.
    references : DataFrame, optional
        As `Comparison.references` returns it: rows below the losses, in brackets and
        unmarked.
    awaited : bool
        Whether they are still being computed and have their place kept.

    Returns
    -------
    DataFrame of str
        Markdown. Rows are the losses in the order given, then the references.
    """
    stopped = set(comparison.stopped)
    names = [
        _whole(name_of(label)) + (" (stopped early)" if label in stopped else "")
        for label in comparison.table.index
    ]
    beside = REFERENCES if awaited or references is not None else []
    columns = {
        _title(metric, unit): [
            *map(_whole, _cells(comparison, metric)),
            *(_whole(_reference_cell(references, name, metric)) for name in beside),
        ]
        for metric in metrics_of(comparison)
    }
    names += [_whole(f"({wording.title_of(name)})") for name in beside]
    return pd.DataFrame(columns, index=pd.Index(names, name="loss"))


def _whole(cell: str) -> str:
    """Keep a name or a number in one piece: on a narrow screen the table scrolls."""
    return cell.replace(" ", _HARD_SPACE)


def _title(metric: str, unit: str) -> str:
    spec = METRICS[metric]
    arrow = "↑" if spec.greater_is_better else "↓"
    carries = markdown.escape(unit, 20) if spec.unit == "target" else spec.unit
    return f"{spec.label} {arrow}" + (f" ({carries})" if carries else "")


def _cells(comparison: Any, metric: str) -> list[str]:
    ranked = comparison.standing(metric)
    return [
        _cell(ranked.loc[label], label == ranked.index[0])
        if label in ranked.index
        else "–"
        for label in comparison.table.index
    ]


def _cell(row: pd.Series, is_best: bool) -> str:
    shown = wording.with_error(row["mean"], row["se"])
    if not is_best:
        return shown + ("" if row["clear"] else f" {TIE}")
    value, plus_minus, error = shown.partition(" ± ")
    return f"**{value}**{plus_minus}{error} {BEST}"


def _reference_cell(references: pd.DataFrame | None, name: str, metric: str) -> str:
    if references is None:
        return "…"
    return wording.with_error(*references.loc[name, metric][["mean", "se"]])


def sentences(comparison: Any, unit: str = "") -> list[str]:
    """Say in plain words which loss serves what, as Markdown.

    Parameters
    ----------
    comparison : Comparison
    unit : str
        Unit of the target.

    Returns
    -------
    list of str
        One for each of three questions; none for a single loss, which is no choice.
    """
    kind = "regression" if comparison.task == "regression" else "classification"
    present = set(metrics_of(comparison))
    said = []
    for metric, prize in _QUESTIONS[kind].items():
        ranked = comparison.standing(metric) if metric in present else pd.DataFrame()
        if len(ranked) > 1:
            said.append(_sentence(ranked, METRICS[metric], prize, unit))
            if metric == "nll":
                said[-1] += f" {_noise(comparison, ranked.index[0])}"
    return said


def _sentence(ranked: pd.DataFrame, spec: Any, prize: str, unit: str) -> str:
    carries = spec.unit if spec.unit != "target" else markdown.escape(unit, 20)
    carries = f" {carries}" if carries else ""
    low, high = (wording.number(ranked["mean"].iloc[place]) for place in (0, -1))
    if not ranked["clear"].any():
        return f"No loss clearly gives {prize} ({spec.label} {low} to {high}{carries})."
    tied = ranked.index[~ranked["clear"]]
    if len(tied) == 1:
        second = name_of(ranked.index[1])
        return (
            f"**{wording.capitalized(name_of(tied[0]))}** gives {prize} ({spec.label} "
            f"{low}{carries}, {_gap(ranked.iloc[1], spec)} {second}, a clear "
            "difference)."
        )
    names = [f"**{name_of(loss)}**" for loss in tied]
    named = _NAMED - 1 if len(names) > _NAMED else None
    return (
        f"{wording.capitalized(wording.join(names, named))} tie for {prize} "
        f"({spec.label} from {low}{carries})."
    )


def _noise(comparison: Any, loss: str) -> str:
    fit = noise.residual_fit(noise.residuals_of(comparison.predictions, loss))
    if fit.winner == "undecided":
        return "Whether the noise is Gaussian or Laplace is undecided."
    return (
        f"The noise looks {fit.winner.capitalize()} "
        f"({wording.number(abs(fit.gap), 2)} nats per row)."
    )


def _gap(second: pd.Series, spec: Any) -> str:
    """Word a gap as a share where zero means nothing is lost, else as it is."""
    if spec.unit == "target" and second["mean"] > 0:
        return f"{second['gap'] / second['mean']:.0%} better than"
    return f"{wording.number(second['gap'], 2)} better than"


def name_of(label: str) -> str:
    """Return a loss's label in words, safe in Markdown."""
    return markdown.escape(wording.title_of(label), 80)


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
        As :func:`skloss.noise.residual_table` returns it.
    """
    shown = pd.DataFrame(
        {
            "Looks": "**" + table["winner"].str.capitalize() + "**",
            "Laplace ahead by": table["gap"].map(_signed),
            "95 % interval": [
                _whole(f"{_signed(low)} to {_signed(high)}")
                for low, high in table[["low", "high"]].to_numpy()
            ],
            "Gaussian": table["gaussian"].map(_signed).str.removeprefix("+"),
            "Laplace": table["laplace"].map(_signed).str.removeprefix("+"),
        }
    )
    return shown.set_axis(pd.Index(map(name_of, table.index), name="loss"))


def _signed(nats: float) -> str:
    return "–" if pd.isna(nats) else f"{nats:+.3f}".replace("-", "−")


def worst_rows(
    comparison: Any, loss: str, features: pd.DataFrame, target: str
) -> pd.DataFrame:
    """Return the rows that a loss serves worst, with their features.

    Parameters
    ----------
    comparison : Comparison
    loss : str
    features : DataFrame
        The rows that were compared, indexed by their place in the table.
    target : str
        Name of the column that was predicted.

    Returns
    -------
    DataFrame
        For a table of plain text. Indexed by the number of the row, from 1.
    """
    found = metrics.worst_rows(comparison.predictions, loss)
    rows = features.iloc[found["row"].to_numpy()]
    words = {
        "y_true": f"true {target}",
        "y_pred": f"predicted {target}",
        "miss": "missed by",
        "proba_true": "probability of the truth",
    }
    said = found.drop(columns="row").rename(columns=words)
    # A feature may be called like that too, and no two columns may.
    said = said.rename(columns=lambda name: name + " *" * (name in rows))
    number = pd.Index(rows.index + 1, name="row")
    return pd.concat([said.set_axis(number), rows.set_axis(number)], axis=1)


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
        *((title, wording.number(scores[name])) for name, title in _THRESHOLD_SCORES),
        ("Rows called it", called),
    ]


def tuned(comparison: Any, label: Any) -> pd.DataFrame:
    """Return what each loss catches of a class, before and after tuning, as text."""
    found = metrics.tuned_thresholds(comparison.predictions, label)
    words = {
        "decided": "F1 as decided",
        "tuned": "F1 with a tuned threshold",
        "threshold": "Threshold",
    }
    shown = found.rename(columns=words).map(wording.number)
    return shown.set_axis(pd.Index(map(name_of, found.index), name="loss"))


def _rows_of(comparison: Any, loss: str) -> pd.DataFrame:
    return comparison.predictions[comparison.predictions["loss"] == loss]


def per_class(comparison: Any, loss: str) -> pd.DataFrame:
    """Return precision, recall and F1 of each class as text, the rarest class first."""
    rows = _rows_of(comparison, loss)
    table = metrics.per_class_table(rows["y_true"], rows["y_pred"], comparison.classes)
    table = table.sort_values("support", kind="stable")
    shown = pd.DataFrame(
        {
            "Precision": table["precision"].map(wording.number),
            "Recall": table["recall"].map(wording.number),
            "F1": table["f1"].map(wording.number),
            "Rows": table["support"].map("{:,}".format),
        }
    )
    return shown.set_axis(pd.Index(map(markdown.escape, table.index), name="class"))
