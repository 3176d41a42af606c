"""The Python of the page Data, run next to the page."""

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.pages.steps import csv_of, ok, press, text_of, upload


def figures_of(lines):
    """Run the lines of Python and return the captions of the figures that they draw."""
    drawn = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(go.Figure, "show", lambda self: drawn.append(self))
        exec(compile(lines, "script", "exec"), {})
    return [
        figure.layout.meta["caption"].partition("How to read")[0] for figure in drawn
    ]


def test_the_python_reads_the_table_and_draws_the_same_figures(
    dashboard, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    content = csv_of(code=rng.integers(1, 5, 120), grade=["low", "high", "high"] * 40)
    (tmp_path / "it's.csv").write_bytes(content)
    upload(dashboard, content, name="it's.csv")
    roles = dashboard.session_state["roles"].copy()
    roles.loc["code", "type"] = "category"
    roles.loc["place", "role"] = "ignore"
    dashboard.session_state["roles"] = roles
    ok(dashboard.run())
    shown = text_of(dashboard).replace("\u2060", "")  # after a colon
    captions = figures_of(dashboard.code[0].value)
    assert len(captions) == 2
    assert [caption for caption in captions if caption.strip() not in shown] == []
    press(dashboard, "use-wine")
    shown = text_of(dashboard).replace("\u2060", "")
    captions = figures_of(dashboard.code[0].value)
    assert [caption for caption in captions if caption.strip() not in shown] == []


def test_the_python_of_several_targets_draws_the_first_one(
    dashboard, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    parts = np.random.default_rng(0).dirichlet([1, 2, 3], 120)
    shares = {name: parts[:, k] for k, name in enumerate(("sand", "silt", "clay"))}
    content = csv_of(**shares)
    (tmp_path / "soil.csv").write_bytes(content)
    upload(dashboard, content, name="soil.csv")
    shown = text_of(dashboard).replace("\u2060", "")
    captions = figures_of(dashboard.code[0].value)
    assert [caption for caption in captions if caption.strip() not in shown] == []
