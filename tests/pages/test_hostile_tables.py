"""Tables that try to break a page, or to put something of their own into it."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.pages.steps import (
    PATHS,
    finish,
    go,
    new_app,
    press,
    text_of,
    upload,
)

MARKUP = [
    "![t](http://evil.example/a.png)",
    "[link](javascript:alert(1))",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "$\\href{javascript:alert(1)}{x}$",
    "=HYPERLINK('http://evil.example')",
    "**bold** _it_ `code` # h",
    ":material/home: :red[x] 😀👩‍🚀",
    "\u202egnp.exe",
    "%{customdata} %{y:.3f} {x}",
    "a\u0000b\u2028c",
    "x" * 10_000,
]
PAGES_WITH_ROWS = [path for path in PATHS if path not in ("losses", "theory")]


def csv(frame):
    return frame.to_csv(index=False).encode()


def hostile_frame(rows=60):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(size=rows) for name in MARKUP})
    frame.iloc[::7, 2], frame.iloc[::9, 3] = np.nan, np.inf
    frame["words"] = np.resize(MARKUP, rows)
    frame["mixed"] = np.resize(["1", "two", "3,5", "", "2020-01-01", "-"], rows)
    frame["words.1"] = frame["words"]
    return frame.set_axis([*frame.columns[:-1], "words"], axis=1)  # a duplicate name


def open_with(content, losses, name="table.csv"):
    """Upload a table to a new session, with the settings of a quick comparison."""
    app = new_app(loss=losses, network="32", folds="2", epochs="1").run()
    upload(app, content, name=name)
    return app


def compare_quickly(app):
    go(app, "compare")
    press(app, "compare")
    finish(app)


def visit(app, paths=PAGES_WITH_ROWS):
    """Open pages; each has no exception and shows no markup of the table."""
    for path in paths:
        go(app, path)
        assert_no_markup(app, path)


def assert_no_markup(app, path):
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    for part in parts:
        assert not getattr(part.proto, "allow_html", False), path
        plain = re.sub(r"\\.", "", part.value)  # without what is escaped
        assert not re.search(r"!\[|\]\(j|<script|<img|evil\.example", plain), path
    for chart in app.get("plotly_chart"):
        texts = re.sub(r"\\u[0-9a-f]{4}", "", chart.proto.spec)
        assert not re.search(r"<script|<img|<a ", texts), path


def test_hostile_names_and_classes_are_shown_as_text():
    frame = hostile_frame().assign(target=np.resize(["<b>no</b>", MARKUP[0]], 60))
    losses = ["cross_entropy", "class_balanced"]
    app = open_with(csv(frame), losses, name="<img src=x onerror=alert(1)>.csv")
    assert_no_markup(app, "data")
    compare_quickly(app)
    visit(app, PATHS)


def test_a_hostile_target_with_missing_and_infinite_values_is_compared():
    frame = hostile_frame()
    frame[MARKUP[2] + " "] = np.where(np.arange(60) % 8, frame[MARKUP[0]], np.inf)
    app = open_with(csv(frame), ["squared_error", "quantile"])
    compare_quickly(app)
    visit(app)


DEGENERATE = {
    "one row": pd.DataFrame({"x": [1.0], "y": [2.0]}),
    "one column": pd.DataFrame({"y": np.arange(30.0)}),
    "constant target": pd.DataFrame({"x": np.arange(30.0), "y": 1.0}),
    "all missing": pd.DataFrame({"x": [np.nan] * 30, "y": [np.nan] * 30}),
    "missing target": pd.DataFrame({"x": np.arange(30.0), "y": [np.nan] * 30}),
    "single class": pd.DataFrame({"x": np.arange(30.0), "y": "a"}),
    "a class per row": pd.DataFrame({"x": np.arange(500.0), "y": range(500)}).replace(
        {"y": {k: f"class {k}" for k in range(500)}}
    ),
    "all infinite": pd.DataFrame({"x": [np.inf] * 30, "y": [np.inf, -np.inf] * 15}),
    "huge numbers": pd.DataFrame(
        {"x": [1e308, -1e308] * 15, "y": [1e308, 1e-308] * 15}
    ),
}


@pytest.mark.parametrize("table", DEGENERATE)
def test_a_degenerate_table_is_explained_on_every_page(dashboard, table):
    upload(dashboard, csv(DEGENERATE[table]))
    visit(dashboard)
    go(dashboard, "compare")
    assert text_of(dashboard)


def test_five_hundred_classes_are_compared():
    labels = [f"<b>{k % 500}</b>" for k in range(1000)]
    frame = pd.DataFrame({"x": np.arange(1000.0), "y": labels})
    app = open_with(csv(frame), ["cross_entropy"])
    compare_quickly(app)
    visit(app, ["imbalance"])


def test_too_many_columns_are_refused_with_the_limit(dashboard):
    header = ",".join(f"c{k}" for k in range(5000))
    content = "\n".join([header, ",".join("1" * 5000), ",".join("2" * 5000)]).encode()
    upload(dashboard, content)
    assert "This table has 5,000 columns and the limit is" in text_of(dashboard)
