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
    assert pills.options == ["multiclass: predict one of several classes"]
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
