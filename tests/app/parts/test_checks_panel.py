"""Findings of one check are one item: its remedy and code, then its losses."""

import pytest

from skloss.app.parts.checks_panel import _item

FOUND = {
    "loss": "absolute_error",
    "finding": "The metric *rmse* is not what the loss estimates.",
    "evidence": "rmse is 1.2",
}
GROUP = {
    "code": "SKL101",
    "severity": "warning",
    "remedy": "Use squared_error.",
    "findings": [FOUND],
}


@pytest.mark.parametrize(
    ("severity", "icon"),
    [("error", "error"), ("warning", "warning"), ("note", "lightbulb")],
)
def test_an_item_begins_with_the_icon_of_its_severity(severity, icon):
    assert _item(GROUP | {"severity": severity}).startswith(f"- :material/{icon}: ")


def test_one_finding_is_one_line_that_names_the_loss_and_ends_with_the_code():
    line = _item(GROUP)
    assert "**absolute error**: " in line
    assert "(rmse is 1.2.)" in line.replace("\\", "")
    assert line.endswith("`SKL101`")
    assert "\n" not in line
    without = GROUP | {"findings": [FOUND | {"loss": ""}]}
    assert _item(without).startswith("- :material/warning: The metric")


def test_several_losses_are_listed_below_their_common_remedy():
    other = FOUND | {"loss": "huber", "evidence": "rmse is 1.3"}
    text = _item(GROUP | {"findings": [FOUND, other]})
    first, *losses = text.splitlines()
    assert first.endswith("`SKL101`")
    assert text.replace("\\", "").count("Use squared_error.") == 1
    assert [line.partition(":")[0] for line in losses] == [
        "    - **absolute error**",
        "    - **Huber**",
    ]


def test_the_same_finding_of_several_losses_is_stated_once():
    line = _item(GROUP | {"findings": [FOUND, FOUND | {"loss": "huber"}]})
    assert "**absolute error** and **Huber**: " in line
    assert line.count(FOUND["finding"].split()[0]) == 1
    assert "\n" not in line


@pytest.mark.parametrize("part", ["finding", "evidence", "remedy"])
def test_names_in_an_item_are_shown_as_text(part):
    hostile = "![x](http://evil.example) `y`"
    given = {"findings": [FOUND | {part: hostile}]}
    line = _item(GROUP | ({part: hostile} if part == "remedy" else given))
    assert "![x](" not in line
    assert "`y`" not in line
