"""A build of the site without gallery and executed code, and what its pages hold."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

ROOT = Path(__file__).parents[2]
GENERATED = ("_build", "api", "auto_gallery", "__pycache__")
#: Tags whose address the browser loads when it opens a page.
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src"}


def build(folder):
    """Build a copy of the documentation below a folder; return the folder of pages."""
    shutil.copytree(
        ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns(*GENERATED)
    )
    for name in ("skloss", "CHANGELOG.md"):
        (folder / name).symlink_to(ROOT / name)
    options = [
        "-q",
        "-W",
        "--keep-going",
        "-D",
        "execute_code=0",
        "-D",
        "plot_gallery=0",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "docs", "pages"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder / "pages"


@dataclass
class Page(HTMLParser):
    """Addresses that a page loads and links, and the places that it names."""

    path: Path
    loaded: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)

    def __post_init__(self):
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.places.add(found.get("id"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if found.get(LOADED.get(tag)):
            self.loaded.append(found[LOADED[tag]])


def broken_links(pages):
    """Links within the site whose file or place is missing."""
    for page in pages.values():
        for link in page.links:
            if urlsplit(link).scheme:
                continue
            name, place = urldefrag(unquote(link))
            target = (page.path.parent / name).resolve() if name else page.path
            if not target.exists():
                yield f"{page.path.name}: {link}"
            elif place and target in pages and place not in pages[target].places:
                yield f"{page.path.name}: {link}"
