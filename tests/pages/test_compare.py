"""The Compare page: settings, progress, the matrix and the worst rows."""

import json
import time

import numpy as np
import pytest

from skloss.app.parts import baselines
from skloss.app.session import jobs
from skloss.comparison import Comparison
from tests.pages.steps import (
    choose_epochs,
    compare,
    csv_of,
    go,
    is_compared,
    keys_of_buttons,
    losses_of,
    offered_losses,
    ok,
    press,
    select_losses,
    session,
    text_of,
    upload,
    wait_until,
)


@pytest.fixture(scope="module")
def compared():
    """One session for several tests, which leave its controls as they were."""
    for app in session():
        upload(app, csv_of())
        yield compare(app)


def test_the_matrix_has_losses_and_baselines(compared):
    matrix = compared.table[0].value
    assert len(matrix) == 4 + 3
    assert matrix.index[-3:].tolist() == [
        "(constant)",
        "(linear\u00a0model)",
        "(gradient\u00a0boosting)",
    ]
    assert all("±" in cell for cell in matrix.iloc[-3:].to_numpy().flat)
    assert [c.split()[0] for c in matrix.columns] == ["RMSE", "MAE", "R²", "NLL"]
    assert any("●" in cell for cell in matrix["MAE ↓"])


def test_the_default_losses_are_those_of_the_task(dashboard):
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "a", "b")))
    go(dashboard, "compare")
    assert losses_of(dashboard) == ["cross_entropy", "focal"]
    assert dashboard.selectbox(key="settings.preset").value == "Start here"


def test_only_losses_that_support_the_target_are_offered(dashboard):
    upload(dashboard, csv_of(price=np.linspace(-3, 3, 120).round(2)))
    go(dashboard, "compare")
    offered = offered_losses(dashboard)
    assert {"squared error", "Huber"} <= set(offered)
    assert not {"Poisson", "gamma", "KL divergence"} & set(offered)
    disabled = {
        one.label.replace("\\", ""): one.options
        for one in dashboard.sidebar.button_group
        if one.disabled
    }
    assert "Poisson" in disabled["Requires targets >= 0, but y holds -3."]
    assert "focal" in disabled["For targets of classes."]


def test_a_preset_selects_the_losses_of_a_purpose(dashboard):
    upload(dashboard, csv_of())
    go(dashboard, "compare")
    preset = dashboard.selectbox(key="settings.preset")
    ok(preset.set_value("Robust").run())
    robust = ["huber", "pseudo_huber", "log_cosh", "general_robust"]
    assert set(losses_of(dashboard)) == {"squared_error", *robust}
    select_losses(dashboard, ["squared_error", "huber"])
    assert dashboard.selectbox(key="settings.preset").value is None


def test_other_models_are_ranked_with_the_losses(dashboard):
    upload(dashboard, csv_of())
    choose_epochs(dashboard, 2)
    select_losses(dashboard, ["squared_error"])
    ok(dashboard.button_group(key="settings.contenders").set_value(["linear"]).run())
    assert "1 loss and 1 other model ×" in text_of(dashboard)
    compare(dashboard, epochs=2)
    matrix = dashboard.table[0].value
    assert matrix.index[1] == "penalized\u00a0linear\u00a0model"
    assert "●" in matrix["MAE ↓"].iloc[1]


def test_without_a_loss_the_comparison_cannot_start(dashboard):
    upload(dashboard, csv_of())
    go(dashboard, "compare")
    select_losses(dashboard, [])
    assert dashboard.button(key="compare").disabled
    assert "Select at least one loss." in text_of(dashboard)


def test_the_cost_is_stated_before_the_start(dashboard):
    upload(dashboard, csv_of())
    go(dashboard, "compare")
    ok(dashboard.slider(key="settings.folds").set_value(3).run())
    assert "4 losses × 3 folds on 120 rows, about " in text_of(dashboard)


def test_changing_a_widget_starts_nothing(compared):
    before = compared.table[0].value
    ok(compared.slider(key="settings.folds").set_value(4).run())
    assert "stop" not in keys_of_buttons(compared)
    assert compared.table[0].value.equals(before)
    assert "The settings have changed since" in text_of(compared)
    ok(compared.slider(key="settings.folds").set_value(2).run())


def test_a_second_press_does_not_start_a_second_fit(dashboard):
    press(dashboard, "use-diabetes")
    choose_epochs(dashboard, 2000)
    press(dashboard, "compare")
    assert dashboard.button(key="compare").disabled
    ok(dashboard.run())
    assert len(jobs.QUEUE._jobs) == 1


def test_stop_keeps_finished_losses_and_reports_it(dashboard):
    press(dashboard, "use-heavy_tailed")
    choose_epochs(dashboard, 2000)
    press(dashboard, "compare")
    job = jobs.QUEUE._jobs[0]
    deadline = time.monotonic() + 60
    while job.progress().epoch < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    press(dashboard, "stop")
    # Time of the processor, as other tests run at the same time.
    pressed = time.process_time()
    job.join(60)
    assert time.process_time() - pressed < 2
    ok(dashboard.run())
    assert "This comparison was stopped before its end." in text_of(dashboard)


