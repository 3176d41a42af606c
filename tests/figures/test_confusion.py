"""The confusion matrix shows counts, and shares of the true class."""

import itertools
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as oracle

from skloss import figures
from tests.figures.comparisons import caption_of, classes, decided, of_classes


def texts(figure):
    return sorted(itertools.chain(*[trace.text for trace in figure.data[1:]]))


def test_cells_are_shares_of_the_true_class():
    frame = classes(["focal"])
    figure = figures.confusion_matrix(of_classes(frame, classes=["no", "yes"]), "focal")
    expected = oracle.confusion_matrix(
        frame["y_true"], frame["y_pred"], normalize="true"
    )
    np.testing.assert_allclose(figure.data[0].z, expected)


def test_cells_show_counts_and_shares():
    figure = figures.confusion_matrix(
        decided(["a", "a", "a", "b"], ["a", "a", "b", "b"]), "focal"
    )
    np.testing.assert_allclose(figure.data[0].z, [[2 / 3, 1 / 3], [0, 1]])
    assert texts(figure) == ["0<br>0%", "1<br>100%", "1<br>33%", "2<br>67%"]
    assert figure.data[0].customdata[0, 1].tolist() == ["a", "b", "1", "33.3%"]


def test_the_caption_names_the_most_frequent_confusion():
    figure = figures.confusion_matrix(
        decided(["a", "a", "a", "b"], ["a", "a", "b", "b"]), "focal"
    )
    expected = "Most frequent confusion: 33% of a are predicted as b."
    assert caption_of(figure).startswith(expected)


def test_a_perfect_classifier_has_no_confusion():
    names = ["a long class name one", "a long class name two"]
    figure = figures.confusion_matrix(decided(names, names), "focal")
    # Names that are cut at the same letter stay two classes.
    assert figure.data[0].z.shape == (2, 2)
    assert caption_of(figure).startswith("All rows are predicted correctly.")


def test_only_the_rows_of_the_loss_count():
    frame = classes(["a", "b"])
    frame.loc[frame["loss"] == "b", "y_pred"] = "no"
    figure = figures.confusion_matrix(of_classes(frame, classes=["no", "yes"]), "b")
    np.testing.assert_array_equal(figure.data[0].z, [[1, 0], [1, 0]])


def test_classes_have_the_order_of_the_comparison():
    figure = figures.confusion_matrix(
        decided(["low", "high"], ["low", "high"], ["low", "mid", "high"]), "focal"
    )
    assert figure.layout.xaxis.ticktext == ("low", "mid", "high")
    assert figure.layout.yaxis.range == (2.5, -0.5)


def test_a_class_without_rows_is_blank():
    figure = figures.confusion_matrix(decided(["a"], ["a"], ["a", "b"]), "focal")
    np.testing.assert_array_equal(figure.data[0].z, [[1, 0], [0, 0]])


@pytest.mark.parametrize(("n", "n_texts", "share"), [(5, 25, 25), (6, 36, 0)])
def test_more_than_five_classes_show_counts_only(n, n_texts, share):
    figure = figures.confusion_matrix(decided(range(n), range(n)), "focal")
    found = texts(figure)
    assert len(found) == n_texts
    assert sum("<br>" in text for text in found) == share


@pytest.mark.parametrize(("n", "n_traces"), [(10, 3), (11, 1)])
def test_more_than_ten_classes_show_colours_only(n, n_traces):
    figure = figures.confusion_matrix(decided(range(n), range(n)), "focal")
    assert len(figure.data) == n_traces


def test_ticks_of_many_classes_are_thinned():
    figure = figures.confusion_matrix(decided(range(60), range(60)), "focal")
    assert list(figure.layout.xaxis.tickvals) == list(range(0, 60, 3))


def test_numbers_are_white_on_dark_cells_and_black_on_light_ones():
    # Seven in ten are dark; a little less is light.
    truth = ["a"] * 10 + ["b"] * 3
    given = ["a"] * 7 + ["b"] * 3 + ["b"] * 2 + ["a"]
    figure = figures.confusion_matrix(decided(truth, given), "focal")
    dark, light = figure.data[1:]
    assert dark.textfont.color == "#ffffff"
    assert list(dark.text) == ["7<br>70%"]
    assert sorted(light.text) == ["1<br>33%", "2<br>67%", "3<br>30%"]
    assert light.textfont.color == "#000000"


