"""The Decide page: prices, the decision that they imply, and money per row."""

import json

import numpy as np
import pandas as pd
import pytest

from skloss import costs
from skloss.comparison import rank_decisions, reprice
from tests.pages.steps import (
    compare,
    csv_of,
    go,
    keys_of_buttons,
    new_app,
    ok,
    press,
    session,
    text_of,
    upload,
    wait_until,
)

KINDS = np.where(np.arange(120) % 6 == 0, "rare", "common")


# One session for several tests, each of which sets the controls that it depends on.
@pytest.fixture(scope="module")
def numbers():
    yield from compared(csv_of())


@pytest.fixture(scope="module")
def classes():
    amounts = np.linspace(1, 50, 120).round(1)
    yield from compared(csv_of(amount=amounts, outcome=KINDS))


def compared(content):
    for app in session():
        upload(app, content)
        compare(app, epochs=5)
        yield go(app, "decide")


def set_price(app, name, value):
    return ok(app.number_input(key=f"settings.decide.{name}").set_value(value).run())


def captions(app):
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [spec["layout"]["meta"]["caption"] for spec in specs]


def result_of(app):
    (result,) = app.session_state["results"].values()
    return result.comparison


def printed(app, before=""):
    """Run the code of the page, without its comparison and its figures."""
    lines = app.code[0].value.splitlines()
    kept = [line for line in lines if not line.endswith(".show()")]
    scope = {"__name__": "script"}
    exec(compile("\n".join([before, *kept]), "script", "exec"), scope)
    return scope


def test_the_prices_imply_a_quantile(numbers):
    assert "The best decision is **the 0.75 quantile**." in text_of(numbers)
    set_price(numbers, "under", 19.0)
    assert "The best decision is **the 0.95 quantile**." in text_of(numbers)
    assert "under your cost (the 0.95 quantile)" in captions(numbers)[2]


def test_the_table_holds_the_costs_of_the_package(numbers):
    set_price(numbers, "under", 3.0)
    ranked = rank_decisions(reprice(result_of(numbers), costs.Linear(3.0, 1.0)))
    table = numbers.table[0].value
    assert len(table) == len(ranked) == 2 * len(result_of(numbers).table)
    assert table["Decision"].tolist() == ranked["way"].tolist()
    assert float(table["Cost per row"].iloc[0]) == pytest.approx(
        ranked["mean"].iloc[0], rel=5e-3
    )


def test_a_row_is_chosen_and_shown(numbers):
    ok(numbers.number_input(key="settings.decide.row").set_value(7).run())
    truth = result_of(numbers).y.iloc[6]
    assert f"The truth was {truth:.3g}".replace("-", "−") in captions(numbers)[2]
    assert numbers.dataframe[0].value.index.tolist() == [7]


def test_a_free_direction_is_refused_in_a_sentence(numbers):
    set_price(numbers, "under", 0.0)
    assert "Set both costs above 0" in text_of(numbers)
    assert not numbers.get("plotly_chart")


def test_two_prices_of_classes_imply_a_threshold(classes):
    assert "“rare” where its probability is at least 0.167" in text_of(classes)
    set_price(classes, "miss", 99.0)
    assert "“rare” where its probability is at least 0.01" in text_of(classes)
    assert "What does each decision cost?" in json.dumps(
        json.loads(classes.get("plotly_chart")[2].proto.spec)
    )


def test_a_column_holds_the_amounts(classes):
    amounts = classes.selectbox(key="settings.decide.amounts")
    assert amounts.options == ["the same for all rows", "column “amount”"]
    ok(amounts.set_value("amount").run())
    assert "the row's threshold" in text_of(classes)
    table = result_of(classes)
    cost = costs.binary(1.0, np.linspace(1, 50, 120).round(1))
    ranked = rank_decisions(reprice(table, cost))
    assert float(classes.table[0].value["Cost per row"].iloc[0]) == pytest.approx(
        ranked["mean"].iloc[0], rel=5e-3
    )
    assert "false_negative=frame.loc[X.index, 'amount'])" in classes.code[0].value


def test_a_matrix_prices_each_decision_between_several_classes(dashboard):
    upload(dashboard, csv_of(target=np.array(["a", "b", "c"])[np.arange(120) % 3]))
    compare(dashboard, epochs=3)
    go(dashboard, "decide")
    assert "the class of least expected cost" in text_of(dashboard)
    assert "ClassCosts(matrix=[[0.0, 1.0, 1.0], " in dashboard.code[0].value
    assert len(dashboard.get("plotly_chart")) == 3


def test_the_code_gives_the_numbers_of_the_page():
    app = ok(
        new_app(sample="diabetes", loss=["absolute_error"], network="linear").run()
    )
    compare(app, epochs=5)
    go(app, "decide")
    found = printed(app)["ranked"]
    shown = app.table[0].value
    assert shown["Decision"].tolist() == found["way"].tolist()
    np.testing.assert_allclose(
        pd.to_numeric(shown["Cost per row"]), found["mean"], rtol=6e-3
    )


def test_prices_stay_when_the_page_is_left(numbers):
    set_price(numbers, "over", 2.5)
    go(numbers, "compare")
    go(numbers, "decide")
    assert numbers.number_input(key="settings.decide.over").value == 2.5


def test_the_loss_that_trains_for_the_cost_is_added_on_request(numbers):
    set_price(numbers, "under", 4.0)
    set_price(numbers, "over", 1.0)
    press(numbers, "train-for-cost")
    wait_until(
        numbers, lambda app: bool(app.table) and "stop" not in keys_of_buttons(app)
    )
    assert "(trained for it)" in numbers.get("plotly_chart")[0].proto.spec
    assert "yes" in numbers.table[0].value["Trained for it"].tolist()
    assert "train-for-cost" not in keys_of_buttons(numbers)
    assert "The settings have changed" not in text_of(numbers)