def test_a_stop_before_anything_was_trained_is_stated(dashboard, monkeypatch):
    monkeypatch.setattr(jobs.QUEUE, "at_once", 0)  # the job waits for its turn
    press(dashboard, "use-diabetes")
    go(dashboard, "compare")
    press(dashboard, "compare")
    press(dashboard, "stop")
    assert "when no loss had finished an epoch" in text_of(dashboard)
    assert not dashboard.button(key="compare").disabled
    assert not dashboard.table


def test_two_files_of_one_name_are_two_tables(dashboard):
    upload(dashboard, csv_of(seed=1))
    compare(dashboard, epochs=2)
    first = dashboard.table[0].value
    go(dashboard, "data")
    upload(dashboard, csv_of(seed=2))
    go(dashboard, "compare")
    assert "Nothing has been compared yet" in text_of(dashboard)
    compare(dashboard, epochs=2)
    assert not dashboard.table[0].value.equals(first)


def test_the_worst_rows_are_those_of_the_table(dashboard):
    prices = np.arange(120) / 10
    prices[77] = 900.0
    upload(dashboard, csv_of(price=prices))
    compare(dashboard, epochs=3)
    shown = dashboard.dataframe[0].value
    assert shown.index[0] == 78
    assert shown["true price"].iloc[0] == 900.0
    assert {"width", "place"} <= set(shown)


def test_many_classes_have_no_baselines(dashboard):
    upload(dashboard, csv_of(rows=160, target=[f"k{i % 40}" for i in range(160)]))
    compare(dashboard, epochs=2)
    assert len(dashboard.table[0].value) == 2


def place_of_tabs(app):
    """Return the position of the tabs on the page, and the identity of their key."""
    children = app.main.children.items()
    ((number, tabs),) = [one for one in children if one[1].type == "tab_container"]
    assert tabs.proto.id
    return number, tabs.proto.id


def test_baselines_can_be_stopped_and_computed_again(dashboard, monkeypatch):
    references = Comparison.references

    def slow(comparison, should_stop, on_progress):
        while not should_stop():
            time.sleep(0.01)
        return references(comparison, should_stop)

    monkeypatch.setattr(baselines, "_SECONDS_BEFORE_STOP", 0.0)
    upload(dashboard, csv_of())
    choose_epochs(dashboard, 5)
    with monkeypatch.context() as slowed:
        slowed.setattr(Comparison, "references", slow)
        press(dashboard, "compare")
        wait_until(dashboard, lambda app: "stop-baselines" in keys_of_buttons(app))
        assert "(constant)" in dashboard.table[0].value.index
        place = place_of_tabs(dashboard)
        press(dashboard, "stop-baselines")
        wait_until(dashboard, lambda app: "start-baselines" in keys_of_buttons(app))
    stopped = "The baselines were stopped before they were finished."
    assert stopped in text_of(dashboard)
    assert len(dashboard.table[0].value) == 4
    press(dashboard, "start-baselines")
    wait_until(dashboard, is_compared)
    assert len(dashboard.table[0].value) == 4 + 3
    assert not {"stop-baselines", "start-baselines"} & keys_of_buttons(dashboard)
    # With the checks that read the baselines; tabs that move would lose the chosen one.
    assert "Checks" in text_of(dashboard)
    assert place_of_tabs(dashboard) == place


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "does not have enough memory"),
        (ValueError("A fold has one class."), "A fold has one class."),
    ],
)
def test_baselines_that_fail_leave_the_losses(dashboard, monkeypatch, error, sentence):
    def fail(comparison, should_stop, on_progress):
        raise error

    monkeypatch.setattr(Comparison, "references", fail)
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    wait_until(dashboard, lambda app: "could not be computed" in text_of(app))
    assert sentence in text_of(dashboard)
    assert len(dashboard.table[0].value) == 4


def fits_of(app):
    (chart,) = [c for c in app.get("plotly_chart") if "How does each" in c.proto.spec]
    return json.loads(chart.proto.spec)


def test_the_fits_come_first_and_follow_the_chosen_feature(compared):
    assert compared.tabs[0].label == "Fits"
    for feature in ("place", "width"):
        ok(compared.selectbox(key="settings.fits-feature").set_value(feature).run())
        assert fits_of(compared)["layout"]["xaxis"]["title"]["text"] == feature


def test_the_fits_of_classes_are_probabilities(dashboard):
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "a", "b")))
    compare(dashboard, epochs=2)
    titles = fits_of(dashboard)["layout"]["yaxis"]["title"]
    assert titles["text"] == "probability of b"


@pytest.mark.parametrize(
    ("column", "role", "title"),
    [
        ("week", "time", "Do errors change over time?"),
        ("shop", "group", "Which groups have the largest errors?"),
    ],
)
def test_errors_are_drawn_by_the_role_of_a_column(dashboard, column, role, title):
    rows = np.arange(120)
    upload(dashboard, csv_of(week=rows // 2, shop=np.array([*"abcdef"])[rows % 6]))
    roles = dashboard.session_state["roles"].copy()
    roles.loc[column, "role"] = role
    dashboard.session_state["roles"] = roles
    compare(dashboard, epochs=2)
    assert "Time and groups" in [tab.label for tab in dashboard.tabs]
    specs = [chart.proto.spec for chart in dashboard.get("plotly_chart")]
    assert sum(title in spec for spec in specs) == 1
