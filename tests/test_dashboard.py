"""The dashboard walked through without a browser: what each page says and offers."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from skloss.app import jobs

ROOT = Path(__file__).parents[1]
PAGES = ["data", "compare", "residuals", "imbalance"]


def csv_of(rows=120, seed=1, **columns):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"width": rng.normal(size=rows), "place": rng.choice(["a", "b"], rows)}
    )
    frame["price"] = (frame["width"] * 3 + rng.normal(size=rows)).round(3)
    return frame.assign(**columns).to_csv(index=False).encode()


@pytest.fixture
def dashboard():
    """A new session at the first page, its job stopped at the end."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    yield app
    for job in list(jobs.QUEUE._jobs):
        job.stop()
        job.join(10)


def ok(app):
    assert not app.exception
    return app


def go(app, page):
    return ok(app.switch_page(f"pages/{page}.py").run())


def press(app, key):
    return ok(app.button(key=key).click().run())


def upload(app, content, name="houses.csv"):
    return ok(app.file_uploader(key="upload").upload(name, content, "text/csv").run())


def said(app):
    """Everything in words on the page, Markdown escapes removed."""
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return " | ".join(part.value for part in parts).replace("\\", "")


def is_compared(app):
    """Tell whether the matrix is there, yardsticks included."""
    return bool(app.table) and "…" not in app.table[0].value.to_numpy()


def compare(app, epochs=15, folds=2):
    """Run a small comparison on the Compare page and wait for its end."""
    go(app, "compare")
    app.number_input(key="settings.epochs").set_value(epochs).run()
    app.slider(key="settings.folds").set_value(folds).run()
    press(app, "compare")
    deadline = time.monotonic() + 60
    while not is_compared(app) and time.monotonic() < deadline:
        time.sleep(0.2)
        ok(app.run())
    return app


def test_the_first_page_offers_an_upload_and_every_sample(dashboard):
    assert dashboard.file_uploader(key="upload").label == "Upload a CSV"
    offered = [b.key for b in dashboard.button if str(b.key).startswith("use-")]
    assert offered == [
        "use-diabetes",
        "use-breast_cancer",
        "use-heavy_tailed",
        "use-rare_class",
    ]


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_page_without_data_says_what_to_do_and_does_it(dashboard, page):
    go(dashboard, page)
    assert "There is no table yet" in said(dashboard)
    button = next(b for b in dashboard.button if "Load the sample" in b.label)
    ok(button.click().run())
    assert "rows · target:" in said(dashboard)
    assert "Nothing has been compared yet" in said(dashboard)


def test_from_upload_to_every_page(dashboard):
    upload(dashboard, csv_of())
    assert "houses.csv · 120 rows · target: price · regression" in said(
        dashboard
    ).replace("*", "")
    compare(dashboard)
    matrix = dashboard.table[0].value
    assert len(matrix) == 4 + 2
    assert matrix.index[-2:].tolist() == ["(constant)", "(gradient\u00a0boosting)"]
    assert all("±" in cell for cell in matrix.iloc[-2:].to_numpy().flat)
    assert [c.split()[0] for c in matrix.columns] == ["RMSE", "MAE", "R²", "NLL"]
    assert any("●" in cell for cell in matrix["MAE ↓"])
    go(dashboard, "residuals")
    assert len(dashboard.get("plotly_chart")) == 2
    go(dashboard, "imbalance")
    assert "Residuals is the page for that" in said(dashboard)


def test_a_table_of_classes_reaches_imbalance(dashboard):
    kinds = np.where(np.arange(120) % 6 == 0, "rare", "common")
    upload(dashboard, csv_of(kind=kinds))
    assert "binary" in said(dashboard)
    compare(dashboard)
    go(dashboard, "imbalance")
    assert len(dashboard.get("plotly_chart")) == 4
    assert "Class weights and logit adjustment move the threshold, not the ranking" in (
        said(dashboard)
    )
    assert [m.label for m in dashboard.metric][:2] == ["Recall", "Precision"]
    before = dashboard.metric[4].value
    ok(dashboard.slider(key="settings.threshold").set_value(0.0).run())
    assert dashboard.metric[4].value == "120" != before
    go(dashboard, "residuals")
    assert "Imbalance is the page for that" in said(dashboard)


def test_leaving_a_page_loses_nothing(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, folds=3)
    before = dashboard.table[0].value
    for page in ["data", "residuals", "data", "compare"]:
        go(dashboard, page)
    assert dashboard.table[0].value.equals(before)
    assert dashboard.slider(key="settings.folds").value == 3
    assert dashboard.number_input(key="settings.epochs").value == 15


def test_changing_a_widget_starts_nothing(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard)
    before = dashboard.table[0].value
    ok(dashboard.slider(key="settings.folds").set_value(4).run())
    assert not any(b.key == "stop" for b in dashboard.button)
    assert dashboard.table[0].value.equals(before)
    assert "The settings have changed since" in said(dashboard)


def test_a_second_press_does_not_start_a_second_fit(dashboard):
    press(dashboard, "use-diabetes")
    go(dashboard, "compare")
    dashboard.number_input(key="settings.epochs").set_value(2000).run()
    press(dashboard, "compare")
    assert dashboard.button(key="compare").disabled
    ok(dashboard.run())
    assert len(jobs.QUEUE._jobs) == 1


