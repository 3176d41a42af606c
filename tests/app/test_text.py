"""Names from data are shown as they are; numbers and times as people say them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.app import text

HOSTILE = [
    "![t](http://evil.example/a.png)",
    "[click](javascript:alert(1))",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "# heading",
    "**bold** _it_ `code`",
    "$\\alpha$ and $$x$$",
    ":red[text] :material/home: :smile:",
    "a -> b <- c",
    "| a | b |",
    "1. list",
    "https://evil.example",
    "me@evil.example",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_every_markdown_character_of_a_name_is_escaped(name):
    escaped = text.escape(name)
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped)
    assert not re.search(r"[!-/:-@\[-`{-~]", bare)


@given(st.text(max_size=60))
def test_escaping_keeps_what_is_read(name):
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text.escape(name, limit=100))
    shown = name.replace("\u2060", "")
    assert read.replace("\u2060", "") == " ".join(shown.split())


def test_a_name_cannot_break_out_of_its_line():
    assert text.escape("a\n\n# b\r\nc") == "a \\# b c"


def test_a_long_name_is_cut():
    assert len(text.shorten("x" * 1000)) == 60


def test_an_address_is_no_link():
    assert "http\\:\u2060\\/" in text.escape("http://x")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567.0, "1,230,000"),
        (-0.5, "−0.500"),
        (0.0, "0"),
        (99.95, "100"),
        (0.0999, "0.0999"),
        (0.09999, "0.100"),
        (12345678.0, "1.23e+07"),
        (-0.000012, "−1.20e-05"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_keep_three_digits(value, shown):
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("mean", "error", "shown"),
    [
        (35607.2, 1239.4, "35,600 ± 1,200"),
        (11.8731, 0.0351, "11.873 ± 0.035"),
        (-1.48, 0.22, "−1.48 ± 0.22"),
        (241.3, 88.2, "241 ± 88"),
        (12.3, 100.0, "12.3 ± 100"),
        (0.5, 1e-9, "0.500"),
        (0.0, 0.1, "0 ± 0.10"),
        (2e9, 1e8, "2.00e+09 ± 1.0e+08"),
        (1.0, 1.75e308, "1.00 ± 1.8e+308"),
        (1.0, float("inf"), "1.00 ± ∞"),
        (float("nan"), float("nan"), "–"),
    ],
)
def test_a_mean_ends_where_its_error_does(mean, error, shown):
    assert text.with_error(mean, error) == shown


@given(st.floats(allow_nan=False), st.floats(min_value=0))
def test_any_number_can_be_worded(mean, error):
    assert text.number(mean)
    assert text.with_error(mean, error).startswith(tuple("−0123456789∞"))
