"""Markup passes text through its functions, and plain text through none."""

from dataclasses import FrozenInstanceError

import pytest

from skloss.report import HTML, PLAIN, Markup


def test_plain_text_stays_as_it_is():
    assert PLAIN.text("<b>*a*</b>") == "<b>*a*</b>"
    assert PLAIN.strong("a") == "a"


def test_html_is_escaped_also_inside_attributes():
    assert HTML.text("<a href='x' b=\"y\">&") == (
        "&lt;a href=&#x27;x&#x27; b=&quot;y&quot;&gt;&amp;"
    )
    assert HTML.strong(HTML.text("<")) == "<b>&lt;</b>"


def test_a_markup_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Markup(str, str).text = repr
