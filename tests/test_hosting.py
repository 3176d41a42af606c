"""Promises of SECURITY.md and docs/hosting.md that the source itself can keep."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from skloss.app.headers import HEADERS
from skloss.app.session import jobs, tables

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DASHBOARD = [
    ROOT / "dashboard.py",
    *(ROOT / "pages").glob("*.py"),
    *(ROOT / "skloss" / "app").rglob("*.py"),
    *(ROOT / "skloss" / "table").rglob("*.py"),
]


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
        ("server", "enableAgentApi", False),
        ("server", "enableStaticServing", False),
        ("server", "enableXsrfProtection", True),
        ("server", "maxUploadSize", tables.MEGABYTES_AT_MOST),
    ],
)
def test_the_settings_keep_what_is_promised(section, option, value):
    assert CONFIG[section][option] == value


def calls_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}


def modes_of(path):
    """All letters of the modes in which files are opened."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    opened = [call for call in calls if getattr(call.func, "id", "") == "open"]
    given = [call.args[1:2] + [k.value for k in call.keywords] for call in opened]
    values = [getattr(value, "value", "") for part in given for value in part]
    return set("".join(value for value in values if isinstance(value, str)))


@pytest.mark.parametrize("path", DASHBOARD, ids=lambda p: str(p.relative_to(ROOT)))
def test_uploads_are_never_written_to_disk_or_shared(path):
    text = path.read_text(encoding="utf-8")
    writes = {"write_text", "write_bytes", "mkdtemp", "NamedTemporaryFile", "mkstemp"}
    assert calls_of(path) & writes == set()
    # `table.source` opens paths that Python users pass; it opens nothing for writing.
    assert modes_of(path) & set("wax+") == set()
    # A cache is shared by all sessions: none takes a table.
    for cached in re.findall(r"@st\.cache_\w+(?:\([^)]*\))?\ndef \w+\(([^)]*)\)", text):
        assert not re.search(r"frame|table|question|content|comparison", cached)


@pytest.mark.parametrize(
    "limit",
    [
        f"{tables.MEGABYTES_AT_MOST} MB",
        f"{tables.ROWS_AT_MOST:,} rows",
        f"{tables.COLUMNS_AT_MOST:,} columns",
        f"{jobs.FITS_AT_ONCE} and {jobs.WAITING_AT_MOST} for",
        f"{jobs.SECONDS_AT_MOST / 60:.0f} minutes",
    ],
)
def test_the_stated_limits_are_the_enforced_ones(limit):
    assert limit in SECURITY


def test_the_tests_that_keep_a_promise_exist():
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", SECURITY))
    assert len(named) >= 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_documented_headers_are_the_ones_that_are_sent():
    page = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    words = " ".join(page.split())
    for name, value in HEADERS.items():
        assert f"{name}: {value}" in words


def test_the_image_runs_without_root_and_reports_its_health():
    assert re.search(r"^USER 1000$", DOCKERFILE, re.MULTILINE)
    assert "/_stcore/health" in DOCKERFILE
    assert "MALLOC_ARENA_MAX=2" in DOCKERFILE
    required = (ROOT / "requirements.txt").read_text()
    (torch,) = re.findall(r"torch==[\d.]+", required)
    assert torch in DOCKERFILE
