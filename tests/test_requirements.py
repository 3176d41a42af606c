"""The lower bounds of the dependencies are written twice and agree."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def bounds(lines):
    pairs = (re.fullmatch(r"([a-z0-9-]+)[>=]=([0-9.]+)", line) for line in lines)
    return {pair[1]: pair[2] for pair in pairs if pair}


def test_requirements_repeat_the_lower_bounds_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"]["app"]]
    required = (ROOT / "requirements.txt").read_text().splitlines()
    assert bounds(required) == bounds(stated)
    assert len(bounds(stated)) == len(stated)
