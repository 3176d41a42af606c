"""A session file that is dropped on another server brings the page back."""

import json

import pytest

from skloss.app.session import session_file
from tests.pages.steps import (
    choose_epochs,
    compare,
    csv_of,
    go,
    new_app,
    ok,
    press,
    session,
    text_of,
    upload,
)

CSV = csv_of()


@pytest.fixture(scope="module")
def saved():
    """The session file of a comparison of an upload, and the matrix of its page."""
    for app in session():
        upload(app, CSV)
        compare(app, epochs=3)
        (result,) = app.session_state["results"].values()
        text = session_file.write(result.question, result.settings, result)
        yield text, app.table[0].value


def dropped(text, app=None):
    app = app or ok(new_app().run())
    return upload(app, text.encode(), name="skloss-session.json")


def titles(app):
    return [part.value for part in app.title]


def test_an_upload_is_requested_by_name_and_fingerprint_and_then_restored(saved):
    text, matrix = saved
    app = dropped(text)
    fingerprint = json.loads(text)["table"]["sha256"]
    assert "made from **houses.csv**" in text_of(app)
    assert fingerprint[:12] in text_of(app)
    upload(app, CSV, name="the same under another name.csv")
    assert titles(app) == ["Compare losses"]
    assert app.table[0].value.index.tolist()[:3] == matrix.index.tolist()[:3]
    assert app.table[0].value.iloc[:3].equals(matrix.iloc[:3])
    assert app.slider(key="settings.folds").value == 2
    assert "The settings have changed" not in text_of(app)
    # A file of a moment when a comparison with more folds was running:
    found = json.loads(text)
    found["settings"]["folds"] = ["7"]
    dropped(json.dumps(found), go(app, "data"))
    assert titles(app) == ["Compare losses"]
    assert app.slider(key="settings.folds").value == 7
    assert app.table[0].value.iloc[:3].equals(matrix.iloc[:3])
    assert "The settings have changed" in text_of(app)


def test_another_file_is_read_as_a_table_while_the_session_waits(saved):
    app = upload(dropped(saved[0]), csv_of(seed=9), name="other.csv")
    assert "**other.csv**" in text_of(app)
    assert "made from **houses.csv**" in text_of(app)


def test_a_loaded_table_is_recognised(saved):
    app = upload(ok(new_app().run()), CSV)
    dropped(saved[0], app)
    assert titles(app) == ["Compare losses"]
    assert app.table


def test_a_sample_is_restored_without_an_upload_and_settings_without_a_result():
    app = ok(new_app(sample="diabetes", loss=["huber(delta=20.0)"], folds="3").run())
    question = app.session_state["question"]
    (settings,) = app.session_state["requested"].values()
    again = dropped(session_file.write(question, settings))
    assert titles(again) == ["Compare losses"]
    assert "Nothing has been compared yet" in text_of(again)
    assert again.slider(key="settings.folds").value == 3
    assert again.number_input(key="settings.param.huber.delta").value == 20.0


def test_every_page_with_a_table_offers_the_file(dashboard):
    assert not dashboard.get("download_button")
    upload(dashboard, CSV)
    for path in ("data", "compare", "losses"):
        go(dashboard, path)
        keys = {button.key for button in dashboard.get("download_button")}
        assert "get-session" in keys


def test_the_file_is_offered_while_a_comparison_runs(dashboard):
    press(dashboard, "use-heavy_tailed")
    choose_epochs(dashboard, 2000)
    press(dashboard, "compare")
    assert "get-session" in {b.key for b in dashboard.get("download_button")}
    (settings,) = dashboard.session_state["requested"].values()
    assert settings.epochs == 2000
    press(dashboard, "stop")


@pytest.mark.parametrize(
    "text", ['{"skloss_session": 1}', '{"skloss_session": 1, "table": {"name": "<b>"}}']
)
def test_a_damaged_file_is_refused_and_nothing_changes(dashboard, text):
    upload(dashboard, CSV)
    dropped(text, dashboard)
    assert "This session file is incomplete or damaged." in text_of(dashboard)
    assert "**houses.csv**" in text_of(dashboard)


def test_other_json_is_read_as_any_file(dashboard):
    dropped('{"a": 1}', dashboard)
    assert "session file" not in text_of(dashboard)
