"""Every page can be read and operated, as axe-core judges it in a real Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.chromium import launch
from tests.pages.server import Server

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)
LINK = "/compare?sample=rare_class&loss=cross_entropy&loss=focal&network=linear&folds=2"
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "server.log").wait()
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def page(request, chromium, url):
    context = chromium.new_context(
        viewport={"width": 700, "height": 900}, color_scheme=request.param
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(url + LINK)
    yield page
    context.close()


def faults(page):
    """Serious findings, each with the HTML of the first element that has it."""
    found = Axe().run(page).response["violations"]
    return [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in found
        if fault["impact"] in SERIOUS
    ]


def test_a_comparison_has_no_serious_fault_and_scrolls_by_keyboard(page):
    page.locator(".st-key-compare-first button").click()
    table = page.locator("[data-scrolls]").first
    expect(table).to_be_visible()  # the matrix is wider than the window
    expect(table).not_to_contain_text("…")  # the baselines redraw the matrix
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert faults(page) == []
    expect(page).to_have_title("Compare losses · skloss")
    expect(page.locator("h1")).to_have_count(1)
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=table.element_handle())
