"""The Imbalance page: decisions, the threshold, and ranking curves."""

import numpy as np
import pytest

from tests.pages.steps import (
    compare,
    csv_of,
    go,
    moving,
    ok,
    session,
    text_of,
    upload,
)


# One session for all tests, each of which sets the controls that it depends on.
@pytest.fixture(scope="module")
def imbalance():
    kinds = np.where(np.arange(120) % 6 == 0, "rare", "common")
    for app in session():
        upload(app, csv_of(kind=kinds))
        compare(app, epochs=5)
        yield go(app, "imbalance")


def test_the_rarest_class_comes_first(imbalance):
    classes = imbalance.selectbox(key="settings.imbalance-class")
    assert classes.options == ["rare, 16.7% of rows", "common, 83.3% of rows"]
    assert classes.value == "rare"


def test_each_section_has_its_figures_and_tables(imbalance):
    assert len(imbalance.get("plotly_chart")) == 5
    assert [part.value for part in imbalance.subheader] == [
        "Confusion matrix at the default threshold",
        "Choose the threshold",
        "Ranking of the rows",
        "Probabilities",
        "In Python",
    ]
    classes, tuned = (table.value for table in imbalance.table)
    assert classes.index.tolist() == ["common", "rare"]
    assert tuned.index.tolist() == [r"cross\-entropy", "focal"]


def readouts(app):
    """Readouts at the chosen number of rows, by label."""
    (figure,) = moving(app)
    (control,) = figure["controls"]
    place = control["grid"].index(control["value"])
    return {one["label"]: one["values"][place] for one in figure["readouts"]}


def choose_by(app, way):
    ok(app.selectbox(key="settings.threshold-by").set_value(way).run())


def test_flagging_starts_at_the_decision_rule(imbalance):
    (figure,) = moving(imbalance)
    key = "settings.threshold-rows-cross_entropy-rare"
    assert figure["controls"][0]["value"] == imbalance.number_input(key=key).value
    found = readouts(imbalance)
    assert found["Flagged"] == imbalance.number_input(key=key).value
    assert found["Caught"] + found["Missed"] == 20


def test_a_threshold_moves_the_scores_from_those_of_the_decision_rule(imbalance):
    choose_by(imbalance, "rows")
    decided = f"{readouts(imbalance)['Flagged']:g}"
    choose_by(imbalance, "threshold")
    assert metric(imbalance, "Flagged") == decided
    field = imbalance.number_input(key="settings.threshold-cross_entropy-rare")
    ok(field.set_value(0.0).run())
    assert metric(imbalance, "Flagged") == "120"
    assert metric(imbalance, "Recall") == "1.00"
    assert metric(imbalance, "Caught") == "20"
    assert metric(imbalance, "False alarms") == "100"


def metric(app, label):
    return next(metric.value for metric in app.metric if metric.label == label)


def test_the_most_suspicious_rows_are_flagged_by_their_number(imbalance):
    choose_by(imbalance, "rows")
    key = "settings.threshold-rows-cross_entropy-rare"
    ok(imbalance.number_input(key=key).set_value(7).run())
    found = readouts(imbalance)
    assert found["Flagged"] == 7
    assert found["Caught"] + found["False alarms"] == 7


def test_it_is_stated_whether_moving_the_threshold_does_the_same(imbalance):
    assert "Moving the threshold" in text_of(imbalance)


def test_the_effect_of_the_compared_losses_on_the_threshold_is_explained(imbalance):
    assert "Focal estimates flattened class probabilities" in text_of(imbalance)
    assert "hardly ranks the rows better" in text_of(imbalance)
    assert "logit adjust" not in text_of(imbalance)
