"""The Python of the pages on theorems runs and prints the output shown.

Each page computes its numbers twice, by skloss and by an independent source. All
blocks of a page run from top to bottom in one namespace. A ``text`` block holds the
output of the ``python`` block above it.
"""

import contextlib
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "theorems").glob("*.md"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.M | re.S)


def blocks_of(page):
    """Pairs of a page's Python blocks and what each should print."""
    fences = [*FENCE.findall(page.read_text(encoding="utf-8")), ("", "")]
    return [
        (body, shown if kind_after == "text" else "")
        for (kind, body), (kind_after, shown) in pairwise(fences)
        if kind == "python"
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_runs_and_prints_what_it_shows(page):
    namespace = {"__name__": page.stem}
    for code, shown in blocks_of(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(page), "exec"), namespace)
        assert printed.getvalue() == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_checks_its_numbers(page):
    code = "".join(code for code, _ in blocks_of(page))
    assert re.search(r"^\s*assert ", code, flags=re.M)
    assert max(map(len, code.splitlines())) <= 92


def test_the_index_links_every_page_and_only_pages_there_are():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\((theorems/[\w-]+\.md)\)", index))
    assert linked == {f"theorems/{page.name}" for page in PAGES}
    assert linked
