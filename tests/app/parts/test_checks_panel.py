"""A finding is one line: its loss, its evidence, its remedy and its code."""

import pytest

from skloss.app.parts.checks_panel import _line

FINDING = {
    "code": "SKL101",
    "severity": "warning",
    "loss": "absolute_error",
    "finding": "The metric *rmse* is not what the loss estimates.",
    "evidence": "rmse is 1.2",
    "remedy": "Use squared_error.",
}


@pytest.mark.parametrize(
    ("severity", "icon"),
    [("error", "error"), ("warning", "warning"), ("note", "lightbulb")],
)
def test_a_line_begins_with_the_icon_of_its_severity(severity, icon):
    assert _line(FINDING | {"severity": severity}).startswith(f"- :material/{icon}: ")


def test_a_line_names_the_loss_and_ends_with_the_code():
    line = _line(FINDING)
    assert "**absolute error**: " in line
    assert line.endswith("`SKL101`")
    assert _line(FINDING | {"loss": ""}).startswith("- :material/warning: The metric")


@pytest.mark.parametrize("part", ["finding", "evidence", "remedy"])
def test_names_in_a_line_are_shown_as_text(part):
    line = _line(FINDING | {part: "![x](http://evil.example) `y`"})
    assert "![x](" not in line
    assert "`y`" not in line
