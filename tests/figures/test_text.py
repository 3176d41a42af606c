"""Names from data are text in plotly, and short."""

import pytest

from skloss.figures.text import plot_text, with_unit


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("R&D <b> 'x'", "R&amp;D &lt;b&gt; 'x'"),
        ("%{meta}", "%&#123;meta}"),
        ("costs $5", "costs &#36;5"),
        (" two\n lines\t", "two lines"),
        ("", "(no name)"),
        (7, "7"),
    ],
)
def test_text_that_plotly_would_interpret_is_escaped(name, shown):
    assert plot_text(name) == shown


def test_names_are_cut_before_they_are_escaped():
    assert plot_text("x" * 50, limit=10) == "x" * 9 + "…"
    assert plot_text("<" * 50, limit=3) == "&lt;&lt;…"
    assert plot_text("x" * 40) == "x" * 40


def test_a_unit_follows_in_brackets():
    assert with_unit("true <y>", "mg/dl") == "true &lt;y&gt; (mg/dl)"
    assert with_unit("score", "") == "score"
    assert with_unit("y", "<b>") == "y (&lt;b&gt;)"
