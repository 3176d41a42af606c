"""The Losses page: curves, parameters, the tug of war and a card for each loss."""

import json

import numpy as np
import pytest

import skloss
from skloss.tasks import TASKS
from tests.pages.steps import compare, csv_of, go, ok, text_of, upload


@pytest.fixture
def losses(dashboard):
    return go(dashboard, "losses")


def choose_task(app, task):
    return ok(app.selectbox(key="settings.explore.task").set_value(str(task)).run())


def choose(app, task, names):
    pills = app.button_group(key=f"settings.explore.losses.{task}")
    return ok(pills.set_value(names).run())


def figures(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def traces(app):
    return [t["name"] for figure in figures(app) for t in figure["data"]]


def test_the_page_needs_no_table_and_begins_with_three_losses(losses):
    assert "No table is loaded" not in text_of(losses)
    assert traces(losses) == ["squared error", "absolute error", "Huber"]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_every_loss_of_every_task_has_a_curve_and_a_card(losses, task):
    names = skloss.list_losses(str(task))
    choose_task(losses, task)
    choose(losses, task, names)
    cards = [code.value for code in losses.code]
    assert len(cards) == len(names)
    for name in names:
        assert any(f"get_loss('{name}'" in card for card in cards)
    assert len(traces(losses)) >= len(names)


def test_the_code_of_a_card_gives_the_loss_with_its_parameters(losses):
    choose(losses, "regression", ["quantile"])
    slider = losses.slider(key="settings.explore.quantile.quantile")
    ok(slider.set_value(0.9).run())
    made = eval(losses.code[0].value, {"get_loss": skloss.get_loss})
    assert made.quantile == pytest.approx(0.9)


def test_a_parameter_changes_the_curve(losses):
    choose(losses, "regression", ["quantile"])
    before = figures(losses)
    slider = losses.slider(key="settings.explore.quantile.quantile")
    ok(slider.set_value(0.9).run())
    assert figures(losses) != before


@pytest.mark.parametrize("quantity", ["gradient", "curvature"])
def test_gradient_and_curvature_have_their_own_figure(losses, quantity):
    control = losses.button_group(key="settings.explore.quantity")
    ok(control.set_value(quantity).run())
    assert figures(losses)[0]["layout"]["yaxis"]["title"]["text"] == quantity


def test_losses_with_different_axes_have_a_figure_each(losses):
    choose(losses, "regression", ["squared_error", "poisson"])
    titles = [f["layout"]["xaxis"]["title"]["text"] for f in figures(losses)]
    assert len(set(titles)) == len(titles) == 2


def test_without_a_loss_the_page_states_what_to_do(losses):
    choose(losses, "regression", [])
    assert "Select at least one loss" in text_of(losses)


def test_the_task_of_the_loaded_table_comes_first(dashboard):
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "common", "rare")))
    go(dashboard, "losses")
    assert dashboard.selectbox(key="settings.explore.task").value == "binary"


def test_residuals_of_a_comparison_are_marked(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    go(dashboard, "losses")
    assert traces(dashboard)[-1] == "rows of the table"


def tug_of(app):
    (component,) = app.get("bidi_component")
    return json.loads(component.proto.json)


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
    content = csv_of().replace(b"price", b"<img src=x onerror=alert(1)>")
    upload(dashboard, content)
    go(dashboard, "losses")
    (component,) = dashboard.get("bidi_component")
    assert "onerror" in tug_of(dashboard)["label"]
    assert "onerror" not in component.proto.html_content
