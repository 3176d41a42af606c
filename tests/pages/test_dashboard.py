"""The dashboard walked through without a browser: what each page says and offers."""

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from skloss.app.parts import baselines
from skloss.app.session import jobs
from skloss.comparison import baselines as references
from skloss.comparison import result
from tests.pages.steps import (
    PAGES,
    ROOT,
    compare,
    csv_of,
    go,
    is_compared,
    ok,
    press,
    said,
    upload,
    wait_until,
)


def test_the_first_page_offers_an_upload_and_every_sample(dashboard):
    assert dashboard.file_uploader(key="upload").label == "Upload a CSV"
    offered = [b.key for b in dashboard.button if str(b.key).startswith("use-")]
    assert offered == [
        "use-diabetes",
        "use-breast_cancer",
        "use-heavy_tailed",
        "use-rare_class",
    ]


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_page_without_data_says_what_to_do_and_does_it(dashboard, page):
    go(dashboard, page)
    assert "There is no table yet" in said(dashboard)
    button = next(b for b in dashboard.button if "Load the sample" in b.label)
    ok(button.click().run())
    assert "rows · target:" in said(dashboard)
    assert "Nothing has been compared yet" in said(dashboard)


def test_from_upload_to_every_page(dashboard):
    upload(dashboard, csv_of())
    assert "houses.csv · 120 rows · target: price · regression" in said(
        dashboard
    ).replace("*", "")
    compare(dashboard)
    matrix = dashboard.table[0].value
    assert len(matrix) == 4 + 2
    assert matrix.index[-2:].tolist() == ["(constant)", "(gradient\u00a0boosting)"]
    assert all("±" in cell for cell in matrix.iloc[-2:].to_numpy().flat)
    assert [c.split()[0] for c in matrix.columns] == ["RMSE", "MAE", "R²", "NLL"]
    assert any("●" in cell for cell in matrix["MAE ↓"])
    go(dashboard, "residuals")
    assert len(dashboard.get("plotly_chart")) == 2
    go(dashboard, "imbalance")
    assert "Residuals is the page for that" in said(dashboard)


def test_a_table_of_classes_reaches_imbalance(dashboard):
    kinds = np.where(np.arange(120) % 6 == 0, "rare", "common")
    upload(dashboard, csv_of(kind=kinds))
    assert "binary" in said(dashboard)
    compare(dashboard)
    go(dashboard, "imbalance")
    assert len(dashboard.get("plotly_chart")) == 4
    assert "Class weights and logit adjustment move the threshold, not the ranking" in (
        said(dashboard)
    )
    tuned = dashboard.table[1].value
    assert tuned.index.tolist() == ["cross entropy", "focal"]
    assert [m.label for m in dashboard.metric][:2] == ["Recall", "Precision"]
    before = dashboard.metric[4].value
    ok(dashboard.slider(key="settings.threshold").set_value(0.0).run())
    assert dashboard.metric[4].value == "120" != before
    go(dashboard, "residuals")
    assert "Imbalance is the page for that" in said(dashboard)


def test_leaving_a_page_loses_nothing(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, folds=3)
    before = dashboard.table[0].value
    for page in ["data", "residuals", "data", "compare"]:
        go(dashboard, page)
    assert dashboard.table[0].value.equals(before)
    assert dashboard.slider(key="settings.folds").value == 3
    assert dashboard.number_input(key="settings.epochs").value == 15


def test_changing_a_widget_starts_nothing(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard)
    before = dashboard.table[0].value
    ok(dashboard.slider(key="settings.folds").set_value(4).run())
    assert not any(b.key == "stop" for b in dashboard.button)
    assert dashboard.table[0].value.equals(before)
    assert "The settings have changed since" in said(dashboard)


def test_a_second_press_does_not_start_a_second_fit(dashboard):
    press(dashboard, "use-diabetes")
    go(dashboard, "compare")
    dashboard.number_input(key="settings.epochs").set_value(2000).run()
    press(dashboard, "compare")
    assert dashboard.button(key="compare").disabled
    ok(dashboard.run())
    assert len(jobs.QUEUE._jobs) == 1


def test_stop_keeps_what_is_there_and_says_so(dashboard):
    press(dashboard, "use-heavy_tailed")
    go(dashboard, "compare")
    dashboard.number_input(key="settings.epochs").set_value(2000).run()
    press(dashboard, "compare")
    job = jobs.QUEUE._jobs[0]
    deadline = time.monotonic() + 60
    while job.progress().epoch < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    press(dashboard, "stop")
    asked = time.monotonic()
    job.join(30)
    assert time.monotonic() - asked < 2
    ok(dashboard.run())
    assert "stopped this comparison" in said(dashboard)


