"""Reliability diagram: observed frequencies against predicted probabilities."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
from scipy.special import ndtri

from skloss.figures import class_scores, row_weights
from skloss.figures.canvas import (
    add_reference_line,
    hover,
    new_figure,
    show_message,
    show_square,
)
from skloss.figures.style import NEUTRAL, loss_styles, styles_of
from skloss.figures.target_names import name_of_class
from skloss.figures.text import distinct, not_ranked, plot_text
from skloss.metrics import METRICS, ece_bias
from skloss.wording import display_name, join, title_of

__all__ = ["class_reliability", "recovered_reliability", "reliability"]

# Groups of rows, the number that the calibration error in the caption uses too.
_GROUPS = 10
# Half-width of a 95% interval in standard deviations.
_Z = ndtri(0.975)


def reliability(y_true, probabilities, label="the event", *, sample_weight=None):
    """Draw observed frequencies against probabilities, a line for each way to get them.

    Parameters
    ----------
    y_true : array-like of bool, of shape (n_samples,)
        Whether each row has the label.
    probabilities : dict of str to array-like of shape (n_samples,)
        Probabilities of the label by name, such as those before and after they are
        recovered from the scores of a loss.
    label : object
        What the probabilities are of.
    sample_weight : array-like of shape (n_samples,), optional

    Returns
    -------
    plotly.graph_objects.Figure
        Ten groups of equally many rows in the order of their probability, with 95%
        intervals (Wilson 1927; with weights, of the effective size of Kish 1965).

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> from scipy.special import expit
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import TorchClassifier, figures
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> model = TorchClassifier("focal", hidden_layer_sizes=()).fit(X[:300], y[:300])
    >>> before = expit(model.decision_function(X[300:]))
    >>> after = model.predict_proba(X[300:])[:, 1]
    >>> figure = figures.reliability(
    ...     y[300:] == 1, {"sigmoid of the scores": before, "predict_proba": after}
    ... )
    >>> [trace.name for trace in figure.data if trace.name]
    ['sigmoid of the scores', 'predict_proba']
    """
    truth = np.asarray(y_true, dtype=bool)
    weight = np.ones(len(truth)) if sample_weight is None else sample_weight
    weight = _checked("sample_weight", weight, truth)
    found = {name: _checked(name, p, truth) for name, p in probabilities.items()}
    figure = new_figure(
        "Do probabilities match frequencies?",
        x=f"mean probability of {plot_text(label, 20)}",
        y="observed frequency",
        caption=f"{_errors(truth, found, weight)}{_READ}",
        alt=f"Observed frequency of {display_name(label)} against its probability: "
        f"{join(map(display_name, found)) or 'none'}.",
    )
    if not len(truth) or not found:
        return show_message(figure, "There are no rows with probabilities.")
    add_reference_line(figure, [0, 1], [0, 1])
    styles = loss_styles(list(found))
    shown = distinct([plot_text(name) for name in found])
    highest = 0.0
    for legend, (name, probability) in zip(shown, found.items(), strict=True):
        mean, share, below, above = _groups(truth, probability, weight)
        highest = max(highest, *mean, *(share + above))
        figure.add_trace(
            go.Scatter(
                x=mean,
                y=share,
                error_y={"array": above, "arrayminus": below, "width": 3},
                mode="lines+markers",
                name=legend,
                line=styles[name].line(width=2),
                marker=styles[name].marker(),
                hovertemplate=hover(
                    "%{fullData.name}", "probability %{x:,.3~r}", "share %{y:,.3~r}"
                ),
            )
        )
    return show_square(figure, highest)


def class_reliability(comparison, label):
    """Draw observed frequencies of a class against probabilities, a line per loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    label : object
        The class, against all others; or one label of a multilabel task.

    Returns
    -------
    plotly.graph_objects.Figure
        Of the losses with predictions of the most held-out rows.

    Raises
    ------
    ValueError
        If the comparison has no probabilities of such a class.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, figures
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy", "focal"], cv=2)
    >>> figure = figures.class_reliability(comparison, 1)
    >>> [trace.name for trace in figure.data if trace.name]
    ['cross-entropy', 'focal']
    """
    scores = class_scores.of_class(comparison, label)[0]
    most = max((len(each.truth) for each in scores.values()), default=0)
    whole = {k: each for k, each in scores.items() if len(each.truth) == most}
    first = next(iter(whole.values()), None)
    truth = np.array([], dtype=bool) if first is None else first.truth
    weight = None if first is None else first.weight
    found = {title_of(loss): each.score for loss, each in whole.items()}
    name = name_of_class(comparison, label)
    figure = reliability(truth, found, name, sample_weight=weight)
    styles = styles_of(comparison)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    for loss, trace in zip(whole, lines, strict=False):  # no rows, no lines
        style = styles[loss]
        trace.update(name=style.name, line=style.line(width=2), marker=style.marker())
    figure.layout.meta["caption"] += not_ranked(comparison)
    return figure


def recovered_reliability(comparison, loss, label):
    """Draw the reliability of one loss before and after probabilities are recovered.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    loss : str
        A label of the comparison.
    label : object
        The class, against all others; or one label of a multilabel task.

    Returns
    -------
    plotly.graph_objects.Figure
        Only of what `predict_proba` returns if that is the sigmoid or the softmax.

    Raises
    ------
    ValueError
        If the comparison has no such loss or class.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, figures
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy", "focal"], cv=2)
    >>> figure = figures.recovered_reliability(comparison, "focal", 1)
    >>> [trace.name for trace in figure.data if trace.name]
    ['scores as they are', 'recovered probabilities']
    """
    scores = class_scores.of_loss(comparison, loss, label)
    event = name_of_class(comparison, label)
    if scores is None:
        return reliability([], {}, event)
    found, raw = {}, comparison.link_probabilities
    if raw is not None:
        predictions, column = comparison.predictions, f"proba_{label}"
        known = (predictions["loss"] == loss) & np.isfinite(predictions[column])
        before = raw.loc[known.to_numpy(), column].to_numpy()
        found = {"scores as they are": before} if np.isfinite(before).all() else {}
    found["recovered probabilities" if found else title_of(loss)] = scores.score
    figure = reliability(scores.truth, found, event, sample_weight=scores.weight)
    style = styles_of(comparison)[loss]
    before = replace(style, color=NEUTRAL, dash="dot")
    for trace in figure.data:
        if trace.name:
            own = before if trace.name == "scores as they are" else style
            trace.update(line=own.line(width=2), marker=own.marker())
    name = plot_text(title_of(loss), 40)
    title = {"text": "Are they right once recovered?", "subtitle": {"text": name}}
    return figure.update_layout(title=title, margin={"t": 60})


_READ = (
    "How to read: each point is a tenth of the rows. On the diagonal, rows with a "
    "probability of 0.3 have the label in three of ten cases; a line that is steeper "
    "than the diagonal belongs to probabilities that are too close to one another, a "
    "flatter one to overconfident ones. Intervals of 95% that cross the diagonal show "
    "no error."
)


def _checked(name, probability, truth):
    """Probabilities as an array of the length of the truth."""
    probability = np.asarray(probability, dtype=float)
    if probability.shape != truth.shape:
        raise ValueError(
            f"The probabilities {name!r} have the shape {probability.shape} and y_true "
            f"the shape {truth.shape}; both need one value per row."
        )
    return probability


def _groups(truth, probability, weight):
    """Mean probability and share of each group, and the lengths of its interval."""
    order = np.argsort(probability, kind="stable")
    order = order[weight[order] > 0]
    parts = [part for part in np.array_split(order, _GROUPS) if len(part)]
    n = np.array([row_weights.effective_rows(weight[part]) for part in parts])
    mean, share = (
        np.array([np.average(of[part], weights=weight[part]) for part in parts])
        for of in (probability, truth)
    )
    center = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    spread = np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    half = _Z * spread / (1 + _Z**2 / n)
    # At a share of 0 or 1 the interval ends there, up to rounding.
    below, above = share - (center - half), center + half - share
    return mean, share, np.maximum(below, 0), np.maximum(above, 0)


def _errors(truth, found, weight):
    """Sentence on the calibration error of each, and what right ones would have."""
    if not len(truth):
        return ""
    ece, options = (
        METRICS["ece"].function,
        {"classes": [False, True], "sample_weight": weight},
    )
    distances = [
        f"{display_name(name)} {ece(truth, p, **options):.3f} "
        f"({ece_bias(truth, p, **options):.3f})"
        for name, p in found.items()
    ]
    return (
        "Mean distance from the diagonal, in brackets that of right probabilities: "
        f"{join(distances)}. "
    )
