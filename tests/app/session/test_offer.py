"""The losses that are offered for a question, and those that are not, with reasons."""

import numpy as np
import pytest

from skloss import list_losses
from skloss.app.session.offer import excluded_losses, families
from tests.app.session.questions import question_of

QUESTIONS = {
    "numbers": (np.arange(40) - 20.0, "regression"),
    "two classes": (["a", "b"] * 20, "binary"),
    "classes": (["a", "b", "c", "d"] * 10, "multiclass"),
}


@pytest.mark.parametrize(("target", "task"), QUESTIONS.values(), ids=QUESTIONS)
def test_every_loss_is_offered_in_one_family_or_excluded_for_a_reason(target, task):
    question = question_of(target, task)
    offered = [name for one in families(question) for name in one.losses]
    excluded = [name for names in excluded_losses(question).values() for name in names]
    assert sorted(offered) == sorted(question.losses)
    assert sorted(offered + excluded) == sorted(list_losses())


def test_a_loss_is_excluded_by_the_target_or_by_its_task():
    excluded = excluded_losses(question_of(*QUESTIONS["numbers"]))
    of_loss = {name: reason for reason, names in excluded.items() for name in names}
    assert of_loss["cross_entropy"] == "For targets of classes."
    assert of_loss["triplet"] == "For embeddings, on the page Embeddings."
    assert of_loss["poisson"] == of_loss["negative_binomial"]
    assert of_loss["poisson"][0].isupper() and "'poisson'" not in of_loss["poisson"]


def test_a_loss_of_another_task_of_the_same_kind_names_that_task():
    excluded = excluded_losses(question_of(*QUESTIONS["classes"]))
    (reason,) = [reason for reason, names in excluded.items() if "corn" in names]
    assert reason == "To predict one of several ordered classes."
