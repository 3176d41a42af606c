"""Scores at a threshold are those of scikit-learn for the rows above it."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as oracle

from skloss import figures
from tests.figures.comparisons import caption_of, classes, message_of, named, of_classes


def scores_of(truth, score):
    frame = pd.DataFrame({"loss": "a", "y_true": truth, "proba_1": score})
    return of_classes(frame)


def test_curves_are_the_scores_of_scikit_learn_at_each_threshold():
    frame = classes(["a"], n_rows=80)
    traces = named(figures.threshold_curve(of_classes(frame), "a", "yes"))
    truth = frame["y_true"] == "yes"
    for name, score in [
        ("Precision", oracle.precision_score),
        ("Recall", oracle.recall_score),
        ("F1", oracle.f1_score),
    ]:
        expected = [score(truth, frame["proba_yes"] >= t) for t in traces[name].x]
        np.testing.assert_allclose(traces[name].y, expected)
    recalls = np.array(
        [
            oracle.recall_score(truth, frame["proba_yes"] >= t, average=None)
            for t in traces["G-mean"].x
        ]
    )
    np.testing.assert_allclose(traces["G-mean"].y, np.sqrt(recalls.prod(axis=1)))


def test_the_threshold_is_marked_and_its_scores_are_in_the_caption():
    frame = classes(["a"])
    figure = figures.threshold_curve(of_classes(frame), "a", "yes", 0.4)
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 0.4
    truth, called = frame["y_true"] == "yes", frame["proba_yes"] >= 0.4
    precision = oracle.precision_score(truth, called)
    recall = oracle.recall_score(truth, called)
    expected = f"At 0.4: precision {precision:.2f}, recall {recall:.2f}, F1 "
    assert caption_of(figure).startswith(expected)


def test_the_caption_names_the_threshold_of_the_highest_f1():
    # F1 is 2/3, 4/5, 1 and 2/3 from the lowest threshold to the highest.
    comparison = scores_of([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8])
    caption = caption_of(figures.threshold_curve(comparison, "a", 1))
    assert "F1 is highest, 1, at 0.6." in caption


def test_a_threshold_is_read_from_the_next_score_above_it():
    comparison = scores_of([0, 1, 1], [0.2, 0.5, 0.6])
    for threshold in (0.3, 0.5):
        caption = caption_of(figures.threshold_curve(comparison, "a", 1, threshold))
        assert "recall 1.00" in caption
    caption = caption_of(figures.threshold_curve(comparison, "a", 1, 0.51))
    assert "recall 0.50" in caption


def test_above_every_score_no_row_is_predicted_as_the_class():
    comparison = scores_of([0, 1], [0.2, 0.6])
    caption = caption_of(figures.threshold_curve(comparison, "a", 1, 0.9))
    assert caption.startswith("At 0.9: no row is predicted as the class.")


def test_without_rows_of_the_class_thresholds_cannot_be_assessed():
    comparison = scores_of([0, 0], [0.2, 0.6])
    caption = caption_of(figures.threshold_curve(comparison, "a", 1))
    assert "There are no rows of the class, so no threshold can be assessed." in caption


def test_a_loss_without_probabilities_gets_a_message():
    comparison = scores_of([0, 1], [np.nan, np.nan])
    figure = figures.threshold_curve(comparison, "a", 1)
    assert message_of(figure) == caption_of(figure) == "A gives no probabilities."
    assert figure.data == ()


def test_the_subtitle_names_loss_and_class():
    figure = figures.threshold_curve(of_classes(classes(["focal"])), "focal", "yes")
    assert figure.layout.title.subtitle.text == "focal, class yes"
    assert figure.layout.meta["alt"].endswith("against the threshold for focal.")


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="'b'; choose one of a"):
        figures.threshold_curve(scores_of([0, 1], [0.1, 0.2]), "b", 1)


def test_a_score_holds_down_to_the_next_threshold():
    figure = figures.threshold_curve(of_classes(classes(["a"])), "a", "yes")
    assert {trace.line.shape for trace in figure.data} == {"vh"}


def test_scores_differ_in_colour_and_dash():
    figure = figures.threshold_curve(of_classes(classes(["a"])), "a", "yes")
    assert list(named(figure)) == ["Precision", "Recall", "F1", "G-mean"]
    assert len({trace.line.color for trace in figure.data}) == 4
    assert len({trace.line.dash for trace in figure.data}) == 4


def test_the_threshold_is_one_half_unless_chosen():
    figure = figures.threshold_curve(of_classes(classes(["a"])), "a", "yes")
    assert figure.layout.shapes[0].x0 == 0.5


def test_the_caption_is_exact_where_the_curve_is_drawn_from_fewer_thresholds():
    """5,000 different scores: more than a figure draws."""
    rng = np.random.default_rng(0)
    truth = (rng.random(5000) < 0.01).astype(int)
    score = rng.beta(0.3, 30, 5000)
    score[truth == 1] = rng.uniform(0.2, 0.9, truth.sum())
    score[:4], truth[:4] = [0.55, 0.56, 0.57, 0.58], 0
    comparison = scores_of(truth, score)
    f1 = [oracle.f1_score(truth, score >= t) for t in np.unique(score[score > 0.1])]
    for threshold in (0.5, 0.555, 0.575):
        figure = figures.threshold_curve(comparison, "a", 1, threshold)
        precision = oracle.precision_score(truth, score >= threshold)
        assert f"precision {precision:.2f}," in caption_of(figure)
        assert f"F1 is highest, {max(f1):.3g}, at" in caption_of(figure)
        curve = named(figure)["Precision"]
        drawn = dict(zip(curve.x, curve.y, strict=True))
        assert drawn[threshold] == precision
        assert len(drawn) < 1100


def test_weights_count_rows():
    frame = classes(["a"])
    weight = np.random.default_rng(0).uniform(0.5, 2, 400)
    comparison = of_classes(frame, sample_weight=weight)
    caption = caption_of(figures.threshold_curve(comparison, "a", "yes", 0.4))
    truth, called = frame["y_true"] == "yes", frame["proba_yes"] >= 0.4
    precision = oracle.precision_score(truth, called, sample_weight=weight)
    recall = oracle.recall_score(truth, called, sample_weight=weight)
    assert caption.startswith(f"At 0.4: precision {precision:.2f}, recall {recall:.2f}")


def test_axes_are_named_and_show_all_thresholds():
    layout = figures.threshold_curve(of_classes(classes(["a"])), "a", "yes").layout
    assert layout.xaxis.title.text == "threshold on the probability of the class"
    assert layout.yaxis.title.text == "score"
    assert layout.xaxis.range == (-0.02, 1.02)
    assert layout.title.text == "What does the threshold trade?"


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_the_ends_of_the_thresholds_are_marked(threshold):
    comparison = scores_of([0, 1], [0.2, 0.6])
    figure = figures.threshold_curve(comparison, "a", 1, threshold)
    assert figure.layout.shapes[0].x0 == threshold
    start = {0.0: "At 0: precision 0.50, recall 1.00", 1.0: "At 1: no row is predicted"}
    assert caption_of(figure).startswith(start[threshold])


def test_the_first_of_equal_thresholds_is_named():
    # F1 is 1 between 0.3 and 0.9 only at 0.9; two rows of one score have one threshold.
    comparison = scores_of([0, 1, 1], [0.3, 0.9, 0.9])
    caption = caption_of(figures.threshold_curve(comparison, "a", 1))
    assert "F1 is highest, 1, at 0.9." in caption


def test_names_of_classes_reach_plotly_as_text():
    frame = classes(["a"], positive="<b>$y$")
    figure = figures.threshold_curve(of_classes(frame), "a", "<b>$y$")
    assert figure.layout.title.subtitle.text == "a, class &lt;b&gt;&#36;y&#36;"
    assert "of the class <b>$y$ against" in figure.layout.meta["alt"]
