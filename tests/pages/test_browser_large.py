"""A comparison of a large table leaves the page live, in a real Chromium."""

import time

import pytest
from playwright.sync_api import expect

from tests.pages.browser import (
    LONG,
    SHORT,
    figure,
    go,
    heading,
    matrix,
    press_compare,
    press_stop,
    shoot,
    upload,
    wait_for_result,
    wait_for_training,
)

pytestmark = pytest.mark.browser


def test_a_large_comparison_leaves_the_page_live_and_can_be_stopped(open_page, hills):
    page = open_page(LONG)
    shoot(page, "data-empty")
    upload(page, hills)
    expect(page.locator(".st-key-loaded")).to_contain_text(
        "25,000 rows · target: height"
    )
    page.locator(".st-key-to-next button").click()
    expect(page.locator(".st-key-compare-first button")).to_be_visible()
    expect(heading(page)).to_be_focused()
    shoot(page, "compare-ready")
    press_compare(page)
    wait_for_training(page)
    expect(figure(page, "live")).to_be_visible()
    shoot(page, "compare-running")
    slider = page.locator('.st-key-settings-folds input[type="range"]')
    waits = []
    for folds in (6, 7, 8):
        pressed = time.monotonic()
        slider.press("ArrowRight")
        expect(page.get_by_text(f"4 losses × {folds} folds on 25,000")).to_be_visible()
        waits.append(time.monotonic() - pressed)
        expect(page.locator(".st-key-stop")).to_have_count(1)
    # Alone it is a third of a second; tests share two cores, and one wait of three may
    # fall on the start of another test.
    assert sorted(waits)[1] < 5
    press_stop(page)
    wait_for_result(page)
    expect(page.get_by_text("This comparison was stopped")).to_be_visible()
    shoot(page, "compare-stopped")


def test_a_large_table_is_compared_to_its_end(open_page, hills):
    page = open_page(SHORT)
    upload(page, hills)
    page.locator(".st-key-to-next button").click()
    press_compare(page)
    wait_for_result(page)
    expect(matrix(page).locator("tbody tr").nth(3)).to_contain_text("±")


def begin_long_comparison(page, path):
    upload(page, path)
    go(page, "compare")
    size = page.get_by_text("4 losses × 5 folds on 25,000 rows")
    expect(size.last).to_be_visible()
    press_compare(page)
    wait_for_training(page)


def test_a_page_that_is_loaded_again_continues_its_comparison(open_page, hills):
    page = open_page(LONG)
    begin_long_comparison(page, hills)
    page.reload()
    expect(page.get_by_text("hills.csv").first).to_be_visible()
    press_stop(page)  # also because the server holds it for a minute
    wait_for_result(page)
    # A link in the same tab begins a session of its own, as does another tab.
    page.goto(page.url.split("?")[0])
    expect(page.get_by_text("No table is loaded")).to_be_visible()
