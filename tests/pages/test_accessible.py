"""Every page can be read and operated, as axe-core judges it in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.pages.browser import (
    PATIENCE,
    serious_faults,
    settle,
    wait_for_baselines,
)

pytestmark = pytest.mark.browser
LINK = "/compare?sample=rare_class&loss=cross_entropy&loss=focal&network=linear&folds=2"


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 700, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(server.url + LINK)
    yield page
    context.close()


def test_a_comparison_has_no_serious_fault_and_scrolls_by_keyboard(page):
    page.locator(".st-key-compare-first button").click()
    table = page.locator("[data-scrolls]").first
    expect(table).to_be_visible()  # the matrix is wider than the window
    wait_for_baselines(page)  # which draw the matrix again
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert serious_faults(page) == []
    expect(page).to_have_title("Compare losses · skloss")
    expect(page.locator("h1")).to_have_count(1)
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=table.element_handle())
