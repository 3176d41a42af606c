"""The finished comparison of the first page is that of the package."""

import numpy as np
import pytest

from skloss import figures, report
from skloss.app.session import opening, session_file, work
from skloss.app.session.settings import Settings


@pytest.fixture(scope="module")
def restored():
    saved = session_file.read(opening.opening().session.encode())
    loaded = session_file.load_table(saved)
    return session_file.result_of(saved, session_file.question_of(saved, loaded))


def test_it_is_a_comparison_of_the_sample_with_its_losses(restored):
    question = opening.sample_question()
    assert restored.question.key == question.key
    assert restored.settings == Settings(opening.CHOICES)
    assert restored.comparison.stopped == ()


def test_its_curves_are_those_of_its_comparison(restored):
    shown = opening.opening().figure
    drawn = figures.fits(restored.comparison, opening.FEATURE)
    assert [trace.name for trace in shown.data] == [trace.name for trace in drawn.data]
    for one, other in zip(shown.data[1:], drawn.data[1:], strict=True):
        np.testing.assert_allclose(one.y, other.y)
    assert shown.layout.meta["caption"] == drawn.layout.meta["caption"]


def test_its_answer_names_the_best_loss(restored):
    # By MAE, Huber is as good, and which comes first is a matter of rounding.
    best = restored.comparison.standing("nll").index[0].replace("_", " ")
    assert best in opening.opening().sentences[0].lower()
    assert len(report.sentences(restored.comparison)) == len(
        opening.opening().sentences
    )


def test_training_again_gives_its_scores(restored):
    """If this fails after a change of the training, run docs/make_opening.py."""
    settings = restored.settings
    names = ("squared_error", "absolute_error")
    few = type(settings)(
        tuple(choice for choice in settings.choices if choice.name in names)
    )
    again = work.comparison_work(restored.question, few)(lambda record: False)
    expected = restored.comparison.table.loc[list(names), ("mae", "mean")]
    np.testing.assert_allclose(again.table["mae", "mean"], expected, rtol=0.05)
