"""Drawings that follow the keyboard without the server, in a real Chromium."""

import re

import pytest
import torch
from playwright.sync_api import expect

from skloss.losses import InfoNCE, Triplet
from tests.pages.browser import settle

pytestmark = pytest.mark.browser


def test_losses_and_the_tug_of_war_follow_the_keyboard_without_the_server(open_page):
    page = open_page("/losses?sample=heavy_tailed")
    handle = page.locator(".tug input")
    expect(handle).to_be_visible()
    settle(page)
    sent = []
    page.on("websocket", lambda socket: sent.append(socket))
    shown = page.locator(".tug output")
    before = shown.text_content()
    handle.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(shown).not_to_have_text(before)
    page.get_by_role("button", name="Release: squared error").click()
    caption = page.locator(".tug figcaption").first
    rest = re.search(r"rests at ([\d,.]+), the mean", caption.text_content()).group(1)
    expect(shown).to_have_text(re.compile(rest[:-1]))
    reader = page.locator(".moving .reader")
    reader.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".moving .values")).to_contain_text("squared error: ")
    assert_values_of_losses(reader.get_attribute("aria-valuetext"))
    page.keyboard.press("Escape")
    expect(page.locator(".moving .values")).to_be_hidden()
    reader.hover(position={"x": 200, "y": 100})
    assert_values_of_losses(reader.get_attribute("aria-valuetext"))
    assert page.locator('[data-test-script-state="running"]').count() == 0
    assert sent == []


def assert_values_of_losses(spoken):
    """Compare the values at one residual with the formulas of two losses."""
    residual, squared, absolute = map(float, re.findall(r": (-?[\d.]+)", spoken)[:3])
    assert residual != 0
    # Between the points of the curve, 0.1 apart, lines are straight.
    assert squared == pytest.approx(residual**2, abs=0.01)
    assert absolute == pytest.approx(abs(residual), abs=0.01)


def test_the_example_of_embeddings_follows_the_keyboard_as_the_losses_do(open_page):
    page = open_page("/embeddings?sample=wine")
    expect(page.locator(".example .loss").first).to_be_visible()
    settle(page)
    for point, key in (("k1", "ArrowUp"), ("q", "ArrowLeft"), ("n", "ArrowRight")):
        page.locator(f'[data-point="{point}"]').focus()
        for _ in range(4):
            page.keyboard.press(key)
    at = {
        handle.get_attribute("data-point"): torch.tensor(
            [float(x) for x in re.findall(r"-?\d\.\d\d", spoken)]
        )
        for handle in page.locator("[data-point]").all()
        if (spoken := handle.get_attribute("aria-label").replace("−", "-"))
    }
    torch.testing.assert_close(at["k1"], torch.tensor([0.9, 0.0]))
    others = torch.full((3, 3), -100.0).fill_diagonal_(0.0)[1:]
    keys = torch.stack([at["k0"], at["k1"], at["k2"]])
    S = torch.cat([(keys @ at["q"])[None], others])
    expected = 3 * InfoNCE(temperature=0.5).from_similarity(S)
    shown = page.locator(".temperature .loss").text_content()
    assert f"= {expected:.2f}; guessing" in shown
    rows = [at[point][None] for point in "apn"]
    expected = Triplet(margin=0.5).from_triplets(*rows)
    assert page.locator(".margin .loss").text_content().endswith(f"= {expected:.2f}.")
