"""Two adjustable distributions whose divergences move with them."""

import numpy as np

from skloss.figures.moving import Control, Move, MovingFigure, Readout, sampled
from skloss.figures.theory.divergences import divergences, measures, peaked

__all__ = ["moving_divergences"]

#: Peaks and spreads of the grid; a spread of 0 is a one-hot distribution.
PEAKS = np.arange(1.0, 6.25, 0.5)
SPREADS = np.array([0.0, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 5.0])


def moving_divergences(p, q, prefix=""):
    """Return two distributions over six outcomes that the reader moves.

    Parameters
    ----------
    p, q : tuple of two floats
        Peak and spread of each as they are drawn first; the spread of Q is positive,
        since no divergence from an outcome without probability is finite.
    prefix : str
        Prefix of the names of the controls.

    Returns
    -------
    MovingFigure
        With the divergences, the entropy of P and the cross-entropy as readouts.

    Examples
    --------
    >>> from skloss.figures.theory.moving_divergences import moving_divergences
    >>> moving = moving_divergences((2.0, 1.0), (4.0, 1.5))
    >>> [control.name for control in moving.controls]
    ['p.peak', 'p.spread', 'q.peak', 'q.spread']
    """
    controls = [
        Control(f"{prefix}p.peak", "Peak of P", PEAKS, p[0]),
        Control(f"{prefix}p.spread", "Spread of P (0 is one-hot)", SPREADS, p[1]),
        Control(f"{prefix}q.peak", "Peak of Q", PEAKS, q[0]),
        Control(f"{prefix}q.spread", "Spread of Q", SPREADS[1:], q[1]),
    ]
    all_p, all_q = sampled(controls[:2], peaked), sampled(controls[2:], peaked)
    # Every P with every Q, which would take seconds one by one.
    values = measures(*np.broadcast_arrays(all_p[:, :, None, None], all_q))
    readouts = [
        Readout(f"{name}, nats", (0, 1, 2, 3), value) for name, value in values.items()
    ]
    figure = divergences(peaked(*p), peaked(*q))
    moves = {0: Move((0, 1), all_p), 1: Move((2, 3), all_q)}
    return MovingFigure(figure, controls, moves, readouts)
