"""What the figures of a classification draw and say."""

import itertools

import numpy as np
import pytest
import sklearn.metrics as oracle

from skloss import figures, metrics
from skloss.wording import number
from tests.figures.frames import classification


def test_the_confusion_matrix_shades_shares_of_the_true_class():
    counts = metrics.confusion(["a", "a", "a", "b"], ["a", "a", "b", "b"])
    figure = figures.confusion_matrix(counts)
    np.testing.assert_allclose(figure.data[0].z, [[2 / 3, 1 / 3], [0, 1]])
    texts = sorted(itertools.chain(*[trace.text for trace in figure.data[1:]]))
    assert texts == ["0<br>0%", "1<br>100%", "1<br>33%", "2<br>67%"]
    caption = figure.layout.meta["caption"]
    assert caption.startswith("Mistaken most: 33% of a are taken for b.")


def test_classes_of_the_same_beginning_stay_apart():
    names = ["a long class name one", "a long class name two"]
    figure = figures.confusion_matrix(metrics.confusion(names, names))
    assert figure.data[0].z.shape == (2, 2)
    assert figure.layout.meta["caption"].startswith("No row is mistaken.")


def test_many_classes_keep_the_colours_and_drop_the_numbers():
    labels = np.arange(60)
    figure = figures.confusion_matrix(metrics.confusion(labels, labels))
    assert len(figure.data) == 1
    assert len(figure.layout.xaxis.tickvals) <= 30


def test_a_class_without_rows_is_blank_and_not_an_error():
    figure = figures.confusion_matrix(metrics.confusion(["a"], ["a"], ["a", "b"]))
    np.testing.assert_array_equal(figure.data[0].z, [[1, 0], [0, 0]])


def test_precision_recall_points_are_scikit_learns():
    frame = classification(["a"])
    trace = figures.precision_recall_curves(frame, "yes").data[-1]
    precision, recall, _ = oracle.precision_recall_curve(
        frame["y_true"], frame["proba_yes"], pos_label="yes"
    )
    np.testing.assert_allclose(trace.x, recall[:-1])
    np.testing.assert_allclose(trace.y, precision[:-1])


def test_roc_encloses_scikit_learns_area():
    frame = classification(["a"])
    figure = figures.roc_curves(frame, "yes")
    trace = figure.data[-1]
    area = oracle.roc_auc_score(frame["y_true"], frame["proba_yes"])
    assert np.trapezoid(trace.y[::-1], trace.x[::-1]) == pytest.approx(area)
    assert f"a {area:.3g} (guessing 0.5)" in figure.layout.meta["caption"]


def test_one_class_is_drawn_against_the_rest_by_its_own_column():
    frame = classification(["a"])
    for_no = figures.precision_recall_curves(frame, "no").data[-1]
    assert for_no.y[0] == pytest.approx((frame["y_true"] == "no").mean())


def test_labels_of_an_indicator_have_their_own_truth():
    frame = classification(["a"]).rename(columns={"y_true": "y_true_yes"})
    frame["y_true_yes"] = (frame["y_true_yes"] == "yes").astype(int)
    curve = figures.roc_curves(frame, "yes").data[-1]
    expected = figures.roc_curves(classification(["a"]), "yes").data[-1]
    np.testing.assert_array_equal(curve.y, expected.y)


def test_a_class_named_by_its_text_is_found():
    frame = classification(["a"]).rename(columns={"proba_yes": "proba_1"})
    frame["y_true"] = (frame["y_true"] == "yes").astype(int)
    assert len(figures.roc_curves(frame, "1").data) == 2
    with pytest.raises(ValueError, match="of: no and 1"):
        figures.roc_curves(frame, 2)


@pytest.mark.parametrize("draw", [figures.precision_recall_curves, figures.roc_curves])
def test_losses_without_probabilities_are_named(draw):
    frame = classification(["a", "hinge"])
    frame.loc[frame["loss"] == "hinge", "proba_yes"] = np.nan
    figure = draw(frame, "yes")
    assert [trace.name for trace in figure.data if trace.name] == ["a"]
    assert "hinge gives no probabilities" in figure.layout.meta["caption"]
    nothing = draw(frame[frame["loss"] == "hinge"], "yes")
    assert "gave no probabilities" in nothing.layout.annotations[0].text


@pytest.mark.parametrize("draw", [figures.precision_recall_curves, figures.roc_curves])
def test_a_single_class_has_nothing_to_rank(draw):
    figure = draw(classification(["a"]).query("y_true == 'no'"), "yes")
    text = figure.layout.annotations[0].text.replace("<br>", " ")
    assert "nothing to rank" in text


def test_the_threshold_is_marked_and_its_scores_are_told():
    frame = classification(["a"])
    table = metrics.threshold_table(frame["y_true"], frame["proba_yes"], "yes")
    figure = figures.threshold_curve(table, 0.4)
    assert figure.layout.shapes[0].x0 == 0.4
    called = frame["proba_yes"] >= 0.4
    recall = oracle.recall_score(frame["y_true"] == "yes", called)
    caption = figure.layout.meta["caption"]
    assert caption.startswith("At 0.4: precision ")
    assert f"recall {recall:.2f}" in caption
    best = table.loc[table["f1"].idxmax()]
    assert f"F1 is highest, {number(best['f1'], trim=True)}" in caption


def test_a_threshold_above_every_score_calls_nobody():
    table = metrics.threshold_table([0, 1], [0.2, 0.6], 1)
    caption = figures.threshold_curve(table, 0.9).layout.meta["caption"]
    assert caption.startswith("At 0.9: no row is called positive.")


def test_thresholds_without_positive_rows_cannot_be_judged():
    table = metrics.threshold_table([0, 0], [0.2, 0.6], 1)
    caption = figures.threshold_curve(table, 0.5).layout.meta["caption"]
    assert "no threshold can be judged" in caption
