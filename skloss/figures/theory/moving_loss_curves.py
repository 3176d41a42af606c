"""Losses along one axis whose parameters move, sampled on a grid of them."""

import numpy as np

from skloss.figures.moving import Move, MovingFigure, sampled
from skloss.figures.theory.loss_curves import heights, loss_curves

__all__ = ["moving_loss_curves"]

# Points of a moving line: every second one, so that whole numbers, at which many losses
# have a kink, stay among them.
_STRIDE = 2


def moving_loss_curves(
    curves, controls, curve_at, quantity="loss", rug=None, losses=None
):
    """Return losses of one row along their axis, with parameters that move.

    Parameters
    ----------
    curves : dict of str to Curve
        As for `loss_curves`, at the current parameters.
    controls : dict of str to list of Control
        By the name of the loss; losses without parameters are left out.
    curve_at : callable
        Takes the name of a loss and a value for each of its controls, and returns its
        Curve.
    quantity, rug, losses
        As for `loss_curves`.

    Returns
    -------
    MovingFigure

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.figures.moving import Control
    >>> from skloss.figures.theory.moving_loss_curves import moving_loss_curves
    >>> from skloss.losses.curves import own_curve
    >>> def curve_at(name, quantile):
    ...     return own_curve(get_loss(name, quantile=quantile))
    >>> level = Control("quantile", "Quantile", [0.1, 0.5, 0.9], 0.5)
    >>> moving = moving_loss_curves(
    ...     {"quantile": curve_at("quantile", 0.5)}, {"quantile": [level]}, curve_at
    ... )
    >>> moving.moves[0].y.shape
    (3, 61)
    """
    figure = loss_curves(curves, quantity, rug, losses)
    n_lines = sum(len(curve.lines) for curve in curves.values())
    for trace in figure.data[:n_lines]:
        trace.update(x=trace.x[::_STRIDE], y=trace.y[::_STRIDE])
    moves, known, place = {}, [], 0
    for name, curve in curves.items():
        own = controls.get(name, [])
        if own:
            grid = _grid(name, curve, own, curve_at, quantity)
            places = tuple(range(len(known), len(known) + len(own)))
            for k in range(len(curve.lines)):
                moves[place + k] = Move(places, grid[..., k, :])
            known += own
        place += len(curve.lines)
    return MovingFigure(figure, known, moves)


def _grid(name, curve, controls, curve_at, quantity):
    """Return the heights of the lines of a loss at each point of its grid."""

    def draw(*values):
        lines = curve_at(name, *values).lines
        # Of lines that coincide at some parameters, the first stands for all.
        first = next(iter(lines.values()))
        return [
            _resampled(lines.get(label, first), line.x[::_STRIDE], quantity)
            for label, line in curve.lines.items()
        ]

    return sampled(controls, draw)


def _resampled(line, x, quantity):
    """Return the heights of a line at some positions, missing beyond its ends."""
    order = np.argsort(line.x)
    return np.interp(
        x, line.x[order], heights(line, quantity)[order], left=np.nan, right=np.nan
    )
