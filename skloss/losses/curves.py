"""Curves of losses: value and slope along one line through the raw scores."""

from typing import NamedTuple

import numpy as np
import torch

from skloss.tasks import as_task

__all__ = ["Curve", "CurveLine", "loss_curve", "own_curve"]

# Raw scores from -6 to 6, where a sigmoid is within 0.3% of its limits. Whole numbers,
# at which many losses have a kink, are among them.
_STEPS = torch.arange(-120, 121, dtype=torch.float64) / 20
#: Residuals that are shown, and predictions for a target of 1 behind a link.
_RESIDUALS, _PREDICTIONS = (-3, 3), (0.2, 4)
#: Lines of a parameter's range end where they exceed the default line by this factor,
#: so that a steep one does not flatten the others.
_HEADROOM = 1.4


class CurveLine(NamedTuple):
    """One line of a curve.

    Parameters
    ----------
    x : ndarray of shape (n_points,)
        Position along the axis of the curve.
    value : ndarray of shape (n_points,)
        Loss of one row.
    slope : ndarray of shape (n_points,)
        Derivative of the value by ``x``, by central differences: at a kink the mean
        of both sides.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.losses.curves import loss_curve
    >>> line = loss_curve(get_loss("squared_error")).lines[""]
    >>> [float(part[0].round(3)) for part in line]
    [3.0, 9.0, 5.95]
    """

    x: np.ndarray
    value: np.ndarray
    slope: np.ndarray


class Curve(NamedTuple):
    """A loss along one axis.

    Parameters
    ----------
    axis : str
        Quantity on the horizontal axis.
    lines : dict of str to CurveLine
        By label; the label of a single line is empty.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.losses.curves import loss_curve
    >>> loss_curve(get_loss("gaussian_nll")).axis
    'residual'
    """

    axis: str
    lines: dict[str, CurveLine]


def own_curve(loss):
    """Return the loss of one row at its parameters alone.

    Parameters
    ----------
    loss : Loss

    Returns
    -------
    Curve
        With a line for each label or predicted scale.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.losses.curves import own_curve
    >>> list(own_curve(get_loss("gaussian_nll")).lines)
    ['log-variance 0', 'log-variance 1']
    """
    return Curve(*_cut(loss))


def loss_curve(loss):
    """Return the loss of one row along the axis that its first task suggests.

    The axis is the residual, the prediction for a target of 1, the score in favour of
    the true label, or the distance of two embeddings. There is a line for each label
    or predicted scale; if that is a single one, lines for both ends of the range of
    the first parameter are added.

    Parameters
    ----------
    loss : Loss

    Returns
    -------
    Curve

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.losses.curves import loss_curve
    >>> list(loss_curve(get_loss("quantile", quantile=0.9)).lines)
    ['quantile 0.9', 'quantile 0.01', 'quantile 0.99']
    """
    axis, lines = _cut(loss)
    if len(lines) > 1:
        return Curve(axis, lines)
    (line,) = lines.values()
    for name, range_ in list(loss.param_ranges.items())[:1]:
        value = getattr(loss, name)
        lines = {f"{name} {value:g}" if value is not None else "default": line}
        for end in range_[:2]:
            # Rebuilt instead of copied, so that it has not learned a value.
            params = loss.get_params(deep=False) | {name: end}
            (other,) = _cut(type(loss)(**params))[1].values()
            if not _coincide(other, line):
                shown = other.value <= _HEADROOM * line.value.max()
                lines[f"{name} {end:g}"] = CurveLine(*(part[shown] for part in other))
    return Curve(axis, lines if len(lines) > 1 else {"": line})


def _cut(loss):
    """Return axis and lines; of lines that coincide, the first one."""
    task = as_task(loss.tasks[0])
    axis, values = _cut_of(task, loss)(loss)
    lines = {}
    for label, (x, value) in values.items():
        # Rounded, so that the last bits, which differ between machines, do not decide
        # whether lines coincide.
        line = CurveLine(
            x.numpy().round(6), value.numpy().round(6), np.gradient(value, x)
        )
        if not any(_coincide(line, other) for other in lines.values()):
            lines[label] = line
    return axis, lines


def _coincide(one, other):
    return np.array_equal(one.x, other.x) and np.array_equal(one.value, other.value)


