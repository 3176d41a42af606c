"""The Data page: what is refused, what was guessed, and what is asked of a table."""

import numpy as np
import pandas as pd
import pytest

from tests.pages.steps import (
    PAGES,
    compare,
    csv_of,
    go,
    ok,
    press,
    reread,
    said,
    upload,
)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(200), "Excel"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "image"),
        (b"<!doctype html><html><body>x</body></html>", "HTML"),
        (b"a,b\n1,2\n3,4,5\n", "3"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(dashboard, content, sentence):
    upload(dashboard, content)
    assert sentence in dashboard.error[0].value
    assert "Traceback" not in said(dashboard)
    assert "What to predict" not in [part.value for part in dashboard.subheader]


def test_a_file_above_the_limit_is_refused_on_the_server_too(dashboard, monkeypatch):
    monkeypatch.setattr("skloss.app.session.question.MEGABYTES_AT_MOST", 0.001)
    upload(dashboard, csv_of(rows=200))
    assert "the limit is" in dashboard.error[0].value


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n", "2 folds need 4 rows with a known target, and there is 1"),
        (b"a,b\n", "no rows"),
        (b"a,b\n" + b"1,\n" * 50, "are missing; choose another"),
        (b"a,b\n" + b"1,7\n" * 50, "No column is left to predict from"),
        (b"a,b\n" + b"1,x\n2,y\n" * 9 + b"3,z\n", "Class “z” has 1 row, and each"),
    ],
)
def test_a_table_that_cannot_be_compared_says_why(dashboard, content, sentence):
    upload(dashboard, content)
    assert sentence in dashboard.warning[0].value.replace("\\", "")
    for page in PAGES:
        go(dashboard, page)
    go(dashboard, "compare")
    assert dashboard.button(key="compare").disabled
    assert "Nothing has been compared yet" not in said(dashboard)
    assert dashboard.warning


def test_the_proposed_task_can_be_overridden(dashboard):
    upload(dashboard, csv_of(score=np.arange(120) % 5))
    task = next(g for g in dashboard.get("button_group") if g.label == "Task")
    first = task.value
    assert {"regression", "multiclass"} >= {first}
    other = ({"regression", "multiclass"} - {first}).pop()
    ok(task.set_value(other).run())
    assert f"· {other}" in said(dashboard)


def test_hostile_names_reach_the_page_escaped(dashboard):
    name = "![t](http://evil.example/a.png)"
    upload(dashboard, csv_of(**{name: np.arange(120) / 7}), name=f"{name}.csv")
    shown = [part.value for part in [*dashboard.markdown, *dashboard.caption]]
    assert not any("![t](http" in text for text in shown)
    assert any(r"\!\[t\]" in text for text in shown)


def test_two_files_of_one_name_are_two_tables(dashboard):
    upload(dashboard, csv_of(seed=1))
    compare(dashboard)
    first = dashboard.table[0].value
    go(dashboard, "data")
    upload(dashboard, csv_of(seed=2))
    go(dashboard, "compare")
    assert "Nothing has been compared yet" in said(dashboard)
    compare(dashboard)
    assert not dashboard.table[0].value.equals(first)


def test_only_losses_that_take_the_target_are_offered(dashboard):
    upload(dashboard, csv_of(price=np.linspace(-3, 3, 120).round(2)))
    go(dashboard, "compare")
    offered = dashboard.sidebar.button_group[0].options
    assert {"squared error", "huber"} <= set(offered)
    assert not {"poisson", "gamma", "kl divergence"} & set(offered)


def test_what_was_guessed_about_a_file_is_shown_and_can_be_overridden(dashboard):
    upload(dashboard, b"when;size\n01/02/2024;1,5\n03/04/2024;2,5\n")
    between = next(w for w in dashboard.selectbox if w.label == "Between values")
    assert between.options[0] == "as guessed: semicolon ;"
    assert dashboard.dataframe[0].value["when"].iloc[0] == pd.Timestamp("2024-02-01")
    reread(dashboard, **{"Dates such as 3/4/2024": False})
    assert dashboard.dataframe[0].value["when"].iloc[0] == pd.Timestamp("2024-01-02")
    reread(dashboard, **{"Decimal mark": "."})
    assert "1,5" in dashboard.dataframe[0].value["size"].astype(str).tolist()


def test_an_override_that_does_not_work_says_why_and_leaves_the_table(dashboard):
    upload(dashboard, "naïve,size\n1,2\n3,45\n".encode())
    reread(dashboard, Encoding="utf-16")
    assert "not in the encoding utf-16" in dashboard.error[0].value.replace("\\", "")
    assert list(dashboard.dataframe[0].value) == ["naïve", "size"]


def test_a_refused_file_can_be_read_in_another_way(dashboard):
    upload(dashboard, b"1,2\n" * 30 + b"3,4\n" * 30)
    assert "column names" in dashboard.error[0].value
    reread(dashboard, **{"The first row holds": False})
    assert not dashboard.error
    assert list(dashboard.dataframe[0].value) == ["column_1", "column_2"]
    assert len(dashboard.dataframe[0].value) == 60


def test_what_reading_has_to_tell_is_told_even_if_nothing_can_be_compared(dashboard):
    upload(dashboard, b"a,b\n1,7\n2\n3,7\n")
    assert "shorter than the header" in said(dashboard)
    assert dashboard.warning


def test_the_first_screen_leads_to_the_comparison(dashboard):
    upload(dashboard, csv_of())
    press(dashboard, "to-compare")
    assert "Nothing has been compared yet" in said(dashboard)


def test_a_count_asked_for_as_classes_says_what_to_do(dashboard):
    upload(dashboard, csv_of(price=[0, 1, 2, 3, 4, 5] * 19 + [0, 1, 2, 3, 4, 6]))
    assert "· regression" in said(dashboard)
    task = next(g for g in dashboard.get("button_group") if g.label == "Task")
    ok(task.set_value("multiclass").run())
    warned = dashboard.warning[0].value.replace("\\", "")
    assert "Class “6” has 1 row" in warned
    assert "Choose regression if the target is an amount or a count" in warned
