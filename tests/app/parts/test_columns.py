"""Preview, roles, target and task of a table."""

import numpy as np
import pandas as pd

from skloss.app.parts.columns import date_columns
from tests.pages.steps import csv_of, ok, text_of, upload


def test_dates_with_a_time_keep_it():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-31", None]),
            "moment": pd.to_datetime(["2024-01-31 10:00", "2024-02-01 00:00"]),
            "never": pd.to_datetime([None, None]),
            "text": ["2024-01-31", "2024-02-01"],
        }
    )
    assert list(date_columns(frame)) == ["day", "never"]


def task_pills(app):
    return next(g for g in app.get("button_group") if g.label == "Task")


def test_only_possible_tasks_are_offered(dashboard):
    upload(dashboard, csv_of(target=["a", "b", "c"] * 40))
    pills = task_pills(dashboard)
    assert pills.options == [
        "multiclass: predict one of several classes",
        "ordinal: predict one of several ordered classes",
    ]
    assert "Proposed: multiclass." in text_of(dashboard)


def test_numbers_may_be_classes(dashboard):
    upload(dashboard, csv_of(score=np.arange(120) % 2))
    assert task_pills(dashboard).options == [
        "regression: predict a number",
        "binary: predict one of two classes",
    ]


def test_another_target_gets_another_task(dashboard):
    upload(dashboard, csv_of())
    target = next(w for w in dashboard.selectbox if w.label.startswith("Column to"))
    ok(target.set_value("place").run())
    assert "target: **place** · binary" in text_of(dashboard)


def test_the_preview_numbers_its_rows_from_one(dashboard):
    upload(dashboard, csv_of(rows=300))
    preview = dashboard.dataframe[0].value
    assert (preview.index[0], len(preview)) == (1, 200)
    assert "The first 200 of 300 rows." in text_of(dashboard)


def set_roles(app, **roles):
    changed = app.session_state["roles"].copy()
    for column, role in roles.items():
        changed.loc[column, "role"] = role
    app.session_state["roles"] = changed
    return ok(app.run())


def test_the_roles_of_a_link_are_those_of_the_page(dashboard):
    upload(dashboard, csv_of(clinic=np.arange(120) % 9, w=np.arange(120) % 3 + 1.0))
    target = next(w for w in dashboard.selectbox if w.label.startswith("Column to"))
    ok(target.set_value("price").run())
    set_roles(dashboard, clinic="group", w="weight")
    assert dashboard.query_params["role"] == ["group:clinic", "weight:w"]
    assert "Rows with the same “clinic” are in the same fold." in text_of(dashboard)
    del dashboard.query_params["role"]
    ok(dashboard.run())
    assert dashboard.session_state["roles"].loc["clinic", "role"] == "feature"
    dashboard.query_params["role"] = ["group:clinic", "nonsense:w", "time:nonsense"]
    ok(dashboard.run())
    assert dashboard.session_state["roles"].loc["clinic", "role"] == "group"
    assert dashboard.session_state["roles"].loc["w", "role"] == "feature"


def test_several_columns_are_predicted_together(dashboard):
    rng = np.random.default_rng(0)
    labels = {name: (rng.random(120) < 0.4).astype(int) for name in ("r", "s", "y")}
    upload(dashboard, csv_of(**labels))
    assert dashboard.session_state["target"] == "y"
    others = next(g for g in dashboard.button_group if g.label == "Other targets")
    ok(others.set_value(["r", "s"]).run())
    assert "targets: **y**, **r** and **s** · multilabel" in text_of(dashboard)
    assert "3 columns of 0 and 1, one for each label" in text_of(dashboard)
    assert dashboard.query_params["role"] == ["target:r", "target:s"]


def test_words_with_an_order_are_ordinal_and_the_order_can_be_changed(dashboard):
    upload(dashboard, csv_of(target=["good", "poor", "fair"] * 40))
    assert "target: **target** · ordinal" in text_of(dashboard)
    order = dashboard.multiselect[0]
    assert order.value == ["poor", "fair", "good"]
    ok(order.set_value(["good", "fair"]).run())
    assert dashboard.session_state["question"].order == ("good", "fair", "poor")
    assert dashboard.query_params["order"] == ["good", "fair"]
