"""How strongly each row pulls on one prediction for all rows."""

from typing import NamedTuple

import numpy as np
import torch

from skloss.losses.contract.best_constant import best_constant

__all__ = ["TugOfWar", "class_pulls", "has_tug_of_war", "row_pulls", "tug_of_war"]

# Rows that the total pulls are computed from: a few megabytes, and exact to the pixel.
_ROWS = 2000


class TugOfWar(NamedTuple):
    """Pulls of rows on a constant prediction.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        The rows that are shown.
    prediction : ndarray of shape (n_points,)
        Candidate predictions.
    pull : ndarray of shape (n_rows, n_points)
        Minus the derivative of the loss of a row by the prediction: positive where the
        row pulls towards larger values.
    left, right : ndarray of shape (n_points,)
        Mean pull of all rows towards smaller and towards larger values, positive.
    rest : float
        The prediction with the least mean loss over all rows, where pulls cancel.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss
    >>> from skloss.losses.tug_of_war import tug_of_war
    >>> tug_of_war(get_loss("squared_error"), np.array([0.0, 1.0, 5.0])).rest
    2.0
    """

    y: np.ndarray
    prediction: np.ndarray
    pull: np.ndarray
    left: np.ndarray
    right: np.ndarray
    rest: float


def has_tug_of_war(loss):
    """Return whether a loss has one raw score per row that is the prediction itself.

    Parameters
    ----------
    loss : Loss

    Returns
    -------
    bool

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.losses.tug_of_war import has_tug_of_war
    >>> has_tug_of_war(get_loss("huber")), has_tug_of_war(get_loss("gaussian_nll"))
    (True, False)
    """
    return (
        loss.supports("regression")
        and not loss.takes_distributions
        and loss.n_outputs(1) == 1
        and loss.link.is_identity
    )


def tug_of_war(loss, y, n_rows=60, n_points=161):
    """Return the pull of each row on one prediction, and where the pulls cancel.

    Parameters
    ----------
    loss : Loss
        One for which `has_tug_of_war` is True; it is bound to ``y`` here.
    y : ndarray of shape (n_all_rows,)
        Targets; all of them determine where the pulls cancel.
    n_rows : int, default 60
        Largest number of rows that are shown: the smallest, the largest, and evenly
        spaced ones between them in sorted order.
    n_points : int, default 161
        Candidate predictions, from the least to the largest target.

    Returns
    -------
    TugOfWar

    Raises
    ------
    ValueError
        If the loss has no such picture, or ``y`` is empty or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss
    >>> from skloss.losses.tug_of_war import tug_of_war
    >>> tug = tug_of_war(get_loss("absolute_error"), np.array([0.0, 1.0, 5.0]))
    >>> tug.rest, tug.pull[:, 0].tolist()
    (1.0, [1.0, 1.0, 1.0])
    """
    if not has_tug_of_war(loss):
        raise ValueError(
            f"The loss {loss.name!r} has no single prediction that rows could pull on."
        )
    y = np.sort(np.asarray(y, dtype=float).ravel())
    if not len(y) or not np.isfinite(y).all():
        raise ValueError("y must hold at least one number, and finite numbers only.")
    bound = loss.bind(y)
    width = y[-1] - y[0] or max(abs(y[0]), 1.0)
    margin = 0.05 * width
    prediction = np.linspace(y[0] - margin, y[-1] + margin, n_points)
    pull = _pull(bound, _thinned(y, _ROWS), prediction)
    shown = _thinned(y, n_rows)
    rest = best_constant(bound, y).center[0]
    return TugOfWar(
        shown,
        prediction,
        _pull(bound, shown, prediction),
        np.maximum(-pull, 0).mean(0),
        np.maximum(pull, 0).mean(0),
        _at_row(rest, y),
    )


def row_pulls(loss, y, prediction):
    """Return how strongly each row pulls on its own prediction.

    Parameters
    ----------
    loss : Loss
        One for which `has_tug_of_war` is True. A loss that depends on errors alone is
        bound to the errors, such as Huber's to their robust spread; any other to ``y``.
    y, prediction : ndarray of shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_rows,)
        Minus the derivative of the loss of a row by its prediction.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss
    >>> from skloss.losses.tug_of_war import row_pulls
    >>> row_pulls(get_loss("squared_error"), np.array([2.0, 5.0]), np.ones(2)).tolist()
    [2.0, 8.0]
    """
    y, prediction = np.asarray(y, dtype=float), np.asarray(prediction, dtype=float)
    if loss.is_equivariant:
        y, prediction = y - prediction, np.zeros(len(y))
    raw = torch.tensor(prediction)[:, None].requires_grad_()
    value = loss.bind(y).pointwise(raw, torch.tensor(y))
    (slope,) = torch.autograd.grad(value.sum(), raw)
    return -slope[:, 0].numpy()


# Beyond these probabilities a score is infinite in single precision.
_CERTAIN = 1e-12


def class_pulls(loss, y, probabilities):
    """Return how strongly each row pulls on the scores that give its probabilities.

    Parameters
    ----------
    loss : Loss
        A loss of classes; it is bound to ``y`` here.
    y : ndarray of int of shape (n_rows,)
        Places of the true classes.
    probabilities : ndarray of shape (n_rows, n_classes)
        Of which the scores are the logits, or with several classes the logarithms.

    Returns
    -------
    ndarray of shape (n_rows,)
        Length of the gradient of the loss of a row by its scores.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss
    >>> from skloss.losses.tug_of_war import class_pulls
    >>> loss, p = get_loss("cross_entropy"), np.array([[0.9, 0.1], [0.5, 0.5]])
    >>> class_pulls(loss, np.array([1, 1]), p).round(3).tolist()
    [0.9, 0.5]
    """
    p = np.clip(np.asarray(probabilities, dtype=float), _CERTAIN, 1 - _CERTAIN)
    scores = np.log(p) if p.shape[1] > 2 else np.log(p[:, 1:]) - np.log1p(-p[:, 1:])
    raw = torch.tensor(scores).requires_grad_()
    y = np.asarray(y, dtype=int)
    value = loss.bind(y).pointwise(raw, torch.tensor(y))
    (slope,) = torch.autograd.grad(value.sum(), raw)
    return slope.norm(dim=1).numpy()


def _thinned(y, n_rows):
    """Return at most some rows of ascending y, with both ends."""
    return y[np.unique(np.linspace(0, len(y) - 1, min(n_rows, len(y))).astype(int))]


def _pull(loss, y, prediction):
    """Return minus the slope of the loss of each row at each prediction."""
    raw = torch.tensor(prediction)[:, None, None].expand(-1, len(y), 1)
    raw = raw.clone().requires_grad_()
    target = torch.tensor(y).expand(len(prediction), -1)
    (slope,) = torch.autograd.grad(loss.pointwise(raw, target).sum(), raw)
    return -slope[..., 0].numpy().T


def _at_row(rest, y):
    """Return the row next to a balance point, which a search finds approximately."""
    closest = y[np.argmin(np.abs(y - rest))]
    return float(closest if abs(closest - rest) < 1e-6 * np.ptp(y) else rest)
