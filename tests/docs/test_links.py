"""Links of the pages that are read in the repository lead somewhere."""

import re
from pathlib import Path
from urllib.parse import urldefrag

import pytest

ROOT = Path(__file__).parents[2]
#: Folders that hold no pages of the repository, or pages that a build writes.
BUILT = {".venv", ".venv-oldest", "_build", "api", "auto_gallery", ".pytest_cache"}
PAGES = [
    path
    for path in sorted(ROOT.rglob("*.md"))
    if not BUILT & set(path.relative_to(ROOT).parts)
]
CODE = re.compile(r"^( *)```.*?^\1```|`[^`\n]*`", flags=re.M | re.S)


def text_of(path):
    """Text of a page without its code."""
    return CODE.sub("", path.read_text(encoding="utf-8"))


def places_of(path):
    """Anchors of the headings of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.M)
    plain = [re.sub(r"[^\w\- ]", "", title.lower()) for title in titles]
    return {title.replace(" ", "-") for title in plain}


def links_of(path):
    """Addresses within the repository that a page links or shows."""
    found = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text_of(path))
    links = [first or second for first, second in found]
    return [link for link in links if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page):
    broken = []
    for link in links_of(page):
        name, place = urldefrag(link)
        target = (page.parent / name).resolve() if name else page
        if BUILT & set(target.relative_to(ROOT).parts):
            continue  # checked in the pages of the site
        known = places_of(target) if place and target.suffix == ".md" else {place}
        broken += [] if target.exists() and place in known else [link]
    assert broken == []


def test_the_readme_shows_the_dashboard_on_light_and_on_dark_pages():
    shown = [link for link in links_of(ROOT / "README.md") if link.endswith(".png")]
    assert shown == ["docs/images/compare-dark.png", "docs/images/compare-light.png"]
    assert all((ROOT / link).stat().st_size < 500_000 for link in shown)


#: Paths that a build writes, and patterns of paths.
EXAMPLES = re.compile(r"^(docs/(api|_build)|ROOM|tests/ROOM|skloss/ROOM|screenshots)")


def paths_in_code_of(page):
    """Paths within the repository that a page names as code."""
    rooms = "skloss|tests|benchmarks|docs|examples|pages|estimators"
    found = re.findall(rf"`((?:{rooms})/[\w./-]*)`", page.read_text(encoding="utf-8"))
    return [path for path in found if not EXAMPLES.match(path)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page):
    places = ROOT, ROOT / "skloss", page.parent
    missing = [
        path
        for path in paths_in_code_of(page)
        if not any((place / path).exists() for place in places)
    ]
    assert missing == []


def test_paths_are_found_in_the_pages_for_contributors():
    found = {path for page in PAGES for path in paths_in_code_of(page)}
    assert {"tests/test_architecture.py", "skloss/costs/"} <= found