def test_numbers_are_legible_on_every_shade():
    (_, light), (_, dark) = (
        figures.confusion_matrix(decided(["a", "b"], ["a", "b"]), "focal")
        .data[0]
        .colorscale
    )
    ends = [np.array(re.findall(r"\d+", end), dtype=float) for end in (light, dark)]
    for share in np.linspace(0, 1, 21):
        ink = "#ffffff" if share >= 0.7 else "#000000"
        ground = (1 - share) * ends[0] + share * ends[1]
        assert contrast(ground, [int(ink[k : k + 2], 16) for k in (1, 3, 5)]) >= 4.5


def contrast(*colors):
    """Contrast of two colours (WCAG 2.2, relative luminance)."""
    parts = np.array(colors) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    dark, light = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (light + 0.05) / (dark + 0.05)


def test_the_alternative_text_counts_the_classes():
    figure = figures.confusion_matrix(
        decided(["a", "b", "c"], ["a", "b", "c"]), "focal"
    )
    assert figure.layout.meta["alt"] == "Confusion matrix of 3 classes for focal."


def test_a_task_without_one_class_per_row_is_refused():
    with pytest.raises(ValueError, match=r"requires one class per row.*multilabel"):
        figures.confusion_matrix(of_classes(classes(), task="multilabel"), "huber")


def test_an_unknown_loss_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'hinge'; choose one of a, b"):
        figures.confusion_matrix(of_classes(classes(["a", "b"])), "hinge")


def test_texts_under_the_pointer_name_true_and_predicted_class():
    figure = figures.confusion_matrix(
        decided(["<b>", "<b>", "c"], ["<b>", "c", "c"]), "focal"
    )
    lines = figure.data[0].hovertemplate.split("<br>")
    assert lines[:2] == ["true %{customdata[0]}", "predicted %{customdata[1]}"]
    assert figure.data[0].customdata[0, 1].tolist() == ["&lt;b&gt;", "c", "1", "50.0%"]


def test_shades_become_darker_without_a_jump():
    scale = figures.confusion_matrix(decided(["a"], ["a"]), "focal").data[0].colorscale
    assert [stop for stop, _ in scale] == [0, 1]


def test_of_a_label_rows_with_and_without_it_are_counted():
    frame = pd.DataFrame(
        {
            "loss": "focal",
            "y_true_0": [1, 1, 1, 0, 0],
            "y_pred_0": [1, 0, 1, 1, 0],
        }
    )
    names = SimpleNamespace(targets=("red",))
    labels = of_classes(frame, task="multilabel", classes=[0], recipe=names)
    figure = figures.confusion_matrix(labels, "focal", 0)
    np.testing.assert_allclose(figure.data[0].z, [[1 / 2, 1 / 2], [1 / 3, 2 / 3]])
    assert list(figure.layout.xaxis.ticktext) == ["not red", "red"]
    for label in (None, 1):
        with pytest.raises(ValueError, match="the name of a label"):
            figures.confusion_matrix(labels, "focal", label)


@pytest.mark.parametrize(("n", "n_ticks"), [(20, 20), (21, 11), (39, 20), (41, 14)])
def test_there_are_at_most_twenty_ticks(n, n_ticks):
    figure = figures.confusion_matrix(decided(range(n), range(n)), "focal")
    assert len(figure.layout.xaxis.tickvals) == n_ticks
    assert figure.layout.xaxis.ticktext == figure.layout.yaxis.ticktext


def test_the_first_of_equally_frequent_confusions_is_named():
    figure = figures.confusion_matrix(decided([*"aabb"], [*"abba"]), "focal")
    expected = "Most frequent confusion: 50% of a are predicted as b."
    assert caption_of(figure).startswith(expected)


def test_a_rare_class_counts_as_much_as_a_common_one():
    truth, given = ["a"] * 100 + ["b"] * 2, ["b"] * 20 + ["a"] * 80 + ["a", "b"]
    figure = figures.confusion_matrix(decided(truth, given), "focal")
    expected = "Most frequent confusion: 50% of b are predicted as a."
    assert caption_of(figure).startswith(expected)


def test_axes_and_subtitle_are_named():
    layout = figures.confusion_matrix(decided(["a"], ["a"]), "focal").layout
    assert layout.xaxis.title.text == "predicted class"
    assert layout.yaxis.title.text == "true class"
    assert layout.title.subtitle.text == "focal"


def test_weights_are_named_under_the_pointer():
    frame = classes(["a"])
    comparison = of_classes(frame, classes=["no", "yes"], sample_weight=np.ones(400))
    heat = figures.confusion_matrix(comparison, "a").data[0]
    assert "%{customdata[2]} weight" in heat.hovertemplate
