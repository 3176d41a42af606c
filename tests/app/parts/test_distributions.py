"""Distributions of the target and of the columns, some at a time."""

import numpy as np

from tests.pages.steps import (
    csv_of,
    ok,
    text_of,
    upload,
)


def test_the_target_and_every_column_are_drawn_a_page_at_a_time(dashboard):
    many = {f"c{k}": np.arange(120) % (k + 2) for k in range(22)}
    upload(dashboard, csv_of(**many))
    assert len(dashboard.get("plotly_chart")) == 2
    assert "Half of the rows are between" in text_of(dashboard)
    box = dashboard.selectbox(key="settings.distribution-columns")
    assert box.value == 0
    assert box.options[0].startswith("1 to 21: ")
    assert box.options[1].startswith("22 to ")
    ok(box.set_value(21).run())
    assert "3 of 24 columns are drawn" in text_of(dashboard)
