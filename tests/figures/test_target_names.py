"""Targets and labels are named by their columns where these have names."""

from types import SimpleNamespace

from skloss.figures.target_names import kind_of_class, name_of_class, name_of_output
from tests.figures.comparisons import comparison_of

NAMES = SimpleNamespace(targets=("red", "round"))


def test_a_single_target_has_its_own_name_and_several_have_theirs_by_place():
    assert name_of_output(comparison_of()) == "height"
    assert name_of_output(comparison_of(recipe=NAMES), 1) == "round"
    assert name_of_output(comparison_of(), 1) == "height 1"


def test_labels_have_the_names_of_their_columns_and_classes_their_own():
    labels = comparison_of(task="multilabel", recipe=NAMES)
    assert name_of_class(labels, 1) == "round"
    assert name_of_class(comparison_of(task="multilabel"), 1) == "1"
    assert name_of_class(comparison_of(task="binary", recipe=NAMES), 1) == "1"
    assert kind_of_class(labels) == "label"
    assert kind_of_class(comparison_of(task="multiclass")) == "class"
