"""Words and titles that the figures of a threshold share."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss.figures.threshold_scores import (
    SCORES,
    new_threshold_figure,
    score_title,
    scores_in_words,
)
from skloss.tasks import as_task
from tests.figures.comparisons import caption_of

HOSTILE = "<b>x</b> %{x} $y$"


def row(**scores):
    return pd.Series(dict.fromkeys(SCORES, np.nan) | scores)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("precision", "Precision"),
        ("recall", "Recall"),
        ("f1", "F1"),
        ("g_mean", "G-mean"),
    ],
)
def test_scores_are_titled_as_in_a_legend(name, title):
    assert score_title(name) == title
    assert name in SCORES


def test_all_four_scores_are_put_into_words_with_two_digits():
    text = scores_in_words(row(precision=0.125, recall=1, f1=0.2222, g_mean=0.999))
    numbers = [part.rsplit(" ", 1)[1] for part in text.replace(" and", ",").split(", ")]
    assert numbers == ["0.12", "1.00", "0.22", "1.00"]
    assert text.startswith("precision 0.12, recall 1.00, F1 0.22 and ")


def test_scores_that_are_not_defined_are_left_out():
    assert scores_in_words(row(recall=0.5, precision=np.inf)) == "recall 0.50"
    assert scores_in_words(row()) == ""


def test_the_figure_of_an_indicator_names_the_column_of_the_label():
    task, recipe = as_task("multilabel"), SimpleNamespace(targets=("rain", "snow"))
    figure = new_threshold_figure(
        SimpleNamespace(task=task, recipe=recipe),
        *("focal", 1, "Why?"),
        x="threshold",
        against="the threshold",
    )
    assert figure.layout.title.subtitle.text == "focal, label snow"
    assert "G-mean of the label snow against the threshold" in figure.layout.meta["alt"]


def test_the_figure_names_loss_and_class_and_begins_with_the_message():
    classes = SimpleNamespace(task=as_task("binary"))
    figure = new_threshold_figure(
        classes, HOSTILE, HOSTILE, "Why?", x="threshold", against="the threshold"
    )
    assert "<b>" not in figure.layout.title.subtitle.text
    assert figure.layout.yaxis.title.text == "score"
    assert figure.layout.xaxis.title.text == "threshold"
    assert caption_of(figure) == f"{HOSTILE} gives no probabilities."
    assert HOSTILE in figure.layout.meta["alt"]
    assert figure.layout.meta["alt"].endswith(f"against the threshold for {HOSTILE}.")
