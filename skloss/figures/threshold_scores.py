"""What the figures of a threshold share: scores, their words, title and message."""

import numpy as np

from skloss.figures.canvas import new_figure
from skloss.figures.target_names import kind_of_class, name_of_class
from skloss.figures.text import plot_text
from skloss.metrics import METRICS
from skloss.wording import capitalized, join, title_of

__all__ = ["SCORES", "new_threshold_figure", "score_title", "scores_in_words"]

#: Columns of the threshold table that are drawn.
SCORES = ("precision", "recall", "f1", "g_mean")


def new_threshold_figure(comparison, loss, label, question, *, x, against):
    """Return an empty figure of the scores of one class.

    Its caption is the message for a loss without probabilities, to be replaced.

    Parameters
    ----------
    comparison : Comparison
    loss : str
    label : object
        A class, or a label of a multilabel task.
    question : str
    x : str
    against : str
        What is on the horizontal axis, for readers who cannot see it.
    """
    kind, name = kind_of_class(comparison), name_of_class(comparison, label)
    return new_figure(
        question,
        x=x,
        y="score",
        subtitle=f"{plot_text(title_of(loss), 40)}, {kind} {plot_text(name, 20)}",
        caption=f"{capitalized(title_of(loss))} gives no probabilities.",
        alt=f"Precision, recall, F1 and G-mean of the {kind} {name} against {against} "
        f"for {title_of(loss)}.",
    )


def score_title(name):
    """Return the title of a score, as in a legend."""
    return METRICS[name].label if name in METRICS else name.capitalize()


def scores_in_words(row):
    """Return the scores of one row of a threshold table; those that exist."""
    return join(
        f"{METRICS[name].label if name in METRICS else name} {row[name]:.2f}"
        for name in SCORES
        if np.isfinite(row[name])
    )
