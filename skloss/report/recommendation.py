"""What to use, in one sentence, and what losses and baselines are compared on."""

from typing import Any

from skloss.diagnostics.checks.boosting_better import boosting_gains
from skloss.metrics import METRICS
from skloss.report.glossary import in_sentence
from skloss.report.markup import PLAIN, Markup
from skloss.report.matrix import beats_constant, metrics_of
from skloss.wording import (
    capitalized,
    count,
    join,
    number,
    shorten,
    title_of,
)

__all__ = ["baseline_sentences", "estimated", "fold_sentences", "recommendation"]

# What a choice of the loss is judged by, in this order; the remaining metrics measure
# nearly the same in other units. Where decisions have a cost, it alone matters.
_COSTS = {"cost_decided": "the cost of decisions", "cost": "the cost of predictions"}
_NUMBERS = ("mae", "rmse", "nll")
_PROBABILITIES = ("log_loss", "balanced_accuracy", "pr_auc")
# Baselines are stated on the first of these that the comparison has.
_STATED = ("rmse", "mae", "log_loss")


def recommendation(comparison: Any, markup: Markup = PLAIN) -> list[str]:
    """Recommend a loss, or state that the choice of the loss is not the limit.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How names and units are written.

    Returns
    -------
    list of str
        One sentence; none if fewer than two losses can be ranked.

    Notes
    -----
    A loss that is best or tied on every main metric is recommended, the one that is
    best on most of them; all of them if no loss is clearly worse on any. Otherwise the
    best loss of each metric is named. If decisions have a cost, it is the only main
    metric. Metrics on which no loss beats a constant are left out. If gradient boosting
    is clearly better (`skloss.diagnostics`), this is part of the sentence. One or two
    folds cannot show a clear difference, so that there is no recommendation.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.report.recommendation import recommendation
    >>> X, y = load_diabetes(return_X_y=True)
    >>> len(recommendation(compare_losses(X, y, ["mse", "mae"], cv=3)))
    1
    """
    ranked = {metric: comparison.standing(metric) for metric in _main(comparison)}
    ranked = {metric: one for metric, one in ranked.items() if len(one) > 1}
    if not ranked:
        return []
    useful = {
        metric: one
        for metric, one in ranked.items()
        if beats_constant(comparison, metric, one["mean"].iloc[0])
    }
    if not useful:
        return [
            f"Use none of these yet: in {_labels(ranked)} no loss is better than a "
            "constant prediction."
        ]
    few_folds = fold_sentences(comparison)
    if few_folds:
        return few_folds
    boosting = boosting_gains(comparison)
    return [_use(comparison, useful, boosting, markup)]


def _main(comparison: Any) -> list[str]:
    """Return the metrics that a choice is judged by."""
    names = _NUMBERS if comparison.task.has_numbers else _PROBABILITIES
    present = set(metrics_of(comparison))
    costs = [name for name in _COSTS if name in present]
    return costs or [name for name in names if name in present]


def _use(comparison: Any, ranked: dict, boosting: list, markup: Markup) -> str:
    """Return the sentence on losses that beat a constant."""
    tied = {metric: _tied(one) for metric, one in ranked.items()}
    every = [set(one.index) for one in ranked.values()]
    common = set.intersection(*map(set, tied.values()))
    limit = ""
    if boosting:
        metric, gain, *_ = boosting[0]
        limit = (
            f"gradient boosting is {gain:.0%} better ({METRICS[metric].label} "
            f"{number(boosting[0][2])} instead of {number(boosting[0][3])})"
        )
    if common == set.union(*every):
        if limit:
            return f"Any of these; the network, not the loss, is the limit: {limit}."
        return f"Any of these: no loss is clearly worse in {_labels(ranked)}."
    if common:
        firsts = [one.index[0] for one in ranked.values()]
        order = [*dict.fromkeys([*firsts, *next(iter(tied.values()))])]
        best = max((one for one in order if one in common), key=firsts.count)
        sentence = f"Use {_strong(best, markup)}: {_reason(best, ranked, tied)}"
    else:
        groups: dict[str, list[str]] = {}
        for metric, one in ranked.items():
            groups.setdefault(one.index[0], []).append(metric)
        parts = [
            f"{_strong(loss, markup)} for {_labels(metrics)}"
            for loss, metrics in groups.items()
        ]
        sentence = f"Use {join(parts)}: no loss is among the best in all of these"
    return f"{sentence}, but {limit}." if limit else f"{sentence}."


