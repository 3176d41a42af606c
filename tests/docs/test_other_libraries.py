"""The code of other libraries, side by side with that of skloss, runs as printed."""

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
run_block = runpy.run_path(str(DOCS / "extensions" / "blocks.py"))["run_block"]
#: Page and the package that its block requires: the tests do not install it.
PACKAGES = {
    "lightgbm": "lightgbm",
    "metric_learning": "pytorch_metric_learning",
    "ngboost": "ngboost",
    "skorch": "skorch",
}


def block_of(page):
    """The block of a page that is shown but not executed when the site is built."""
    text = (DOCS / "coming_from" / f"{page}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```py\n(.*?)^```$", text, flags=re.M | re.S)
    return block


@pytest.mark.parametrize("page", PACKAGES)
def test_the_block_of_another_library_runs_and_prints(page):
    package = PACKAGES[page]
    name = package.replace("_", "-")
    pytest.importorskip(package, reason=f"to run this block: pip install {name}")
    printed, _ = run_block(block_of(page), page, {"__name__": page})
    assert re.search(r"[1-9]", printed)


def test_every_block_that_is_shown_only_has_a_test():
    shown = {
        page.relative_to(DOCS).with_suffix("").as_posix()
        for page in DOCS.rglob("*.md")
        if re.search(r"^```py$", page.read_text(encoding="utf-8"), flags=re.M)
    }
    other = {f"coming_from/{page}" for page in PACKAGES}
    assert shown == other | {"guide/large_tables"}


@pytest.mark.parametrize("page", PACKAGES)
def test_the_block_of_another_library_imports_it(page):
    assert re.search(rf"^(from|import) {PACKAGES[page]}\b", block_of(page), flags=re.M)
