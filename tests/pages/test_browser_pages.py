"""Pages opened first, by links and by the back button, in a real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from skloss.app.parts.pages import PAGES
from tests.pages.browser import (
    SHORT,
    figure,
    go,
    heading,
    press_compare,
    settle,
    shoot,
    wait_for_baselines,
)
from tests.pages.server import ROOT

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_page_hands_over_to_the_router_first(page):
    script = (ROOT / page.file).read_text(encoding="utf-8")
    assert re.search(r"^(page = )?frame\.begin\(__file__\)$", script, re.MULTILINE)


# Only the router distinguishes a first page: one of each kind stands for all.
@pytest.mark.parametrize("path", ["data", "compare", "theory"])
def test_a_page_opened_first_on_a_new_server_is_complete(cold_server, open_page, path):
    page = open_page(f"/{path}?sample=diabetes", base=cold_server.url)
    expect(page.locator(".st-key-nav a:visible")).to_have_count(len(PAGES))
    expect(page.locator(".st-key-loaded")).to_contain_text("diabetes.csv · 442 rows")
    expect(page.locator('[data-testid="stSidebarNav"]')).to_have_count(0)
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_back_goes_back_one_page_at_a_time(open_page):
    page = open_page("/?sample=diabetes")
    settle(page)
    go(page, "compare")
    go(page, "residuals")
    page.go_back()
    expect(page).to_have_url(re.compile("/compare"))
    expect(heading(page)).to_have_text("Compare losses")
    page.go_back()
    expect(heading(page)).to_have_text("Data")
    expect(page.locator(".st-key-loaded")).to_contain_text("diabetes.csv")


def test_the_finished_comparison_opens_and_the_address_carries_the_prices(open_page):
    page = open_page("/")
    expect(figure(page, "opening")).to_be_visible()
    page.locator(".st-key-open-comparison button").click()
    wait_for_baselines(page)
    go(page, "decide")
    settle(page)
    price = page.locator(".st-key-settings-decide-under input")
    price.fill("9")
    price.press("Enter")
    expect(page.get_by_text("the 0.9 quantile").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"decide\.under=9\.0"))
    address = page.url.removeprefix(page.url.partition("/decide")[0])
    shorter = re.sub("&(?:epochs|network|folds)=[^&]*", "", address)
    again = open_page(shorter + SHORT.replace("/?", "&"))
    again.locator(".st-key-compare-first button").click()
    expect(again.get_by_text("the 0.9 quantile").first).to_be_visible()


JOURNEYS = [
    ("heavy_tailed", ["compare", "data", "residuals", "decide", "losses", "theory"]),
    ("rare_class", ["compare", "data", "imbalance", "decide", "embeddings", "export"]),
]


@pytest.mark.parametrize(("sample", "paths"), JOURNEYS)
def test_every_page_fits_its_screen_without_a_serious_fault(open_page, sample, paths):
    faults = []
    page = open_page(f"{SHORT}&sample={sample}")
    go(page, "compare")
    press_compare(page)
    wait_for_baselines(page)
    for path in paths:
        go(page, path)
        if path not in ("data", "embeddings", "export"):
            expect(page.locator(".js-plotly-plot:visible").first).to_be_visible()
        shoot(page, f"{path}-{sample}", faults)
    assert faults == []
