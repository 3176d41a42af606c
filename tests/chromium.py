"""A headless Chromium for tests of pages."""

import os
import shutil
from pathlib import Path

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright):
    """Start the browser; skip the test where none is installed, unless in CI."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    own = playwright.chromium.executable_path
    path = path or (own if Path(own).exists() else None)
    if path is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed; make test installs it")
    assert path, "the browser tests need Chromium in CI"
    return playwright.chromium.launch(executable_path=path, args=FLAGS)