def test_the_address_brings_sample_target_losses_and_settings(dashboard):
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["sample"] = "diabetes"
    app.query_params["target"] = "bmi"
    app.query_params["loss"] = ["huber(delta=2.0)", "quantile", "nonsense"]
    app.query_params["folds"] = "3"
    ok(app.run())
    assert "target: **bmi**" in said(app)
    go(app, "compare")
    assert app.slider(key="settings.folds").value == 3
    chosen = app.get("button_group")[0].value
    assert chosen == ["huber", "quantile"]
    assert app.number_input(key="settings.param.huber.delta").value == 2.0


@pytest.mark.parametrize(
    "query",
    [
        {"sample": "../../etc/passwd"},
        {"sample": "diabetes", "target": "nonsense", "task": "nonsense"},
        {"sample": "diabetes", "loss": "<script>", "folds": "many", "seed": "-1"},
        {"loss": "huber(delta=1e309)", "network": "0"},
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_hostile_address_harms_nothing(query, page):
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    ok(app.run())
    go(app, page)


def test_the_worst_rows_are_those_of_the_table(dashboard):
    prices = np.arange(120) / 10
    prices[77] = 900.0
    upload(dashboard, csv_of(price=prices))
    compare(dashboard)
    shown = dashboard.dataframe[0].value
    assert shown.index[0] == 78
    assert shown["true price"].iloc[0] == 900.0
    assert {"width", "place"} <= set(shown)


def test_many_classes_have_no_yardsticks(dashboard):
    upload(dashboard, csv_of(rows=160, kind=[f"k{i % 40}" for i in range(160)]))
    compare(dashboard, epochs=2)
    assert len(dashboard.table[0].value) == 2


def test_yardsticks_can_be_stopped_and_computed_after_all(dashboard, monkeypatch):
    def slow(*args):
        stop = args[-1]
        while not stop():
            time.sleep(0.01)
        return references.score_references(*args)

    monkeypatch.setattr(result, "score_references", slow)
    monkeypatch.setattr(baselines, "_SECONDS_BEFORE_STOP", 0.0)
    upload(dashboard, csv_of())
    go(dashboard, "compare")
    dashboard.number_input(key="settings.epochs").set_value(5).run()
    press(dashboard, "compare")
    wait_until(dashboard, lambda app: "stop-yardsticks" in keys(app))
    assert "(constant)" in dashboard.table[0].value.index
    press(dashboard, "stop-yardsticks")
    wait_until(dashboard, lambda app: "start-yardsticks" in keys(app))
    assert "The yardsticks were stopped before they were known." in said(dashboard)
    assert len(dashboard.table[0].value) == 4
    monkeypatch.setattr(result, "score_references", references.score_references)
    press(dashboard, "start-yardsticks")
    wait_until(dashboard, is_compared)
    assert len(dashboard.table[0].value) == 4 + 2
    assert not {"stop-yardsticks", "start-yardsticks"} & keys(dashboard)


def test_yardsticks_that_fail_say_so_and_leave_the_losses(dashboard, monkeypatch):
    def greedy(*args):
        raise MemoryError

    monkeypatch.setattr(result, "score_references", greedy)
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    wait_until(dashboard, lambda app: "could not be computed" in said(app))
    assert "has not enough memory" in said(dashboard)
    assert len(dashboard.table[0].value) == 4


def keys(app):
    return {button.key for button in app.button}


def test_what_was_chosen_for_one_table_does_not_break_the_next(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard)
    ok(dashboard.selectbox(key="settings.fold-metric").set_value("mae").run())
    go(dashboard, "data")
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "a", "b")))
    compare(dashboard)
    go(dashboard, "imbalance")
    ok(dashboard.selectbox(key="settings.imbalance-class").set_value("a").run())
    go(dashboard, "compare")
    go(dashboard, "imbalance")
    assert dashboard.selectbox(key="settings.imbalance-class").value == "a"
    go(dashboard, "data")
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "c", "d")))
    compare(dashboard)
    go(dashboard, "imbalance")
    assert dashboard.selectbox(key="settings.imbalance-class").value == "d"


def test_a_comparison_of_another_table_is_named(dashboard):
    press(dashboard, "use-heavy_tailed")
    go(dashboard, "compare")
    dashboard.number_input(key="settings.epochs").set_value(2000).run()
    press(dashboard, "compare")
    assert "Still comparing" not in said(dashboard)
    go(dashboard, "data")
    press(dashboard, "use-diabetes")
    go(dashboard, "compare")
    assert "Still comparing **heavy_tailed.csv**" in said(dashboard)
    press(dashboard, "stop")
