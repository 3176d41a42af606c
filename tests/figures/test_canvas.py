"""Messages fit a phone, and samples of rows keep their order."""

import numpy as np
import pytest

from skloss.figures.canvas import (
    MAX_POINTS,
    add_reference_line,
    evenly_spaced,
    hover,
    new_figure,
    sample_rows,
    show_message,
    show_unit_square,
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


def test_axes_are_named_and_the_legend_is_below(figure):
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "x",
        "y",
    )
    assert figure.layout.legend.orientation == "h"
    assert (figure.layout.legend.yref, figure.layout.legend.y) == ("container", 0)
    assert figure.layout.hovermode == "closest"


def test_titles_begin_at_the_left_and_titles_of_axes_have_room(figure):
    template = figure.layout.template.layout
    assert (template.title.x, template.title.xanchor) == (0, "left")
    assert template.xaxis.automargin is template.yaxis.automargin is True
    assert template.hoverlabel.align == "left"


def test_reference_lines_and_messages_leave_the_texts_alone(figure):
    before = dict(figure.layout.meta)
    add_reference_line(figure, [0, 1], [0, 1])
    show_message(figure, "Nothing.")
    assert figure.layout.meta == before


@pytest.mark.parametrize("sentence", ["", "   "])
def test_an_empty_message_is_not_invisible(figure, sentence):
    assert show_message(figure, sentence).layout.annotations[0].text == "(no name)"


def test_a_word_of_ten_thousand_characters_is_cut(figure):
    text = show_message(figure, "a " + "x" * 10_000).layout.annotations[0].text
    assert text == f"a<br>{'x' * 59}…"


def test_a_message_is_in_the_middle(figure):
    (note,) = show_message(figure, "Nothing.").layout.annotations
    assert (note.x, note.y, note.xref, note.yref) == (0.5, 0.5, "paper", "paper")
    assert note.showarrow is False


@pytest.mark.parametrize(("n_points", "limit"), [(7, 2), (1000, 999), (1001, 3)])
def test_thinned_points_are_at_most_the_limit_and_ascend(n_points, limit):
    places = evenly_spaced(n_points, limit)
    assert len(places) == limit
    assert (places[0], places[-1]) == (0, n_points - 1)
    assert (np.diff(places) > 0).all()


def test_sampled_rows_are_spread_over_all_rows():
    rows = sample_rows(100_000)
    assert len(rows) == MAX_POINTS == 3000
    counts, _ = np.histogram(rows, 10, range=(0, 100_000))
    assert (np.abs(counts - 300) < 80).all()


def test_the_unit_square_is_shown_with_room_for_lines(figure):
    layout = show_unit_square(figure).layout
    assert layout.xaxis.range == (-0.02, 1.02)
    assert layout.yaxis.range == (-0.02, 1.04)


def test_a_legend_keeps_the_order_of_the_losses(figure):
    # Plotly reverses it by default in figures with filled areas.
    assert figure.layout.legend.traceorder == "normal"
