"""Moving curves are those of the loss at each point of the grid of its parameters."""

import numpy as np
import pytest

from skloss import get_loss
from skloss.figures.moving import Control
from skloss.figures.theory.moving_loss_curves import moving_loss_curves
from skloss.losses.curves import Curve, CurveLine, own_curve

X = np.linspace(-2, 2, 41)
SCALE = Control("scale", "Scale", np.array([1.0, 2.0, 4.0]), 2.0)
POWER = Control("power", "Power", np.array([1.0, 2.0]), 2.0)


def parabola(scale=2.0, x=X, **others):
    lines = {"": scale * x**2} | {label: scale * k * x for label, k in others.items()}
    return Curve(
        "residual",
        {label: CurveLine(x, y, np.gradient(y, x)) for label, y in lines.items()},
    )


def test_moving_curves_are_those_of_the_parameters_of_the_grid():
    def curve_at(name, quantile):
        return own_curve(get_loss(name, quantile=quantile))

    level = Control("level", "Level", np.array([0.1, 0.5, 0.9]), 0.5)
    curves = {"quantile": curve_at("quantile", 0.5)}
    moving = moving_loss_curves(curves, {"quantile": [level]}, curve_at)
    (line,) = moving.figure.data
    np.testing.assert_allclose(moving.moves[0].y[1], line.y)
    np.testing.assert_allclose(
        moving.moves[0].y[2], np.maximum(0.9 * line.x, -0.1 * line.x), atol=1e-9
    )


def test_a_moving_line_has_every_second_point_with_both_ends():
    moving = moving_loss_curves(
        {"a": parabola()}, {"a": [SCALE]}, lambda name, scale: parabola(scale)
    )
    (line,) = moving.figure.data
    np.testing.assert_allclose(line.x, X[::2])
    for place, scale in enumerate(SCALE.grid):
        np.testing.assert_allclose(moving.moves[0].y[place], scale * X[::2] ** 2)
    assert moving.moves[0].controls == (0,)
    assert moving.moves[0].x is None


def test_each_loss_follows_its_own_controls():
    names = ["a", "fixed", "b"]
    moving = moving_loss_curves(
        dict.fromkeys(names, parabola()),
        {"a": [SCALE], "b": [POWER, SCALE]},
        lambda name, *values: parabola(values[-1]),
    )
    assert moving.controls == [SCALE, POWER, SCALE]
    assert {k: move.controls for k, move in moving.moves.items()} == {
        0: (0,),
        2: (1, 2),
    }
    assert moving.moves[2].y.shape == (2, 3, 21)
    assert [trace.name for trace in moving.figure.data] == names


def test_every_line_of_a_loss_moves():
    moving = moving_loss_curves(
        {"fixed": parabola(), "a": parabola(up=1, down=-1)},
        {"a": [SCALE]},
        lambda name, scale: parabola(scale, up=1, down=-1),
    )
    assert sorted(moving.moves) == [1, 2, 3]
    np.testing.assert_allclose(moving.moves[2].y[1], 2 * X[::2])
    np.testing.assert_allclose(moving.moves[3].y[2], -4 * X[::2])


def test_lines_that_coincide_at_some_parameters_are_drawn_there_too():
    moving = moving_loss_curves(
        {"a": parabola(up=1)}, {"a": [SCALE]}, lambda name, scale: parabola(scale)
    )
    np.testing.assert_allclose(moving.moves[1].y, moving.moves[0].y)


def test_heights_beyond_the_ends_of_a_line_are_missing():
    moving = moving_loss_curves(
        {"a": parabola()},
        {"a": [SCALE]},
        lambda name, scale: parabola(scale, x=X[np.abs(X) <= 1]),
    )
    (x,) = (trace.x for trace in moving.figure.data)
    outside = np.abs(x) > 1.0001
    assert np.isnan(moving.moves[0].y[:, outside]).all()
    assert np.isfinite(moving.moves[0].y[:, ~outside]).all()


def test_lines_that_run_backwards_are_read_in_order():
    moving = moving_loss_curves(
        {"a": parabola(x=X[::-1])},
        {"a": [SCALE]},
        lambda name, scale: parabola(scale, x=X[::-1]),
    )
    np.testing.assert_allclose(moving.moves[0].y[1], moving.figure.data[0].y)


@pytest.mark.parametrize(("quantity", "height"), [("gradient", 4), ("curvature", 4)])
def test_slopes_and_curvatures_move_too(quantity, height):
    moving = moving_loss_curves(
        {"a": parabola()},
        {"a": [SCALE]},
        lambda name, scale: parabola(scale),
        quantity=quantity,
    )
    expected = {"gradient": 4 * X[::2], "curvature": np.full(21, height)}[quantity]
    np.testing.assert_allclose(moving.moves[0].y[1][2:-2], expected[2:-2], atol=1e-9)


def test_without_controls_nothing_moves_and_rows_are_marked():
    moving = moving_loss_curves({"a": parabola()}, {}, None, rug=[0.5])
    assert moving.controls == []
    assert moving.moves == {}
    assert [trace.name for trace in moving.figure.data] == ["a", "rows of the table"]
