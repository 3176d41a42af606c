"""Names from data are shown in Markdown unchanged."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.app import markdown

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
    escaped = markdown.escape(name)
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped)
    assert not re.search(r"[!-/:-@\[-`{-~]", bare)


@given(st.text(max_size=60))
def test_escaped_text_is_displayed_unchanged(name):
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown.escape(name, limit=100))
    shown = name.replace("\u2060", "")
    assert read.replace("\u2060", "") == " ".join(shown.split())


def test_a_name_stays_on_one_line():
    assert markdown.escape("a\n\n# b\r\nc") == "a \\# b c"


def test_a_url_does_not_become_a_link():
    assert "http\\:\u2060\\/" in markdown.escape("http://x")


@pytest.mark.parametrize("markup", [markdown.SENTENCES, markdown.CELLS])
def test_reports_escape_names_and_mark_the_important(markup):
    assert markup.text("![x](y)") == r"\!\[x\]\(y\)"
    assert markup.strong("a") == "**a**"


def test_a_name_in_a_cell_is_not_broken():
    assert markdown.CELLS.text("squared error") == "squared\u00a0error"
    assert markdown.SENTENCES.text("squared error") == "squared error"


def test_the_title_of_a_loss_is_words():
    assert markdown.loss_title("squared_error") == "squared error"
    assert markdown.loss_title("huber(delta=2.0)") == r"Huber \(delta\=2\.0\)"
