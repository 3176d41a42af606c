"""Draw the screenshots of README from the real dashboard, or check that they hold.

    python docs/screenshots.py [--write]

Starts the dashboard, compares three losses on a sample table in a headless Chromium,
and takes a picture on a light and on a dark page. Without ``--write`` the pictures are
compared with those in ``docs/images``: the script fails if a page has changed beyond
recognition, or no longer shows the sentences and figures that README refers to.
"""

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from PIL import Image
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.chromium import launch  # noqa: E402
from tests.pages.server import Server  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LOSSES = "squared_error", "absolute_error", "quantile(quantile=0.9)"
ADDRESS = "/compare?" + urlencode(
    [("sample", "deliveries"), *(("loss", name) for name in LOSSES)]
)
SIZE = {"width": 1440, "height": 1900}
PATIENCE = 120_000
#: Mean difference of two pictures, of 1, that are reduced to coarse grey squares. A
#: page with other numbers or texts differs by less than 0.02, another page by more.
RECOGNISED = 0.05


def shoot(browser, url, scheme, path):
    """Compare the losses, check what the page shows, and take its picture."""
    page = browser.new_page(viewport=SIZE, color_scheme=scheme, device_scale_factor=1)
    page.set_default_timeout(PATIENCE)
    page.goto(url + ADDRESS)
    page.locator(".st-key-compare-first button").click()
    table = page.locator('[data-testid="stTable"]').first
    expect(table).to_be_visible(timeout=PATIENCE)
    expect(table).not_to_contain_text("…", timeout=PATIENCE)
    for name in ("squared error", "absolute error", "quantile"):
        expect(table).to_contain_text(name, ignore_case=True)
    feature = page.locator(".js-plotly-plot .xtitle").first
    expect(feature).to_have_text("distance", timeout=PATIENCE)
    page.locator(
        '[data-testid="stApp"][data-test-script-state="notRunning"]'
    ).wait_for()
    page.mouse.move(1, 1)  # the tools of a figure appear under the pointer
    page.wait_for_timeout(2000)
    page.screenshot(path=path)
    page.close()


def squares(path):
    """Return the picture as 32 x 40 grey values between 0 and 1."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L").resize((32, 40), Image.BOX)) / 255


def main(write):
    """Take both pictures; store them, or return what differs from the stored ones."""
    problems = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        server = Server(Path(folder) / "server.log")
        try:
            server.wait()
            for scheme in ("light", "dark"):
                path = Path(folder) / f"{scheme}.png"
                shoot(browser, server.url, scheme, path)
                stored = IMAGES / f"compare-{scheme}.png"
                if write:
                    IMAGES.mkdir(exist_ok=True)
                    with Image.open(path) as image:
                        image.convert("RGB").save(stored, optimize=True)
                    continue
                gap = np.abs(squares(path) - squares(stored)).mean()
                if gap > RECOGNISED:
                    problems.append(f"{stored.name} differs by {gap:.3f}")
        finally:
            server.stop()
            browser.close()
    return problems


if __name__ == "__main__":
    found = main("--write" in sys.argv)
    if found:
        sys.exit(
            f"Look at the dashboard and run docs/screenshots.py --write. ({found[0]})"
        )
