"""The Losses page: curves, parameters, the tug of war and a card for each loss."""

import json
import time

import numpy as np
import pytest

import skloss
from skloss.tasks import TASKS
from tests.pages.steps import (
    compare,
    csv_of,
    go,
    losses_of,
    move,
    moving,
    new_app,
    ok,
    press,
    text_of,
    upload,
)


@pytest.fixture
def losses(dashboard):
    return go(dashboard, "losses")


def choose_task(app, task):
    return ok(app.selectbox(key="settings.explore.task").set_value(str(task)).run())


def choose(app, task, names):
    pills = app.button_group(key=f"settings.explore.losses.{task}")
    return ok(pills.set_value(names).run())


def traces(app):
    return [trace["name"] for figure in moving(app) for trace in figure["traces"]]


def densities(app):
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [trace["name"] for spec in specs for trace in spec["data"]]


def test_the_page_needs_no_table_and_begins_with_three_losses(losses):
    assert "No table is loaded" not in text_of(losses)
    assert traces(losses) == ["squared error", "absolute error", "Huber"]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_every_loss_of_every_task_has_a_curve_and_a_card(losses, task):
    names = skloss.list_losses(str(task))
    choose_task(losses, task)
    choose(losses, task, names)
    cards = [code.value for code in losses.code][:-1]
    assert len(cards) == len(names)
    for name in names:
        assert any(f"get_loss('{name}'" in card for card in cards)
    assert len(traces(losses)) >= len(names)


def test_the_code_of_a_card_gives_the_loss_with_its_parameters(losses):
    choose(losses, "regression", ["quantile"])
    move(losses, "explore.quantile.quantile", 0.9)
    made = eval(losses.code[0].value, {"get_loss": skloss.get_loss})
    assert made.quantile == pytest.approx(0.9)


def test_a_parameter_moves_its_curve_alone(losses):
    choose(losses, "regression", ["quantile", "squared_error"])
    (figure,) = moving(losses)
    (control,) = figure["controls"]
    assert control["label"] == "Quantile: quantile"
    by_name = {trace["name"]: trace for trace in figure["traces"]}
    moved = by_name["quantile"]
    assert moved["controls"] == [0]
    assert len(moved["y"]) == len(control["grid"]) * moved["n"]
    assert by_name["squared error"]["controls"] == []


@pytest.mark.parametrize("quantity", ["gradient", "curvature"])
def test_gradient_and_curvature_have_their_own_figure(losses, quantity):
    control = losses.button_group(key="settings.explore.quantity")
    ok(control.set_value(quantity).run())
    assert moving(losses)[0]["y"]["title"] == quantity


def test_noise_models_of_the_losses_are_drawn(losses):
    assert densities(losses) == ["squared error", "absolute error", "Huber"]
    choose(losses, "regression", ["linex", "mape", "beta_nll"])
    assert "linex" in " ".join(densities(losses)).lower()


def test_the_script_of_the_page_runs(losses, monkeypatch):
    shown = []
    monkeypatch.setattr("plotly.graph_objects.Figure.show", lambda f: shown.append(f))
    exec(compile(losses.code[-1].value, "losses", "exec"), {"__name__": "script"})
    assert [trace.name for trace in shown[0].data] == traces(losses)


def type_formula(app, text):
    return ok(app.text_input(key="settings.explore.formula").set_value(text).run())


def test_a_formula_is_drawn_checked_and_offered_to_the_comparison(losses):
    type_formula(losses, "0.5*(logvar + (y - mu)**2 * exp(-logvar))")
    assert traces(losses)[-1] == "expression"
    assert "passes every law" in text_of(losses)
    assert "Expression(text='0.5*(logvar" in losses.code[-2].value
    press(losses, "use-formula")
    assert losses.session_state["settings.formula"].startswith("0.5*(logvar")


@pytest.mark.parametrize(
    ("linked", "chosen"), [(["huber"], ["huber"]), ([], TASKS[0].default_losses)]
)
def test_a_formula_joins_the_losses_of_a_link_that_was_opened_before(linked, chosen):
    app = ok(new_app(sample="heavy_tailed", loss=linked, folds="3").run())
    go(app, "losses")
    type_formula(app, "(y - mu)**4")
    press(app, "use-formula")
    go(app, "compare")
    assert app.text_input(key="settings.formula").value == "(y - mu)**4"
    assert losses_of(app) == list(chosen)
    assert app.slider(key="settings.folds").value == 3


@pytest.mark.parametrize("text", ["9**9**9", "__import__('os').mu + y", "y - 1"])
def test_what_is_not_a_formula_is_refused_at_once(losses, text):
    started = time.process_time()
    type_formula(losses, text)
    assert time.process_time() - started < 10
    assert losses.warning[0].value
    assert "expression" not in traces(losses)


def test_losses_with_different_axes_have_a_figure_each(losses):
    choose(losses, "regression", ["squared_error", "poisson"])
    titles = [figure["x"]["title"] for figure in moving(losses)]
    assert len(set(titles)) == len(titles) == 2


def test_without_a_loss_the_page_states_what_to_do(losses):
    choose(losses, "regression", [])
    assert "Select at least one loss" in text_of(losses)


def test_the_task_of_the_loaded_table_comes_first(dashboard):
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "common", "rare")))
    go(dashboard, "losses")
    assert dashboard.selectbox(key="settings.explore.task").value == "binary"


def test_residuals_of_a_comparison_are_marked_and_the_hardest_rows_named(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    go(dashboard, "losses")
    assert traces(dashboard)[-1] == "rows of the table"
    assert densities(dashboard)[0] == "rows of the table"
    (hardest,) = [table.value for table in dashboard.table]
    names = [name.replace("\xa0", " ") for name in hardest.columns]
    assert names == ["Squared error", "Absolute error", "Huber"]
    assert "rows that pull hardest have" in text_of(dashboard)


def tug_of(app):
    sent = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    return next(part for part in sent if "losses" in part)


def test_the_tug_of_war_rests_at_the_functional_of_the_target(dashboard):
    rng = np.random.default_rng(0)
    price = np.round(rng.exponential(size=120), 3)
    upload(dashboard, csv_of(price=price))
    go(dashboard, "losses")
    tug = tug_of(dashboard)
    rests = {loss["title"]: loss["rest"] for loss in tug["losses"]}
    assert rests["squared error"] == pytest.approx(price.mean(), rel=1e-6)
    below = np.sort(price)[59:61]
    assert below[0] <= rests["absolute error"] <= below[1]
    assert "price" in tug["label"]


def test_hostile_names_stay_data_of_the_component(dashboard):
    content = csv_of().replace(b"price", b"<img src=x onerror=alert(1)> price")
    upload(dashboard, content)
    go(dashboard, "losses")
    assert "onerror" in tug_of(dashboard)["label"]
    parts = dashboard.get("bidi_component")
    assert all("onerror" not in part.proto.html_content for part in parts)
