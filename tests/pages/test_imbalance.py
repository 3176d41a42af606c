"""The Imbalance page: decisions, the threshold, and ranking curves."""

import numpy as np
import pytest

from tests.pages.steps import compare, csv_of, go, ok, text_of, upload


@pytest.fixture
def imbalance(dashboard):
    kinds = np.where(np.arange(120) % 6 == 0, "rare", "common")
    upload(dashboard, csv_of(kind=kinds))
    compare(dashboard)
    return go(dashboard, "imbalance")


def test_the_rarest_class_comes_first(imbalance):
    classes = imbalance.selectbox(key="settings.imbalance-class")
    assert classes.options == ["rare, 16.7% of rows", "common, 83.3% of rows"]
    assert classes.value == "rare"


def test_each_section_has_its_figures_and_tables(imbalance):
    assert len(imbalance.get("plotly_chart")) == 4
    assert [part.value for part in imbalance.subheader] == [
        "Confusion matrix at the default threshold",
        "Choose the threshold",
        "Ranking of the rows",
    ]
    classes, tuned = (table.value for table in imbalance.table)
    assert classes.index.tolist() == ["rare", "common"]
    assert tuned.index.tolist() == [r"cross\-entropy", "focal"]


def test_the_threshold_moves_the_scores(imbalance):
    labels = [metric.label for metric in imbalance.metric]
    assert labels[:2] == ["Recall", "Precision"]
    before = imbalance.metric[4].value
    ok(imbalance.slider(key="settings.threshold").set_value(0.0).run())
    assert imbalance.metric[4].value == "120" != before
    assert imbalance.metric[0].value == "1.00"


def test_the_effect_of_class_weights_is_explained(imbalance):
    assert "do not rank the rows better" in text_of(imbalance)