def test_stop_keeps_what_is_there_and_says_so(dashboard):
    press(dashboard, "use-heavy_tailed")
    go(dashboard, "compare")
    dashboard.number_input(key="settings.epochs").set_value(2000).run()
    press(dashboard, "compare")
    job = jobs.QUEUE._jobs[0]
    deadline = time.monotonic() + 60
    while job.progress().epoch < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    press(dashboard, "stop")
    asked = time.monotonic()
    job.join(30)
    assert time.monotonic() - asked < 2
    ok(dashboard.run())
    assert "stopped this comparison" in said(dashboard)


def test_the_address_brings_sample_target_losses_and_settings(dashboard):
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.query_params["sample"] = "diabetes"
    app.query_params["target"] = "bmi"
    app.query_params["loss"] = ["huber(delta=2.0)", "quantile", "nonsense"]
    app.query_params["folds"] = "3"
    ok(app.run())
    assert "target: **bmi**" in said(app)
    go(app, "compare")
    assert app.slider(key="settings.folds").value == 3
    chosen = app.get("button_group")[0].value
    assert chosen == ["huber", "quantile"]
    assert app.number_input(key="settings.param.huber.delta").value == 2.0


@pytest.mark.parametrize(
    "query",
    [
        {"sample": "../../etc/passwd"},
        {"sample": "diabetes", "target": "nonsense", "task": "nonsense"},
        {"sample": "diabetes", "loss": "<script>", "folds": "many", "seed": "-1"},
        {"loss": "huber(delta=1e309)", "network": "0"},
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_hostile_address_harms_nothing(query, page):
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    ok(app.run())
    go(app, page)


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
    monkeypatch.setattr("skloss.app.problem.MEGABYTES_AT_MOST", 0.001)
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
        (b"a,b\n" + b"1,0\n2,1\n7,2\n" * 9 + b"3,3\n", "an amount or a count"),
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


def test_the_script_on_the_page_repeats_the_screen(dashboard, capsys):
    press(dashboard, "use-diabetes")
    compare(dashboard)
    namespace = {}
    exec(compile(dashboard.code[0].value, "script", "exec"), namespace)
    mae = namespace["comparison"].table[("mae", "mean")]
    shown = dashboard.table[0].value["MAE ↓ (points)"]
    first = shown.iloc[0].replace("*", "").split("\u00a0")[0]
    assert float(first) == pytest.approx(mae.iloc[0], abs=0.06)


def test_only_losses_that_take_the_target_are_offered(dashboard):
    upload(dashboard, csv_of(price=np.linspace(-3, 3, 120).round(2)))
    go(dashboard, "compare")
    offered = dashboard.sidebar.button_group[0].options
    assert {"squared error", "huber"} <= set(offered)
    assert not {"poisson", "gamma", "kl divergence"} & set(offered)


def reread(app, **choices):
    """Fill in the form on how the file was read, and send it off."""
    for label, value in choices.items():
        next(w for w in app.selectbox if w.label == label).set_value(value)
    return ok(next(b for b in app.button if b.label == "Read again").click().run())


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


def test_overrides_are_in_the_lines_of_python(dashboard):
    upload(dashboard, csv_of(code=["007"] * 60 + ["008"] * 60))
    columns = next(w for w in dashboard.multiselect if w.label == "Read as numbers")
    columns.set_value(["code"])
    reread(dashboard)
    compare(dashboard)
    line = 'table.read_table("houses.csv", types={"code": "number"})'
    assert line in dashboard.code[0].value.replace("'", '"')


def test_what_reading_has_to_tell_is_told_even_if_nothing_can_be_compared(dashboard):
    upload(dashboard, b"a,b\n1,7\n2\n3,7\n")
    assert "shorter than the header" in said(dashboard)
    assert dashboard.warning


def test_the_first_screen_leads_to_the_comparison(dashboard):
    upload(dashboard, csv_of())
    press(dashboard, "to-compare")
    assert "Nothing has been compared yet" in said(dashboard)


def test_the_worst_rows_are_those_of_the_table(dashboard):
    prices = np.arange(120) / 10
    prices[77] = 900.0
    upload(dashboard, csv_of(price=prices))
    compare(dashboard)
    shown = dashboard.dataframe[0].value
    assert shown.index[0] == 78
    assert shown["true price"].iloc[0] == 900.0
    assert {"width", "place"} <= set(shown)


def test_many_classes_have_no_yardsticks(dashboard):
    upload(dashboard, csv_of(rows=160, kind=[f"k{i % 40}" for i in range(160)]))
    compare(dashboard, epochs=2)
    assert set(dashboard.table[0].value.iloc[-2:].to_numpy().flat) == {"–"}


def test_what_was_chosen_for_one_table_does_not_break_the_next(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard)
    ok(dashboard.selectbox(key="settings.fold-metric").set_value("mae").run())
    go(dashboard, "data")
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "a", "b")))
    compare(dashboard)
    go(dashboard, "imbalance")
    ok(dashboard.selectbox(key="settings.imbalance-class").set_value("a").run())
    go(dashboard, "compare")
    go(dashboard, "imbalance")
    assert dashboard.selectbox(key="settings.imbalance-class").value == "a"
    go(dashboard, "data")
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "c", "d")))
    compare(dashboard)
    go(dashboard, "imbalance")
    assert dashboard.selectbox(key="settings.imbalance-class").value == "d"
