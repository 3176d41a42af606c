"""Messages fit a phone, and samples of rows keep their order."""

import numpy as np
import pytest

from skloss.figures.canvas import (
    add_reference_line,
    evenly_spaced,
    hover,
    new_figure,
    sample_rows,
    show_message,
)
from skloss.figures.style import NEUTRAL


@pytest.fixture
def figure():
    return new_figure("Why?", x="x", y="y", caption="Because.", alt="Nothing.")


def test_a_message_is_broken_into_lines_of_forty_characters(figure):
    sentence = "A sentence that is longer than one line of a phone held upright."
    shown = show_message(figure, sentence).layout.annotations[0].text
    lines = shown.split("<br>")
    assert " ".join(lines) == sentence
    assert len(lines) == 2
    assert max(map(len, lines)) <= 41


def test_a_message_is_escaped_and_hides_the_axes(figure):
    show_message(figure, "<b>no</b> rows")
    assert figure.layout.annotations[0].text == "&lt;b&gt;no&lt;/b&gt; rows"
    assert figure.layout.xaxis.visible is figure.layout.yaxis.visible is False


def test_texts_travel_with_the_figure(figure):
    assert figure.layout.meta == {"caption": "Because.", "alt": "Nothing."}
    assert figure.layout.title.text == "Why?"


def test_a_subtitle_has_room(figure):
    other = new_figure("Why?", x="", y="", caption="", alt="", subtitle="huber")
    assert other.layout.margin.t > figure.layout.margin.t


def test_a_hover_text_has_no_second_box():
    assert hover("a", "b") == "a<br>b<extra></extra>"


@pytest.mark.parametrize("pick", [sample_rows, evenly_spaced])
def test_up_to_the_limit_every_row_is_taken(pick):
    np.testing.assert_array_equal(pick(5, 5), np.arange(5))
    assert len(pick(0, 5)) == 0


def test_beyond_the_limit_rows_are_sampled_without_repetition():
    rows = sample_rows(1000, 100)
    assert len(np.unique(rows)) == 100
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(sample_rows(1000, 100), rows)


def test_thinned_points_are_even_with_both_ends():
    np.testing.assert_array_equal(evenly_spaced(101, 5), [0, 25, 50, 75, 100])


def test_a_reference_line_is_not_in_the_legend(figure):
    add_reference_line(figure, [0, 1], [2, 3])
    (line,) = figure.data
    assert (line.x, line.y) == ((0, 1), (2, 3))
    assert line.showlegend is False
    assert line.hoverinfo == "skip"
    assert line.line.color == NEUTRAL
