"""Texts of the panel before and while a comparison runs."""

from types import SimpleNamespace

import numpy as np
import pytest

from skloss.app.parts import comparison_panel
from skloss.app.session import work
from skloss.app.session.jobs import SECONDS_AT_MOST, Progress
from skloss.app.session.settings import Choice, Settings
from tests.app.session.questions import question_of

SETTINGS = Settings((Choice("huber"), Choice("quantile")), folds=4)


def cost_at(seconds, monkeypatch, settings=SETTINGS):
    monkeypatch.setattr(work, "seconds_expected", lambda *_: seconds)
    question = question_of(np.linspace(1, 3, 20))
    return comparison_panel.cost(question, settings).replace("\u00a0", " ")


def test_the_cost_counts_losses_folds_and_rows(monkeypatch):
    assert cost_at(12.2, monkeypatch) == "2 losses × 4 folds on 20 rows, about 12 s."
    one = Settings((Choice("huber"),), folds=2)
    assert cost_at(0.2, monkeypatch, one) == "1 loss × 2 folds on 20 rows, about 1 s."


@pytest.mark.parametrize(
    ("seconds", "is_warned"),
    [(SECONDS_AT_MOST, False), (np.nextafter(SECONDS_AT_MOST, np.inf), True)],
)
def test_the_time_limit_is_stated_where_it_matters(monkeypatch, seconds, is_warned):
    sentence = (
        "It will be stopped after 15 min, and finished losses are kept. Use fewer "
        "losses or folds, or a smaller network."
    )
    assert (sentence in cost_at(seconds, monkeypatch)) == is_warned


@pytest.mark.parametrize(
    ("progress", "stopping", "text"),
    [
        (Progress(), False, "Preparing…"),
        (Progress(epoch=3), False, "Epoch 3"),
        (
            Progress(fraction=0.5, epoch=3, left=125.0),
            False,
            "Epoch 3, about 2 min left",
        ),
        (Progress(position=1), False, "Waiting for 1 other comparison on this server."),
        (
            Progress(position=2),
            False,
            "Waiting for 2 other comparisons on this server.",
        ),
        (Progress(position=2, epoch=3), True, "Stopping…"),
    ],
)
def test_the_progress_is_worded(progress, stopping, text):
    job = SimpleNamespace(progress=lambda: progress, stopping=stopping)
    assert comparison_panel.progress_text(job) == text


def test_a_comparison_needs_a_loss():
    question = question_of(np.linspace(1, 3, 20))
    nothing = comparison_panel._problem_with(question, Settings())
    assert nothing == "Select at least one loss."
    assert comparison_panel._problem_with(question, SETTINGS) == ""


def test_a_comparison_needs_rows_for_its_folds():
    question = question_of(np.linspace(1, 3, 7))
    assert "4 folds need 8 rows" in comparison_panel._problem_with(question, SETTINGS)
