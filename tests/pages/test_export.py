"""The Export page: files of a comparison, the model, and predictions of new rows."""

import io
import threading
import time

import numpy as np
import pandas as pd
import pytest

from skloss import comparison as package
from skloss.app.parts import exports
from skloss.app.session import jobs
from skloss.comparison.stopping import StoppedError
from skloss.table import read_table
from skloss.training import Progress
from tests.pages.steps import (
    compare,
    csv_of,
    go,
    keys_of_buttons,
    ok,
    press,
    session,
    text_of,
    upload,
    wait_until,
)


@pytest.fixture(scope="module")
def export():
    """One session in which the pipeline is fitted; tests only upload new rows."""
    for app in session():
        upload(app, csv_of())
        compare(app, epochs=5)
        go(app, "export")
        assert "get-model" not in keys_of_downloads(app)
        press(app, "fit-model")
        yield wait_until(app, lambda app: bool(app.file_uploader))


@pytest.fixture
def made(monkeypatch):
    """What each download would hold, by the name of its file."""
    contents = {}
    monkeypatch.setattr(
        exports,
        "download",
        lambda label, make, name, key: contents.__setitem__(name, make()),
    )
    return contents


def keys_of_downloads(app):
    return {button.key for button in app.get("download_button")}


def predict(app, content, name="new.csv"):
    return ok(app.file_uploader(key="new-rows").upload(name, content).run())


def result_of(app):
    (result,) = app.session_state["results"].values()
    return result.comparison


def test_files_are_offered_before_anything_is_fitted(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    go(dashboard, "export")
    assert keys_of_downloads(dashboard) == {
        "get-report",
        "get-script",
        "get-session",
        "get-scores.csv",
        "get-scores-by-fold.csv",
        "get-predictions.csv",
        "get-learning-curves.csv",
    }


def test_the_files_are_those_of_the_package(export, made):
    comparison = result_of(export)
    exports.files(comparison)
    assert made["comparison.py"] == comparison.script()
    assert made["report.html"].startswith(b"<!doctype html>")
    rows = pd.read_csv(io.StringIO(made["predictions.csv"]))
    np.testing.assert_allclose(rows["y_pred"], comparison.predictions["y_pred"])


def test_new_rows_are_predicted(export):
    predict(export, csv_of(rows=7, seed=2))
    assert "7 rows predicted." in text_of(export)
    found = export.dataframe[0].value
    assert found.index.tolist() == list(range(1, 8))
    assert "get-new-predictions" in keys_of_downloads(export)


def test_a_missing_column_is_refused_in_one_sentence(export):
    predict(export, b"width,other\n1.5,a\n")
    assert "1 column that the model was trained on is missing" in text_of(export)
    assert "“place”" in text_of(export)
    assert not export.dataframe


def test_problems_are_named_by_row_and_column(export):
    predict(export, b"width,place\n1.5,a\nwide,b\n2.5,zzz\n")
    assert "2 cells could not be used as they are:" in text_of(export)
    problems, predictions = (part.value for part in export.dataframe)
    assert problems[["row", "column", "value"]].to_numpy().tolist() == [
        [2, "width", "wide"],
        [3, "place", "zzz"],
    ]
    assert len(predictions) == 3


def test_what_is_not_a_table_is_refused_in_a_sentence(export):
    predict(export, b"\x00\x01\x02PK", name="a.csv")
    assert len(export.error) == 1
    assert not export.dataframe


def test_the_model_comes_with_its_loading_lines(export):
    pytest.importorskip("skops.io", reason="skops, an optional format, is missing")
    assert "get-model" in keys_of_downloads(export)
    assert 'skops.io.load("model.skops", trusted=trusted)' in export.code[0].value


def test_the_code_fits_and_predicts(export):
    code = export.code[-1].value
    compile(code, "script", "exec")
    assert "model = refit(comparison, 'squared_error')" in code


def test_a_fit_is_seen_on_every_page_and_can_be_stopped(dashboard, monkeypatch):
    begun, over = threading.Event(), threading.Event()

    def endless(comparison, loss, on_epoch):
        record = Progress(0.1, 1, 10, [])
        while not on_epoch(record):
            begun.set()
            time.sleep(0.01)
        over.set()
        raise StoppedError

    monkeypatch.setattr(package, "refit", endless)
    monkeypatch.setattr(jobs, "_SECONDS_UNNOTICED", -1.0)
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    press(go(dashboard, "export"), "fit-model")
    assert begun.wait(10)
    assert "Fitting squared error on all rows" in text_of(ok(dashboard.run()))
    for page in ("data", "theory", "compare"):
        assert "Fitting squared error on all rows…" in text_of(go(dashboard, page))
    press(go(dashboard, "export"), "stop-model-squared_error")
    assert over.wait(10)
    wait_until(dashboard, lambda app: "stopped before its end" in text_of(app))
    assert "fit-model" in keys_of_buttons(dashboard)
    assert "Fitting" not in text_of(go(dashboard, "data"))


def test_formulas_in_predictions_are_escaped(made):
    frame = pd.DataFrame({"prediction": ["=1+1", "b"]})
    exports.csv("Predictions", frame, "p.csv")
    assert read_table(made["p.csv"].encode())["prediction"].tolist() == ["'=1+1", "b"]