def _reason(best: str, ranked: dict, tied: dict) -> str:
    """Return on which metrics the recommended loss is ahead, tied or best."""
    alone = [metric for metric, losses in tied.items() if losses == [best]]
    shared = [metric for metric in ranked if metric not in alone]
    parts = [f"clearly the best in {_labels(alone)}"] if alone else []
    if shared:
        verb = "and " if alone else ""
        parts.append(f"{verb}not clearly worse than any other in {_labels(shared)}")
    return " ".join(parts)


def _tied(ranked: Any) -> list[str]:
    """Return the best loss and those that are not clearly worse, best first."""
    return list(ranked.index[~ranked["clear"].cummax()])


def _labels(metrics: Any) -> str:
    return join([_COSTS.get(m, in_sentence(m)) for m in metrics])


def _strong(loss: str, markup: Markup) -> str:
    return markup.strong(markup.text(shorten(title_of(loss), 80)))


def estimated(comparison: Any, markup: Markup = PLAIN) -> list[str]:
    """State what each loss estimates.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How names are written.

    Returns
    -------
    list of str
        One sentence; none if it is not known of any loss.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.report.recommendation import estimated
    >>> X, y = load_diabetes(return_X_y=True)
    >>> estimated(compare_losses(X, y, ["mse", "mae"], cv=3))
    ['Squared error estimates the mean, absolute error the median.']
    """
    groups: dict[str, list[str]] = {}
    for label, loss in comparison.losses.items():
        if loss.functional:
            groups.setdefault(loss.functional.describe(), []).append(label)
    parts = []
    for functional, labels in groups.items():
        names = [markup.text(shorten(title_of(label), 80)) for label in labels]
        verb = (" estimate " if len(names) > 1 else " estimates ") if not parts else " "
        # A plural or a formula takes no article.
        article = "" if functional.endswith("s") or "(" in functional else "the "
        parts.append(f"{join(names)}{verb}{article}{functional}")
    return [f"{capitalized(', '.join(parts))}."] if parts else []


def baseline_sentences(comparison: Any, markup: Markup = PLAIN) -> list[str]:
    """Compare the best loss with the baselines, if they have been computed.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How the unit is written.

    Returns
    -------
    list of str
        One sentence, or none.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.report.recommendation import baseline_sentences
    >>> X, y = load_diabetes(return_X_y=True)
    >>> baseline_sentences(compare_losses(X, y, ["mse", "mae"], cv=3))
    []
    """
    known = comparison.baselines
    if known is None:
        return []
    for metric in (one for one in _STATED if one in metrics_of(comparison)):
        ranked = comparison.standing(metric)
        if not len(ranked):
            continue
        carried = METRICS[metric].unit == "target"
        unit = f" {markup.text(shorten(comparison.unit, 20))}" if carried else " nats"
        scores = [
            f"{title_of(name).lower()} {number(known.loc[name, (metric, 'mean')])}"
            for name in known.index
        ]
        best = number(ranked["mean"].iloc[0])
        return [
            f"Baselines in {in_sentence(metric)}: {join(scores)}, the best loss "
            f"{best}{unit.rstrip()}."
        ]
    return []


def fold_sentences(comparison: Any) -> list[str]:
    """State that one or two folds cannot show a clear difference.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    list of str
        One sentence, or none.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.report.recommendation import fold_sentences
    >>> X, y = load_diabetes(return_X_y=True)
    >>> fold_sentences(compare_losses(X, y, ["mse", "mae"], cv=3))
    []
    """
    n_folds = comparison.folds["fold"].nunique()
    if n_folds > 2 or len(comparison.table) < 2:
        return []
    return [
        f"With {count(n_folds, 'fold')} nothing can be clear, so no loss is "
        "recommended: use five folds or more, or repeat them."
    ]
