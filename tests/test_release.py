"""What a release states about itself: one version, and how to cite it."""

import re
from pathlib import Path

import skloss

ROOT = Path(__file__).parents[1]


def test_the_citation_names_the_version_of_the_package():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", citation, flags=re.M)[1] == skloss.__version__


def test_the_changelog_begins_with_the_version_of_the_package():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## \[(.*?)\]", changelog, flags=re.M)[1]
    assert first == skloss.__version__.removesuffix(".dev0")
