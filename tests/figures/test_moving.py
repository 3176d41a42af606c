"""A moving figure sends what it draws at each point of the grid of its controls."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from skloss.figures import theory
from skloss.figures.canvas import new_figure
from skloss.figures.moving import Control, Move, MovingFigure, Readout, sampled
from skloss.figures.theory.moving_divergences import moving_divergences

FAST = Control("speed", "Speed", [1.0, 2.0, 4.0], 2.0)
SLOPE = Control("slope", "Slope", [0.0, 1.0], 0.5, step=0.1)


def figure_of(*traces, **layout):
    figure = new_figure("What moves?", x="time", y="place", caption="1.", alt="A line.")
    return figure.add_traces(list(traces)).update_layout(**layout)


def test_samples_have_an_axis_for_each_control():
    found = sampled([FAST, SLOPE], lambda speed, slope: [speed, slope, speed * slope])
    assert found.shape == (3, 2, 3)
    assert found[2, 1].tolist() == [4.0, 1.0, 4.0]


def test_traces_that_do_not_move_are_sent_as_they_are():
    line = go.Scatter(x=[0, 1], y=[2, 3], name="line", mode="lines")
    (trace,) = MovingFigure(figure_of(line), []).message()["traces"]
    assert (trace["x"], trace["y"], trace["controls"]) == ([0, 1], [2, 3], [])
    assert (trace["kind"], trace["dash"], trace["movesX"]) == ("lines", "solid", False)


def test_moving_traces_are_sent_at_each_point_of_the_grid():
    line = go.Scatter(x=[0, 1], y=[0, 2], mode="lines")
    move = Move((0,), [[0, 1], [0, 2], [0, 4]], [[0, 1], [0, 2], [0, 3]])
    (trace,) = MovingFigure(figure_of(line), [FAST], {0: move}).message()["traces"]
    assert (trace["n"], trace["controls"], trace["movesX"]) == (2, [0], True)
    assert trace["y"] == [0, 1, 0, 2, 0, 4]
    assert trace["x"] == [0, 1, 0, 2, 0, 3]


def test_bars_marks_and_ticks_are_distinguished():
    traces = [
        go.Bar(x=[1], y=[1], marker={"color": "#111111"}),
        go.Scatter(x=[1], y=[1], mode="markers", marker={"color": "#222222"}),
        go.Scatter(x=[1], y=[1], mode="markers", marker={"symbol": "line-ns-open"}),
    ]
    found = MovingFigure(figure_of(*traces), []).message()["traces"]
    assert [trace["kind"] for trace in found] == ["bars", "markers", "ticks"]
    assert [trace["color"] for trace in found[:2]] == ["#111111", "#222222"]


def test_missing_and_infinite_numbers_are_what_json_can_hold():
    readout = Readout("Divergence", (0,), [np.nan, np.inf, 1 / 3])
    message = MovingFigure(figure_of(), [FAST], {}, [readout]).message()
    assert message["readouts"][0]["values"] == [None, "∞", 0.3333]
    json.dumps(message, allow_nan=False)


def test_an_axis_without_a_range_shows_all_values_with_room_above():
    line = go.Scatter(x=[0, 10], y=[1, 3], mode="lines")
    message = MovingFigure(figure_of(line), []).message()
    assert message["x"]["range"] == pytest.approx([-0.3, 10.3])
    assert message["y"]["range"] == pytest.approx([0.94, 3.56])


def test_a_range_and_a_logarithmic_axis_are_kept():
    figure = figure_of(xaxis={"type": "log", "range": [0, 2]})
    axis = MovingFigure(figure, []).message()["x"]
    assert (axis["log"], axis["range"], axis["title"]) == (True, [0, 2], "time")


def test_controls_carry_their_labels_grids_and_first_values():
    fast, slope = MovingFigure(figure_of(), [FAST, SLOPE]).message()["controls"]
    assert fast == {"label": "Speed", "grid": [1, 2, 4], "value": 2, "step": None}
    assert slope["step"] == 0.1


def test_moving_divergences_are_those_of_the_figure_at_each_point():
    moving = moving_divergences((2.0, 1.0), (4.0, 1.5))
    places = [np.flatnonzero(c.grid == c.value)[0] for c in moving.controls]
    p, q = theory.peaked(2.0, 1.0), theory.peaked(4.0, 1.5)
    found = {r.label: r.values[tuple(places)] for r in moving.readouts}
    assert found["KL(P‖Q), nats"] == pytest.approx(np.sum(p * np.log(p / q)))
    assert found["KL(Q‖P), nats"] == pytest.approx(np.sum(q * np.log(q / p)))
    assert found["H(P, Q), nats"] == pytest.approx(-np.sum(p * np.log(q)))
    np.testing.assert_allclose(moving.moves[0].y[places[0], places[1]], p)
    np.testing.assert_allclose(moving.moves[1].y[places[2], places[3]], q)


def test_a_one_hot_distribution_is_at_an_end_of_the_grid():
    moving = moving_divergences((2.0, 0.0), (4.0, 1.5))
    entropy = next(r for r in moving.readouts if r.label.startswith("H(P),"))
    assert entropy.values[2, 0, 0, 0] == 0


def test_negative_infinity_keeps_its_sign_and_numbers_four_digits():
    readout = Readout("r", (0,), [-np.inf, 123456.0, -0.000123456, 0.0])
    (found,) = MovingFigure(figure_of(), [FAST], {}, [readout]).message()["readouts"]
    assert found["values"] == ["-∞", 123500.0, -0.0001235, 0.0]
    assert (found["label"], found["controls"]) == ("r", [0])


def test_readouts_are_sent_row_by_row():
    readout = Readout("r", (0, 1), np.arange(6.0).reshape(3, 2))
    (found,) = MovingFigure(figure_of(), [FAST, SLOPE], {}, [readout]).message()[
        "readouts"
    ]
    assert found["values"] == [0, 1, 2, 3, 4, 5]


def test_traces_that_move_in_height_alone_keep_their_places():
    line = go.Scatter(x=[5, 6], y=[0, 1], mode="lines")
    move = Move((1,), [[0, 1], [2, 3]])
    (trace,) = MovingFigure(figure_of(line), [FAST, SLOPE], {0: move}).message()[
        "traces"
    ]
    assert (trace["x"], trace["movesX"], trace["controls"]) == ([5, 6], False, [1])


@pytest.mark.parametrize(
    ("options", "in_legend"),
    [
        ({"name": "a"}, True),
        ({"name": "a", "showlegend": True}, True),
        ({"name": "a", "showlegend": False}, False),
        ({}, False),
    ],
)
def test_traces_without_a_name_or_hidden_ones_are_not_in_the_legend(options, in_legend):
    line = go.Scatter(x=[1], y=[1], mode="lines", **options)
    (trace,) = MovingFigure(figure_of(line), []).message()["traces"]
    assert trace["legend"] is in_legend


def test_lines_carry_colour_dash_and_width():
    style = {"color": "#123456", "dash": "dot", "width": 3}
    traces = [
        go.Scatter(x=[1], y=[1], mode="lines", line=style),
        go.Scatter(x=[1], y=[1], mode="lines"),
    ]
    styled, plain = MovingFigure(figure_of(*traces), []).message()["traces"]
    assert {key: styled[key] for key in style} == style
    assert (plain["dash"], plain["width"]) == ("solid", 2)


def test_missing_values_do_not_set_the_axis():
    line = go.Scatter(x=[0, 1, 2], y=[0, np.nan, np.inf], mode="lines")
    message = MovingFigure(figure_of(line), []).message()
    assert message["y"]["range"] == pytest.approx([-0.03, 0.28])
    json.dumps(message, allow_nan=False)


def test_a_figure_without_points_has_the_axes_of_the_unit():
    message = MovingFigure(figure_of(), []).message()
    assert message["x"]["range"] == pytest.approx([-0.03, 1.03])
    assert message["traces"] == message["controls"] == message["readouts"] == []
    assert (message["title"], message["subtitle"]) == ("What moves?", "")
    assert message["alt"] == "A line."
    assert message["y"]["title"] == "place"


def test_a_single_number_for_each_point_has_the_shape_of_the_grid():
    assert sampled([FAST, SLOPE], lambda speed, slope: speed).shape == (3, 2)
    assert sampled([FAST], lambda speed: [[speed] * 4] * 5).shape == (3, 5, 4)
