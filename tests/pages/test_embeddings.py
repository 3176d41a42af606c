"""The Embeddings page: losses, the embedding, and the nearest rows of a row."""

import json
import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import NeighborhoodComponentsAnalysis

from skloss import report
from skloss.app.session import jobs
from tests.pages.steps import (
    csv_of,
    go,
    is_compared,
    new_app,
    ok,
    press,
    session,
    text_of,
    upload,
    wait_until,
)

VIEWS = "Two groups of columns"
SLOW = threading.Event()


class WaitingNCA(NeighborhoodComponentsAnalysis):
    """NCA that is fitted when a test has seen the page without it."""

    def fit(self, X, y):
        SLOW.wait(60)
        return super().fit(X, y)


@pytest.fixture(scope="module")
def compared():
    with pytest.MonkeyPatch.context() as patch:
        name = "skloss.comparison.embeddings.NeighborhoodComponentsAnalysis"
        patch.setattr(name, WaitingNCA)
        for app in session():
            press(app, "use-breast_cancer")
            go(app, "embeddings")
            ok(app.slider(key="settings.embedding.dimension").set_value(2).run())
            press(app, "start-embeddings")
            # A page that is drawn meanwhile would cost more than the comparison.
            for job in list(jobs.QUEUE._jobs):
                job.join(120)
            yield wait_until(app, lambda app: len(app.dataframe) > 0)
            SLOW.set()


@pytest.fixture
def completed(compared):
    """The page with all baselines, whichever tests ran before."""
    SLOW.set()
    return compared


def result_of(app):
    (job,) = app.session_state["cache.embeddings"].values()
    return job.result


def test_rows_of_a_target_of_numbers_are_matched_by_two_groups_of_columns():
    app = go(new_app(sample="diabetes").run(), "embeddings")
    assert "No column has classes" in text_of(app)
    losses = app.pills(key="settings.pairs.losses")
    assert losses.value == ["symmetric_cross_entropy", "info_nce"]
    second = app.multiselect(key="settings.embedding.second")
    assert second.value == second.options[5:]
    ok(second.set_value([]).run())
    assert app.button(key="start-embeddings").disabled
    assert "Leave at least one column in each group." in [w.value for w in app.warning]


def test_rows_of_an_upload_are_matched_by_a_column_that_is_not_the_target(dashboard):
    upload(dashboard, csv_of(kind=np.repeat(["u", "v", "w"], 40)))
    target = next(box for box in dashboard.selectbox if "target" in box.label)
    ok(target.set_value("price").run())
    go(dashboard, "embeddings")
    assert dashboard.radio(key="settings.embedding.by").value == VIEWS
    by_class = dashboard.radio(key="settings.embedding.by")
    ok(by_class.set_value("Classes of a column").run())
    label = dashboard.selectbox(key="settings.embedding.label")
    assert label.options == ["place", "kind"]
    ok(label.set_value("kind").run())
    ok(dashboard.pills(key="settings.embedding.losses").set_value(["triplet"]).run())
    press(dashboard, "start-embeddings")
    wait_until(dashboard, lambda app: len(app.dataframe) > 0)
    comparison = result_of(dashboard)
    assert comparison.target == "kind"
    assert list(comparison.X) == ["width", "place", "price"]
    assert set(comparison.predictions["y_true"]) == {"u", "v", "w"}


def test_nothing_is_trained_without_a_loss():
    app = go(new_app(sample="breast_cancer").run(), "embeddings")
    ok(app.pills(key="settings.embedding.losses").set_value([]).run())
    assert app.button(key="start-embeddings").disabled
    assert "Select at least one loss." in [box.value for box in app.warning]


def test_a_margin_belongs_to_the_loss_that_has_one():
    app = go(new_app(sample="breast_cancer").run(), "embeddings")
    ok(app.pills(key="settings.embedding.losses").set_value(["info_nce"]).run())
    labels = [slider.label for slider in app.slider]
    assert labels == ["Temperature of InfoNCE", "Dimensions of the embedding"]
    ok(app.pills(key="settings.embedding.losses").set_value(["triplet"]).run())
    labels = [slider.label for slider in app.slider]
    assert labels == ["Margin of triplet", "Dimensions of the embedding"]


def test_results_and_quick_baselines_are_shown_while_nca_is_fitted(compared):
    wait_until(compared, lambda app: "±" in app.table[0].value.loc["(LDA)"].iloc[0])
    cells = compared.table[0].value.iloc[:, 0]
    assert "±" in cells["triplet"]
    assert cells["(NCA)"] == "…"
    SLOW.set()
    wait_until(compared, is_compared)
    assert "±" in compared.table[0].value.loc["(NCA)"].iloc[0]


def test_the_losses_are_compared_on_held_out_rows(completed):
    comparison = result_of(completed)
    assert comparison.task == "embedding"
    assert list(comparison.table.index) == ["triplet", "info_nce"]
    assert comparison.table["recall_at_1", "mean"].min() > 0.8
    wait_until(completed, is_compared)
    shown = completed.table[0].value.index.tolist()
    names = ["(constant)", "(raw\u00a0features)", "(PCA)", "(LDA)", "(NCA)"]
    assert shown == ["triplet", "InfoNCE", *names]
    assert completed.code[0].value == comparison.script()
    titles = [
        json.loads(chart.proto.spec)["layout"]["title"]["text"]
        for chart in completed.get("plotly_chart")
    ]
    assert titles[0].startswith("How soon do rows find a match?")


def test_the_nearest_rows_are_those_of_the_package(completed):
    picker = completed.selectbox(key="settings.embedding-row")
    expected = report.nearest_rows(result_of(completed), "triplet", picker.value)
    shown = completed.dataframe[0].value
    assert shown.index.tolist() == (expected.index + 1).tolist()
    pd.testing.assert_frame_equal(
        shown.reset_index(drop=True), expected.reset_index(drop=True)
    )


def test_a_changed_setting_is_another_comparison(completed):
    slider = completed.slider(key="settings.embedding.dimension")
    ok(slider.set_value(3).run())
    assert "Nothing has been compared yet." in text_of(completed)
    assert "What temperature and margin do" in text_of(completed)
    ok(completed.slider(key="settings.embedding.dimension").set_value(2).run())
    assert "Nothing has been compared yet" not in text_of(completed)


def test_two_groups_of_columns_are_compared_by_what_rows_find(completed):
    ok(completed.radio(key="settings.embedding.by").set_value(VIEWS).run())
    ok(completed.pills(key="settings.pairs.losses").set_value(["siglip"]).run())
    press(completed, "start-embeddings")
    wait_until(completed, lambda app: len(app.dataframe) > 0)
    *_, job = completed.session_state["cache.embeddings"].values()
    assert job.result.task == "pairs"
    assert job.result.X.shape[1] == 15  # the first half of the features
    assert "(CCA)" in completed.table[0].value.index
    row = completed.selectbox(key="settings.embedding-row").value
    expected = report.nearest_rows(job.result, "siglip", row)
    assert completed.dataframe[0].value["rank"].tolist() == expected["rank"].tolist()
    by_class = completed.radio(key="settings.embedding.by")
    ok(by_class.set_value("Classes of a column").run())
    assert completed.table[0].value.index[0] == "triplet"
