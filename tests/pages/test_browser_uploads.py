"""A file goes from its upload through the pages, in a real Chromium."""

import re

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.pages.browser import (
    SHORT,
    choose_tab,
    expect_chosen,
    figure,
    go,
    matrix,
    press_compare,
    settle,
    upload,
    wait_for_baselines,
    wait_for_result,
)

pytestmark = pytest.mark.browser


def test_a_csv_of_numbers_goes_from_upload_to_its_residuals(open_page, houses):
    page = open_page(SHORT)
    upload(page, houses)
    expect(page.locator(".st-key-loaded")).to_contain_text(
        "300 rows · target: price · regression"
    )
    go(page, "compare")
    press_compare(page)
    wait_for_baselines(page)
    expect(matrix(page).locator("tbody tr")).to_have_count(4 + 3)
    expect(matrix(page)).to_contain_text("●")
    expect(figure(page, "fits")).to_be_visible()
    choose_tab(page, "Predictions")
    expect(figure(page, "truth")).to_be_visible()
    choose_tab(page, "Learning curves")
    expect(figure(page, "curves")).to_be_visible()
    choose_tab(page, "Scores")
    expect(figure(page, "folds")).to_be_visible()
    go(page, "residuals")
    expect(figure(page, "histogram")).to_be_visible()
    expect(figure(page, "qq")).to_be_visible()
    expect(page.locator('[data-testid="stTable"]').last).to_contain_text("Laplace")
    go(page, "imbalance")
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text(
        "see Residuals and noise model"
    )


def test_a_csv_of_classes_goes_from_upload_to_its_imbalance(open_page, loans):
    page = open_page(SHORT)
    upload(page, loans)
    go(page, "compare")
    page.locator('[data-testid="stSidebar"]').get_by_role(
        "button", name="binary cross-entropy"
    ).click()
    expect(page.get_by_text("3 losses × 2 folds").first).to_be_visible()
    press_compare(page)
    wait_for_baselines(page)
    expect(matrix(page).locator("tbody tr")).to_have_count(3 + 3)
    go(page, "imbalance")
    for key in ("confusion", "pr", "roc", "recovered"):
        expect(figure(page, key)).to_be_visible()
    settle(page)
    label = "Rows to flag, the most suspicious first"
    field = page.get_by_role("spinbutton", name=label)
    expect(field).not_to_have_value("400")
    page.locator(".moving input[type=range]").press("End")
    expect(field).to_have_value("400")


def test_a_file_that_is_not_a_table_is_refused(open_page, tmp_path):
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    page = open_page()
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(path)
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text("image")
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_hostile_names_draw_as_text_and_the_chosen_tab_stays(open_page, tmp_path):
    rng = np.random.default_rng(5)
    names = ["![t](http://evil.example/a.png)", "<b>bold</b>", "$x^2$ :red[score]"]
    frame = pd.DataFrame(rng.normal(size=(80, 3)), columns=names)
    path = tmp_path / "hostile.csv"
    frame.to_csv(path, index=False)
    page = open_page(SHORT)
    upload(page, path)
    expect(page.locator(".st-key-loaded")).to_contain_text(
        re.compile(r"\$x\^2\$ :\u2060?red\[score\]")
    )
    go(page, "compare")
    press_compare(page)
    wait_for_result(page)
    expect(figure(page, "fits")).to_be_visible()
    choose_tab(page, "Predictions")
    wait_for_baselines(page)
    expect_chosen(page, "Predictions")
    expect(figure(page, "truth")).to_be_visible()
    assert page.locator("b, .katex, img[src*=evil]").count() == 0
