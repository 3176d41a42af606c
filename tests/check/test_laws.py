"""The list of laws: complete, ordered, and each law able to fail."""

from skloss.check.case import make_case
from skloss.check.laws import LAWS, laws
from skloss.losses import get_loss
from tests.check import test_declarations, test_rows, test_values


def names_for(loss, task):
    return {law.name for law in laws(make_case(get_loss(loss), task))}


def test_each_law_has_a_broken_loss_that_it_catches():
    files = (test_values, test_rows, test_declarations)
    caught = [name for file in files for name in dict(f[:2] for f in file.BROKEN)]
    assert caught == [law.name for law in LAWS]


def test_no_two_laws_share_a_name():
    assert len({law.name for law in LAWS}) == len(LAWS)


def test_basic_laws_come_first():
    ranks = [law.is_basic for law in LAWS]
    assert ranks == sorted(ranks, reverse=True)
    assert sum(ranks) == 3


def test_laws_on_separate_rows_do_not_apply_to_embeddings():
    spared = names_for("huber", "regression") - names_for("triplet", "embedding")
    assert {"separate rows", "sample weights", "minimum", "shapes"} <= spared
    assert {"gradient", "finite", "stack"} <= names_for("info_nce", "pairs")


def test_laws_on_values_of_rows_do_not_apply_to_a_single_number():
    spared = names_for("mse", "regression") - names_for(
        lambda f, y: ((f - y) ** 2).mean(), "regression"
    )
    rows = {"separate rows", "extreme rows", "sample weights"}
    assert spared == rows | {"convexity", "recording"}


def test_only_declared_properties_are_checked():
    assert "convexity" in names_for("huber", "regression")
    assert "convexity" not in names_for("focal", "binary")
    assert "smoothed" in names_for("hinge", "binary")
    assert "recording" not in names_for("info_nce", "pairs")
    assert "smoothed" not in names_for("squared_hinge", "binary")
    assert "honesty" in names_for("brier", "binary")
    assert "honesty" not in names_for("focal", "binary")


def test_numbers_have_a_minimum_and_labels_have_probabilities():
    assert "minimum" in names_for("poisson", "regression")
    assert "minimum" not in names_for("kl_divergence", "regression")
    assert "true label" in names_for("asymmetric", "multilabel")
    assert "true label" not in names_for("corn", "ordinal")