def _cut_of(task, loss):
    """Return the function that computes axis and lines for a task."""
    if task.has_numbers:
        return _of_shares if loss.takes_distributions else _of_numbers
    if task.kind == "embeddings":
        return _of_distances
    by_link = {"logit": _of_labels, "softmax": _of_classes}
    return by_link.get(task.link, _of_ordered_classes)


def _of_shares(loss):
    """Return the axis and lines by the score of the first of two outcomes."""
    raw = torch.stack([_STEPS, torch.zeros_like(_STEPS)], dim=-1)
    share = torch.tensor([0.75, 0.25], dtype=raw.dtype).expand_as(raw)
    axis = "score of the first outcome, whose share is 0.75"
    return axis, {"": (_STEPS, loss.pointwise(raw, share))}


def _of_numbers(loss):
    """Return the axis and lines by the residual or, with a link, the prediction."""
    y = torch.ones_like(_STEPS)
    has_residual = loss.link.is_identity
    columns = loss.log_scale_outputs(1)
    lines = {}
    for log_scale in (0, 1)[: 1 + len(columns)]:
        raw = torch.zeros(len(_STEPS), loss.n_outputs(1), dtype=_STEPS.dtype)
        raw[:, 0], raw[:, columns] = _STEPS, float(log_scale)
        prediction = loss.predict(raw).squeeze(-1)
        x = y - prediction if has_residual else prediction
        low, high = _RESIDUALS if has_residual else _PREDICTIONS
        shown = (x >= low) & (x <= high)
        heads = [loss.heads[column].replace("_", "-") for column in columns]
        label = f"{heads[0]} {log_scale}" if heads else ""
        lines[label] = (x[shown], loss.pointwise(raw, y)[shown])
    return "residual" if has_residual else "prediction, for a target of 1", lines


def _of_labels(loss):
    """Return the axis and lines by the margin of the true label of a sigmoid."""
    bound = loss.bind([0] * 9 + [1])
    share = ("", "") if not bound.bound_ else (", 9 rows in 10", ", 1 row in 10")
    lines = {}
    score = _STEPS * 2 / 3
    for label in (1, 0):
        y = torch.full(_STEPS.shape, label)
        value = bound.pointwise((2 * label - 1) * score[:, None], y)
        lines[f"label {label}{share[label]}"] = (score, value)
    return "score in favour of the true label", lines


def _of_classes(loss):
    """Return the axis and lines by the score of the true of three classes."""
    raw = torch.zeros(len(_STEPS), 3, dtype=_STEPS.dtype)
    raw[:, 0] = _STEPS
    value = loss.pointwise(raw, torch.zeros(_STEPS.shape, dtype=torch.long))
    return "score in favour of the true class", {"": (_STEPS, value)}


def _of_ordered_classes(loss):
    """Return the axis and lines by one score for both steps between three classes."""
    raw = _STEPS[:, None].expand(-1, loss.n_outputs(3))
    return "score of a higher class, equal for both steps", {
        f"class {k}": (_STEPS, loss.pointwise(raw, torch.full(_STEPS.shape, k)))
        for k in range(3)
    }


def _of_distances(loss):
    """Return the axis and lines by the distance of a row of the same or another class.

    Each point is a batch of three: an anchor, a row of its class and one of another.
    """
    x = torch.arange(81, dtype=torch.float64) / 40
    fixed = torch.ones_like(x)
    labels = torch.tensor([0, 0, 1]).expand(len(x), 3)
    lines = {}
    for label, near, far in (("the same class", x, fixed), ("another", fixed, x)):
        anchor, match, other = _at(0 * x), _at(near), _at(-far)
        if loss.supports("embedding"):
            value = loss.pointwise(torch.stack([anchor, match, other], dim=1), labels)
        else:  # a second anchor, opposite, belongs to the other row
            views = torch.stack([anchor, -anchor], 1), torch.stack([match, other], 1)
            value = loss.pointwise(*views)
        lines[f"row of {label}"] = (x, value[:, 0])
    return "distance to the anchor, with the other row at 1", lines


def _at(chord):
    """Return points of the unit circle at a signed distance from (1, 0)."""
    angle = 2 * torch.asin(chord / 2)
    return torch.stack([angle.cos(), angle.sin()], dim=-1)
