"""How many nearest rows must be searched for a match, for each loss."""

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.placed_rows import placed_rows
from skloss.figures.style import styles_of
from skloss.figures.text import not_ranked
from skloss.metrics.neighbours import as_gallery, chance_within, first_matches
from skloss.wording import capitalized, count, join, title_of

__all__ = ["recall_at_k"]

# Neighbours that a person would search.
_MOST = 10
# Of the intervals, as in every figure.
_LEVEL = 0.95


def recall_at_k(comparison):
    """Draw the share of held-out rows with a match among their k nearest, by k.

    The mean over folds with an interval of 95% (Student's t on the scores of the folds,
    whose training rows overlap, so that it is approximate). A row without a match is
    left out, as in `metrics.recall_at_k`.

    Parameters
    ----------
    comparison : Comparison
        A comparison of the task "embedding" or "pairs".

    Returns
    -------
    plotly.graph_objects.Figure
        A line for each loss, for k from 1 to 10.

    Raises
    ------
    ValueError
        If the task is another.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import TorchEmbedder, compare_losses, figures
    >>> X, y = load_iris(return_X_y=True)
    >>> few = TorchEmbedder(embedding_dim=3, max_iter=5)
    >>> comparison = compare_losses(X, y, "triplet", task="embedding", estimator=few)
    >>> figures.recall_at_k(comparison).data[0].x.tolist()
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    losses = comparison.predictions["loss"].unique()
    scores = {loss: _scores(comparison, loss) for loss in losses}
    # A loss without a match in any fold is not drawn.
    scores = {loss: values for loss, values in scores.items() if len(values)}
    losses = list(scores)
    means = {loss: values.mean(axis=0) for loss, values in scores.items()}
    n_folds = max(map(len, scores.values()), default=0)
    figure = new_figure(
        "How soon do rows find a match?",
        x="nearest rows that are searched (k)",
        y="recall@k",
        caption=f"{_finding(comparison, means)}How to read: bars are 95% intervals "
        f"from {count(n_folds, 'fold')}; losses whose bars "
        f"overlap widely may change places on other rows.{not_ranked(comparison)}",
        alt=f"Recall at 1 to {_MOST} of {join(map(title_of, losses))}.",
    )
    if not scores:
        return show_message(figure, "No held-out row has a match in its fold.")
    styles = styles_of(comparison)
    for place, loss in enumerate(losses):
        # Next to each other, so that the bars of one k do not cover each other.
        shift = 0.06 * (place - (len(losses) - 1) / 2)
        half = _half_width(scores[loss])
        # A share is between 0 and 1, and so are the ends of its interval.
        low = np.maximum(means[loss] - half, 0.0)
        high = np.minimum(means[loss] + half, 1.0)
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, _MOST + 1) + (shift if len(losses) > 1 else 0),
                y=means[loss],
                customdata=np.column_stack([np.arange(1, _MOST + 1), low, high]),
                error_y={
                    "array": high - means[loss],
                    "arrayminus": means[loss] - low,
                    "symmetric": False,
                    "thickness": 1.2,
                    "width": 3,
                },
                mode="lines+markers",
                name=styles[loss].name,
                line=styles[loss].line(width=1.5),
                marker=styles[loss].marker(size=7),
                hovertemplate=hover(
                    "%{fullData.name}",
                    "recall@%{customdata[0]}: %{y:,.3~r}",
                    "%{customdata[1]:,.3~r} to %{customdata[2]:,.3~r}",
                ),
            )
        )
    figure.update_xaxes(dtick=1, range=[0.7, _MOST + 0.3])
    figure.update_yaxes(tickformat=".0%")
    return figure


def _finding(comparison, means):
    """Return which of the losses that are ranked finds most matches, with a space."""
    ranked = {k: mean for k, mean in means.items() if k not in comparison.stopped}
    if not ranked:
        return ""
    best = max(ranked, key=lambda loss: ranked[loss][0])
    has_views = comparison.task.has_views
    match = "their second view" if has_views else "a row of their class"
    return (
        f"{capitalized(title_of(best))} has the best recall@1: {means[best][0]:.1%} of "
        f"held-out rows have {match} as the nearest row, and {means[best][-1]:.1%} "
        f"have it among the nearest {_MOST}. "
    )


def _scores(comparison, loss):
    """Return recall at 1 to 10 of each fold, of shape (n_folds, 10)."""
    rows = comparison.predictions
    found = []
    for fold in rows["fold"][rows["loss"] == loss].unique():
        placed, truth, _ = placed_rows(comparison, loss, fold)
        matches = first_matches(as_gallery(truth, placed)[0])
        by_k = [chance_within(k, *matches) for k in range(1, _MOST + 1)]
        if not np.isnan(by_k[0]).all():
            found.append([np.nanmean(values) for values in by_k])
    return np.reshape(found, (len(found), _MOST))


def _half_width(scores):
    """Return half the width of the interval at each k, 0 with a single fold."""
    n = len(scores)
    if n < 2:
        return np.zeros(_MOST)
    error = scores.std(axis=0, ddof=1) / n**0.5
    return stats.t.ppf((1 + _LEVEL) / 2, n - 1) * error
