"""The command ``skloss``, and the scripts inside the package."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from skloss.app import command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def served(monkeypatch):
    """Record the calls of the server in place of serving."""
    from skloss.app import server

    calls = []
    monkeypatch.setattr(server, "serve", lambda *call: calls.append(call))
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    monkeypatch.setenv("SKLOSS_SAMPLE", "")
    return calls


def test_the_command_serves_the_router_to_this_computer_only(served):
    assert command.main([]) == 0
    assert served == [(ROOT / "dashboard.py", {"server.address": "localhost"})]


def test_options_of_the_command_line_become_options_of_the_server(served):
    command.main(["--host", "0.0.0.0", "--port", "9000", "--no-browser"])
    assert served[0][1] == {
        "server.address": "0.0.0.0",
        "server.port": 9000,
        "server.headless": True,
    }


def test_an_address_in_the_environment_is_kept(served, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    command.main([])
    assert served[0][1] == {}


def test_a_sample_is_passed_to_the_pages(served):
    command.main(["--sample", "rare_class"])
    assert os.environ["SKLOSS_SAMPLE"] == "rare_class"


def test_an_unknown_sample_is_refused_with_the_known_ones(served, capsys):
    with pytest.raises(SystemExit):
        command.main(["--sample", "unknown"])
    assert "rare_class" in capsys.readouterr().err
    assert served == []


def test_without_streamlit_the_command_names_the_extra_to_install(monkeypatch, capsys):
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None)
    assert command.main([]) == 1
    assert 'pip install "skloss[app]"' in capsys.readouterr().err


def test_the_console_script_is_the_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"skloss": "skloss.app.command:main"}


def test_the_module_is_a_command_too():
    done = subprocess.run(
        [sys.executable, "-m", "skloss", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("skloss ")


def test_a_built_package_holds_the_router_its_pages_and_its_settings(
    tmp_path, monkeypatch
):
    build = ["egg_info", "--egg-base", str(tmp_path), "build_py", "--build-lib"]
    subprocess.run(
        [sys.executable, "setup.py", "-q", *build, str(tmp_path / "lib")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    package = tmp_path / "lib" / "skloss"
    site = package / "app" / "site"
    files = {str(path.relative_to(site)) for path in site.rglob("*.*")}
    pages = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    assert files - {".streamlit"} == {
        "dashboard.py",
        ".streamlit/config.toml",
        *pages,
    }
    monkeypatch.setattr(command.skloss, "__file__", str(package / "__init__.py"))
    assert command.router() == site / "dashboard.py"
