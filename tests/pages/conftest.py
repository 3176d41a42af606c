"""A server, pages in a real Chromium and files to upload, for all browser tests."""

import re

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.pages.browser import PATIENCE, heading
from tests.pages.server import Server

# Long enough for a slow page that loads its scripts again, short enough that what a
# test leaves running does not slow down those that follow.
SECONDS_HELD = 15
# A page opened by its own URL requests these before it has found the root of the site.
PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")


@pytest.fixture
def cold_server(tmp_path):
    server = Server(tmp_path / "server.log").wait()
    yield server
    server.stop()
    assert server.complaints() == []


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "server.log"
    server = Server(log, SECONDS_HELD).wait()
    yield server
    server.stop()


@pytest.fixture
def open_page(browser, server):
    """Open pages; fail on foreign requests, console errors and server warnings."""
    contexts, foreign, errors = [], [], []

    def note_request(request):
        local = request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
        foreign.extend([] if local else [request.url])

    def note_console(message):
        probe = PROBES.search(message.location.get("url", ""))
        serious = message.type in ("error", "warning") and not probe
        errors.extend([message.text] if serious else [])

    def open_(path="/", scheme="light", width=1280, height=1000, base=server.url):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", note_request)
        page.on("console", note_console)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(base + path)
        expect(heading(page)).to_be_visible()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert foreign == []
    assert errors == []
    assert server.complaints() == []


@pytest.fixture(scope="session")
def houses(tmp_path_factory):
    rng = np.random.default_rng(3)
    width, age = rng.normal(size=(2, 300))
    frame = pd.DataFrame(
        {
            "width": width.round(3),
            "age": age.round(3),
            "place": rng.choice(["hill", "valley"], 300),
            "price": (3 * width - age + rng.laplace(size=300)).round(3),
        }
    )
    path = tmp_path_factory.mktemp("upload") / "houses.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def loans(tmp_path_factory):
    rng = np.random.default_rng(4)
    income, debt = rng.normal(size=(2, 400))
    late = np.where(income - debt + rng.normal(size=400) < -2.2, "late", "paid")
    path = tmp_path_factory.mktemp("upload") / "loans.csv"
    pd.DataFrame({"income": income, "debt": debt, "ending": late}).to_csv(
        path, index=False
    )
    return path


@pytest.fixture(scope="session")
def hills(tmp_path_factory):
    """25,000 rows without noise: held-out scores improve for more than 100 epochs."""
    rng = np.random.default_rng(6)
    X = rng.normal(size=(25_000, 29)).round(4)
    frame = pd.DataFrame(X).add_prefix("f").assign(height=np.sin(2 * X[:, 0] + X[:, 1]))
    frame["height"] += np.cos(2 * X[:, 2] - X[:, 3]) + X[:, 4] * X[:, 5]
    path = tmp_path_factory.mktemp("upload") / "hills.csv"
    frame.round(6).to_csv(path, index=False)
    return path
