"""Steps through the dashboard in a real browser, which wait for what they need."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from skloss.app.parts.pages import PAGES
from tests.pages.server import ROOT

SCREENSHOTS = ROOT / "screenshots"
# A screen of a desk and of a phone, with enough height for any page.
LAYOUTS = [("light", 1280, 2400), ("dark", 390, 3200)]
PATIENCE = 60_000
# With the file `hills`, a comparison of about two minutes on two cores: longer than
# PATIENCE, so that a test that waits for its end passes only if it was stopped.
LONG = "/?epochs=2000&network=128-128&folds=5"
# A comparison of few seconds on any table.
SHORT = "/?epochs=10&network=linear&folds=2"

expect.set_options(timeout=PATIENCE)


def heading(page):
    return page.locator("h1").first


def go(page, path):
    """Follow a link of the navigation while no timer of the page runs.

    Streamlit can lose the requested page to a timer's request right after it, if the
    server has no time between the two.
    """
    (record,) = [record for record in PAGES if record.path == path]
    links = page.locator(".st-key-nav")
    links.get_by_role("link", name=record.title, exact=True).click()
    last = "" if record == PAGES[0] else path
    expect(page).to_have_url(re.compile(rf":\d+/{last}(\?|$)"))
    expect(heading(page)).to_have_text(record.title)


def settle(page):
    """Wait until the script has run and the page keeps its height for three frames."""
    page.locator(
        '[data-testid="stApp"][data-test-script-state="notRunning"]'
    ).wait_for()
    page.wait_for_function(
        """() => new Promise(resolve => {
            let last = -1, same = 0
            const look = () => {
                const height = document.querySelector(".stMain").scrollHeight
                same = height === last ? same + 1 : 0
                last = height
                same < 3 ? requestAnimationFrame(look) : resolve(true)
            }
            look()
        })"""
    )


def shoot(page, name, faults=None):
    """Check in every layout that nothing is wider than the screen, and take a picture.

    A figure keeps its width until it is drawn again, so that this waits for it. The
    serious faults on a phone are added to a list, if there is one.
    """
    SCREENSHOTS.mkdir(exist_ok=True)
    for scheme, width, height in LAYOUTS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        page.wait_for_function(
            """width => document.documentElement.scrollWidth <= width &&
            [...document.querySelectorAll(".js-plotly-plot")].every(
                plot => plot.getBoundingClientRect().right <= width)""",
            arg=width,
        )
        page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}-{width}.png")
    if faults is not None:
        faults += serious_faults(page)
    page.set_viewport_size({"width": 1280, "height": 1000})


def serious_faults(page):
    """Return what axe finds, each with the HTML of the first element that has it."""
    found = _judged_by_axe(page)
    if found:
        # A script that starts meanwhile fades what it will draw again: such a fault
        # ends with the script, those of the page stay.
        settle(page)
        found = _judged_by_axe(page)
    return found


def _judged_by_axe(page):
    # While the page fades in, its text has less contrast.
    page.evaluate(
        """() => Promise.allSettled(document.getAnimations()
            .filter(one => one.effect.getComputedTiming().endTime !== Infinity)
            .map(one => one.finished))"""
    )
    # Passes need as long as violations, and nobody reads them.
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def figure(page, key):
    return page.locator(f".st-key-{key} .js-plotly-plot .main-svg").first


def press_compare(page):
    page.locator(".st-key-compare-first button").click()


def wait_for_training(page):
    expect(page.locator(".st-key-running")).to_contain_text("Epoch")


def press_stop(page):
    page.locator(".st-key-stop button:visible").click()


def wait_for_result(page):
    """Wait for the result of the losses; the page is drawn again with the baselines."""
    expect(matrix(page)).to_be_visible()
    expect(page.locator(".st-key-stop")).to_have_count(0)


def wait_for_baselines(page):
    wait_for_result(page)
    expect(matrix(page)).not_to_contain_text("…")
    settle(page)


def choose_tab(page, name):
    page.get_by_role("tab", name=name).click()
    expect_chosen(page, name)


def expect_chosen(page, name):
    """Expect that a tab is the chosen one when the page has been drawn."""
    settle(page)
    tab = page.get_by_role("tab", name=name)
    expect(tab).to_have_attribute("aria-selected", "true")


def matrix(page):
    return page.locator('[data-testid="stTable"]').first


def upload(page, path):
    field = page.locator('[data-testid="stFileUploaderDropzoneInput"]')
    field.set_input_files(path)
    expect(page.locator(".st-key-loaded")).to_contain_text(path.name)
