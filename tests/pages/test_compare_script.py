"""The lines of Python on the Compare page repeat what it shows."""

import numpy as np
import pandas as pd
import pytest

from tests.pages.steps import (
    compare,
    csv_of,
    go,
    press,
    read_again,
    upload,
)


def run_script(app, folder, monkeypatch):
    """Run the lines of Python on the page where the uploaded file is."""
    monkeypatch.chdir(folder)
    namespace = {}
    exec(compile(app.code[0].value, "script", "exec"), namespace)
    return namespace["comparison"]


def first_numbers(matrix):
    """Read the means of a matrix, as many digits as there are."""
    cells = matrix.map(lambda cell: cell.replace("*", "").split("\u00a0")[0])
    return cells.map(lambda cell: float(cell.replace(",", "").replace("−", "-")))


def test_overrides_are_in_the_lines_of_python(dashboard):
    upload(dashboard, csv_of(code=["007"] * 60 + ["008"] * 60))
    columns = next(w for w in dashboard.multiselect if w.label == "Read as numbers")
    columns.set_value(["code"])
    read_again(dashboard)
    compare(dashboard, epochs=1)
    line = 'table.read_table("houses.csv", types={"code": "number"})'
    assert line in dashboard.code[0].value.replace("'", '"')


@pytest.mark.parametrize(
    "sample", ["diabetes", "breast_cancer", "heavy_tailed", "rare_class"]
)
def test_the_script_of_each_sample_repeats_the_matrix(
    dashboard, tmp_path, monkeypatch, sample
):
    press(dashboard, f"use-{sample}")
    compare(dashboard, epochs=2)
    comparison = run_script(dashboard, tmp_path, monkeypatch)
    both = pd.concat([comparison.table, comparison.references()])
    expected = both.xs("mean", axis=1, level=1).to_numpy()
    shown = first_numbers(dashboard.table[0].value).to_numpy()
    np.testing.assert_allclose(shown, expected, rtol=6e-3)


def test_the_script_of_an_upload_with_all_changed_repeats_the_matrix(
    dashboard, tmp_path, monkeypatch
):
    name, column = 'it\'s "mine" \\ 100%.csv', "a\n\"b'"
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({column: np.arange(120) % 7, "place": rng.random(120)})
    frame["price"] = frame[column] + rng.laplace(size=120)
    content = frame.to_csv(index=False).encode()
    (tmp_path / name).write_bytes(content)
    upload(dashboard, content, name=name)
    read_again(dashboard, Encoding="utf-8")
    roles = dashboard.session_state["roles"].copy()
    roles.loc[column, "type"] = "category"
    roles.loc["place", "role"] = "ignore"
    dashboard.session_state["roles"] = roles
    go(dashboard, "compare")
    dashboard.number_input(key="settings.param.huber.delta").set_value(0.5).run()
    dashboard.selectbox(key="settings.network").set_value("linear").run()
    compare(dashboard, epochs=20)
    assert len(dashboard.session_state["roles"]) == 3
    comparison = run_script(dashboard, tmp_path, monkeypatch)
    expected = comparison.table.xs("mean", axis=1, level=1).to_numpy()
    shown = first_numbers(dashboard.table[0].value.iloc[:-3]).to_numpy()
    np.testing.assert_allclose(shown, expected, rtol=6e-3)
