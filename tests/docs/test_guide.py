"""The Python of the guide runs as printed, and its pages name what exists."""

import re
import runpy
from pathlib import Path

import plotly.graph_objects as go
import pytest

import skloss

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = sorted((DOCS / "guide").glob("*.md"))
GUIDE.append(DOCS / "hosting.md")
PAGES = [DOCS / "index.md", DOCS / "getting_started.md", *GUIDE]
PAGES += sorted((DOCS / "coming_from").glob("*.md"))
#: Pages without Python of their own.
WITHOUT_CODE = {"index"}
run_block = runpy.run_path(str(DOCS / "extensions" / "blocks.py"))["run_block"]


def blocks_of(page):
    """Python blocks of a page; those marked ``py`` need what tests do not have."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)


def run(page):
    """Run the blocks of a page in one namespace; return what they print and draw."""
    namespace = {"__name__": page.stem}
    ends = [run_block(code, str(page), namespace) for code in blocks_of(page)]
    figures = [value for _, value in ends if isinstance(value, go.Figure)]
    return "".join(printed for printed, _ in ends), figures


@pytest.mark.filterwarnings("error::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_python_of_a_page_runs_and_a_page_of_the_guide_prints_and_draws(page):
    printed, figures = run(page)
    expected = page in GUIDE and page.stem not in WITHOUT_CODE
    assert bool(printed) >= expected
    assert bool(figures) >= expected


def test_the_chart_of_losses_ends_in_every_loss():
    page = (DOCS / "guide" / "choosing.md").read_text(encoding="utf-8")
    chart = page.split(":::{container} chart")[1].split("\n:::\n")[0]
    linked = re.findall(r"\[(\w+)\]\(\.\./losses\.md#(\w+)\)", chart)
    assert {name for name, _ in linked} == set(skloss.list_losses())
    assert [(name, place) for name, place in linked if name != place] == []


def test_the_index_of_the_guide_lists_its_pages():
    text = (DOCS / "guide" / "index.md").read_text(encoding="utf-8")
    listed = text.split(":maxdepth: 1\n\n")[1].split("\n```")[0].split()
    names = [page.stem for page in GUIDE if page.stem not in {"index", "hosting"}]
    assert sorted(listed) == ["../hosting", *names]
