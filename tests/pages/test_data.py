"""The Data page: what is refused, reading options, target and task."""

import numpy as np
import pytest

from skloss.datasets import list_samples
from tests.pages.steps import (
    PATHS,
    csv_of,
    go,
    keys_of_buttons,
    ok,
    press,
    text_of,
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
def test_a_file_that_is_not_a_table_is_refused(dashboard, content, sentence):
    upload(dashboard, content)
    assert sentence in dashboard.error[0].value
    assert "Traceback" not in text_of(dashboard)
    assert "What to predict" not in [part.value for part in dashboard.subheader]


def test_the_first_page_offers_an_upload_and_every_sample(dashboard):
    assert dashboard.file_uploader(key="upload").label == "Upload a CSV"
    offered = [b.key for b in dashboard.button if str(b.key).startswith("use-")]
    assert offered == [f"use-{name}" for name in list_samples()]
    labels = [b.label for b in dashboard.button if b.key in offered]
    assert len(set(labels)) == len(offered)


def test_a_forgotten_table_is_gone_from_the_session_and_the_server(dashboard):
    assert "forget" not in keys_of_buttons(dashboard)
    upload(dashboard, csv_of(), name="secret.csv")
    assert "secret" in text_of(dashboard)
    press(dashboard, "forget")
    assert "secret" not in text_of(dashboard)
    assert dashboard.file_uploader(key="upload1").value is None
    assert "forget" not in keys_of_buttons(dashboard)
    assert dict(dashboard.query_params) == {}
    for path in PATHS:
        assert "secret" not in text_of(go(dashboard, path))


def test_the_header_sums_up_the_question(dashboard):
    upload(dashboard, csv_of())
    assert "houses.csv · 120 rows · target: price · regression" in text_of(
        dashboard
    ).replace("*", "")


def test_a_file_above_the_limit_is_refused_on_the_server_too(dashboard, monkeypatch):
    monkeypatch.setattr("skloss.app.session.tables.MEGABYTES_AT_MOST", 0.001)
    upload(dashboard, csv_of(rows=200))
    assert "the limit is" in dashboard.error[0].value


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1,2\n", "2 folds need 4 rows with a known target, but there is 1"),
        (b"a,b\n", "no rows"),
        (b"a,b\n" + b"1,\n" * 50, "are missing; choose another"),
        (b"a,b\n" + b"1,7\n" * 50, "No feature is left"),
        (b"a,b\n" + b"1,x\n2,y\n" * 9 + b"3,z\n", "Class “z” has 1 row, but each"),
    ],
)
def test_a_table_that_cannot_be_compared_shows_why(dashboard, content, sentence):
    upload(dashboard, content)
    assert sentence in dashboard.warning[0].value.replace("\\", "")
    for page in PATHS:
        go(dashboard, page)
    go(dashboard, "compare")
    assert dashboard.button(key="compare").disabled
    assert "Nothing has been compared yet" not in text_of(dashboard)
    assert dashboard.warning


def test_the_proposed_task_can_be_overridden(dashboard):
    upload(dashboard, csv_of(score=np.arange(120) % 5))
    task = next(g for g in dashboard.get("button_group") if g.label == "Task")
    first = task.value
    assert {"regression", "multiclass"} >= {first}
    other = ({"regression", "multiclass"} - {first}).pop()
    ok(task.set_value(other).run())
    assert f"· {other}" in text_of(dashboard)


def test_hostile_names_reach_the_page_escaped(dashboard):
    name = "![t](http://evil.example/a.png)"
    upload(dashboard, csv_of(**{name: np.arange(120) / 7}), name=f"{name}.csv")
    shown = [part.value for part in [*dashboard.markdown, *dashboard.caption]]
    assert not any("![t](http" in text for text in shown)
    assert any(r"\!\[t\]" in text for text in shown)


def test_notices_are_shown_even_if_nothing_can_be_compared(dashboard):
    upload(dashboard, b"a,b\n1,7\n2\n3,7\n")
    assert "shorter than the header" in text_of(dashboard)
    assert dashboard.warning


def test_a_count_treated_as_classes_suggests_regression(dashboard):
    upload(dashboard, csv_of(price=[0, 1, 2, 3, 4, 5] * 19 + [0, 1, 2, 3, 4, 6]))
    assert "· regression" in text_of(dashboard)
    task = next(g for g in dashboard.get("button_group") if g.label == "Task")
    ok(task.set_value("multiclass").run())
    warned = dashboard.warning[0].value.replace("\\", "")
    assert "Class “6” has 1 row" in warned
    assert "Choose regression if the target is an amount or a count" in warned


def test_a_sample_of_a_large_file_can_be_exchanged_for_all_rows(dashboard, monkeypatch):
    monkeypatch.setattr("skloss.app.session.tables.ROWS_OF_SAMPLE", 60)
    monkeypatch.setattr("skloss.app.parts.reading_form.ROWS_OF_SAMPLE", 60)
    rows = np.arange(150)
    upload(dashboard, csv_of(150, size=rows * 1.5, price=rows % 13))
    chosen = next(w for w in dashboard.selectbox if w.key.startswith("target-"))
    chosen.set_value("size").run()
    assert "The file has 150 rows, of which a random sample of 60 is used" in text_of(
        dashboard
    )
    assert "60 of 150 rows" in text_of(dashboard)
    press(dashboard, "rows")
    assert "random sample" not in text_of(dashboard)
    assert "150 rows" in text_of(dashboard)
    assert "target: **size**" in text_of(dashboard)
    press(dashboard, "rows")
    assert "60 of 150 rows" in text_of(dashboard)


def test_a_small_file_has_no_button_for_its_rows(dashboard):
    upload(dashboard, csv_of())
    assert "rows" not in keys_of_buttons(dashboard)
