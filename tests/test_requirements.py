"""Dependencies: bounds that are written twice, and what the image installs."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]


def bounds(lines):
    pairs = (
        re.fullmatch(r"([a-z0-9-]+)[>=]=([0-9.]+)(?:,<[0-9.]+)?", line)
        for line in lines
    )
    return {pair[1]: pair[2] for pair in pairs if pair}


def test_requirements_repeat_the_lower_bounds_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"]["app"]]
    required = (ROOT / "requirements.txt").read_text().splitlines()
    assert bounds(required) == bounds(stated)
    assert len(bounds(stated)) == len(stated)


def test_libraries_whose_private_functions_are_imported_have_an_upper_bound():
    private = re.compile(r"from (sklearn|scipy|pandas|numpy)(?:\.\w+)* import .*\b_\w+")
    inside = re.compile(r"from (sklearn|scipy|pandas|numpy)(?:\.\w+)*\._\w+")
    texts = [path.read_text("utf-8") for path in (ROOT / "skloss").rglob("*.py")]
    found = {
        name
        for text in texts
        for form in (private, inside)
        for name in form.findall(text)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = map(Requirement, project["dependencies"])
    bounded = {one.name for one in required if "<" in str(one.specifier)}
    assert found == {"sklearn"}
    assert bounded == {"scikit-learn"}


def locked():
    """Versions by name; a line is a comment or one package with one hash."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    form = r"([a-z0-9-]+)==(\S+) --hash=sha256:[0-9a-f]{64}"
    return dict(re.fullmatch(form, line).groups() for line in lines)


def test_every_requirement_but_torch_is_locked_above_its_lower_bound():
    required = bounds((ROOT / "requirements.txt").read_text().splitlines())
    versions = locked()
    assert set(required) - set(versions) == {"torch"}
    for name, bound in required.items():
        assert Version(versions.get(name, bound)) >= Version(bound)


@pytest.mark.parametrize("name", ["torch", "streamlit", "scikit-learn", "skops"])
def test_what_a_requirement_depends_on_is_locked_in_a_version_that_it_accepts(name):
    versions = locked()
    needed = [Requirement(line) for line in metadata.requires(name)]
    image = {"python_version": "3.12", "sys_platform": "linux", "extra": ""}
    image |= {"platform_machine": "x86_64", "platform_system": "Linux"}
    needed = [one for one in needed if not one.marker or one.marker.evaluate(image)]
    of_gpus = re.compile(r"nvidia-|cuda-|triton$")  # which wheels for CPUs lack
    for one in needed:
        key = canonicalize_name(one.name)
        assert of_gpus.match(key) or one.specifier.contains(versions[key])


def test_the_image_installs_what_is_locked_and_copies_what_exists():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    assert "pip install --no-cache-dir --require-hashes" in text
    for line in re.findall(r"pip install[^&\n]*", text):
        assert re.search(r"--require-hashes|==|--no-deps", line)
    copied = re.findall(r"^COPY (\S+) ", text, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [path for path in copied if not (ROOT / path).exists()] == []
    # What the build reads is not left out: the readme, the licence and the pages.
    used = {*copied, "README.md", "LICENSE", "pages", "dashboard.py", ".streamlit"}
    assert used & set(ignored) == set()


def test_the_image_does_not_run_as_root_and_its_command_is_the_console_script():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    user = lines.index("USER 1000")
    assert not any(line.startswith(("RUN", "COPY", "ADD")) for line in lines[user:])
    (command,) = [line for line in lines if line.startswith("CMD [")]
    assert json.loads(command.removeprefix("CMD "))[0] in project["scripts"]
    assert sum(line.startswith("HEALTHCHECK") for line in lines) == 1
