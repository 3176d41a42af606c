"""Settings of every test process: one thread for numerics, fixed examples."""

import importlib.util
import os
import signal
import sys

# Before NumPy or torch are imported: several test processes share few cores, and
# a small network is slower with two threads than with one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile(
    "skloss", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=50
)
settings.load_profile("skloss")


@pytest.fixture(autouse=True, scope="session")
def interrupts():
    """Let SIGINT raise KeyboardInterrupt, also in a background job that ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once per process: Playwright cannot be entered twice."""
    from playwright.sync_api import sync_playwright  # only here: it takes a while

    from tests.chromium import launch

    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def temporary_module(tmp_path):
    """Import source text as a module that exists for one test only."""
    made = []

    def load(name, source):
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        made.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in made:
        del sys.modules[name]


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def dashboard():
    """A new session of the dashboard, at its first page."""
    from tests.pages.steps import session  # only here: Streamlit takes time to import

    yield from session()
