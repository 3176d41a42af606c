"""Laws on what a loss declares: its link, convexity, minimum and honesty."""

import math

import numpy as np
import torch

from skloss.check.law import Law
from skloss.losses.contract.classification_loss import is_softmax

__all__ = ["LAWS"]

# Far above the rounding of loss values of some hundreds in float64, about 1e-13, and
# far below any difference that matters.
_ROUNDING = 1e-9


def _check_range(case):
    """Follow the link from one end of the raw scores to the other, in float32."""
    link, width = case.loss.link_for(case.task), case.draw().shape[1]
    landed = link.inverse(
        torch.linspace(-1e4, 1e4, 9, dtype=torch.float32)[:, None].repeat(1, width)
    )
    if not torch.isfinite(landed).all() or link.range.outside(landed).any():
        return f"Its predictions leave the range of the link, {link.range}."
    return ""


def _check_convexity(case):
    if _bulge(case) > _ROUNDING:
        return "It is declared convex, but lies above a chord."
    return ""


def _bulge(case, n=40):
    """Return how far the loss rises above its chords; positive if it is not convex.

    In units of the loss itself where that is large: an exponential reaches values whose
    last bit is more than any absolute limit.
    """
    worst = -math.inf
    for seed in range(n):
        spread = 0.3 + (seed % 4) * 1.5  # near the middle and in the tails
        a, b = (spread * case.draw(2 * seed + j) for j in (0, 1))
        if seed % 2:  # along one axis, where others cannot hide it
            b = torch.where(torch.arange(a.shape[1]) == seed % a.shape[1], b, a)
        middle = case.loss.pointwise((a + b) / 2, case.y)
        ends = case.loss.pointwise(a, case.y), case.loss.pointwise(b, case.y)
        chord = sum(ends) / 2
        worst = max(worst, ((middle - chord) / chord.abs().clamp(min=1)).max().item())
    return worst


def _check_smoothed(case):
    """Check that the smooth version of a loss with a kink converges to the loss."""
    raw = case.draw()
    exact = case.loss.pointwise(raw, case.y)
    for width in (0.1, 0.01, 0.001):
        near = case.loss.smoothed(width).pointwise(raw, case.y)
        # A kink of slopes up to 1 is rounded by at most its width, and rows sum over
        # up to three targets or labels.
        if (near - exact).abs().max() > 3 * width:
            return f"Smoothed over a width of {width:g}, it changes by more than that."
    return ""


def _check_perfect(case):
    if not case.task.has_numbers:
        return _check_certainty(case)
    best = case.exact()
    k = case.y.reshape(case.n_rows, -1).shape[1]
    at_best = case.loss.pointwise(best, case.y)
    for seed in range(20):
        other = best.clone()
        other[:, :k] += 0.5 * case.draw(seed)[:, :k]
        if (case.loss.pointwise(other, case.y) < at_best - _ROUNDING).any():
            return "A perfect prediction is not its minimum: another one costs less."
    return _check_scale(case, best, case.loss.log_scale_outputs(k))


def _check_scale(case, best, columns):
    """Shrink the scale at a perfect prediction: the loss must have a lower bound."""
    values = []
    for log_scale in (0.0, -5.0, -10.0, -15.0):
        best[:, columns] = log_scale
        values.append(case.loss.pointwise(best, case.y).mean().item())
    falls = -np.diff(values)
    # Towards a bound each fall is a small part of the one before, about exp(-5); a
    # logarithm falls by the same amount at each step.
    if falls[-1] > 0.5 * falls[0] > 0:
        return "At a perfect prediction it falls without bound as the scale shrinks."
    return ""


def _check_certainty(case):
    """Raise the scores of the true labels: the loss must not increase."""
    sizes = (1.0, 2.0, 3.0, 4.0, 10.0, 100.0)
    values = [case.loss.pointwise(size * _true(case), case.y) for size in sizes]
    if (torch.stack(values).diff(dim=0) > _ROUNDING).any():
        return "More certainty of the true label costs more, so its minimum is inside."
    return ""


def _true(case):
    """Return raw scores of 1 for true labels and -1 for the others."""
    raw, y = case.draw(), case.y
    if is_softmax(raw, y):
        y = torch.nn.functional.one_hot(y, raw.shape[1])
    return 2 * y.reshape(case.n_rows, -1).double() - 1


def _check_true_label(case):
    # At 5 a sigmoid is within 1% of certainty, before it saturates.
    right = 5 * _true(case)
    values = [case.loss.pointwise(raw, case.y) for raw in (right, -right)]
    if not (values[0] < values[1]).all():
        return "Certainty of the true label does not cost less than that of another."
    return ""


def _check_minimum(case):
    if not case.elicited.text:
        return "It has no minimum: a constant prediction lowers it without bound."
    return ""


def _check_honesty(case):
    if not case.elicited.is_honest:
        return f"It is declared proper, but leads to {case.elicited.text}."
    return ""


def _has_separate_rows(case):
    return case.has_separate_rows


def _is_convex(case):
    return case.has_separate_rows and case.loss.is_convex


def _has_kink(case):
    return not case.loss.is_smooth


def _has_labels(case):
    """Whether the task fixes which raw scores favour a label."""
    return case.task.link != "identity"


def _has_target(case):
    return case.task.has_numbers or _has_labels(case)


def _is_one_number(case):
    return case.is_one_number


def _has_probabilities(case):
    """Whether the loss is declared to lead to true probabilities or distributions."""
    is_alone = case.has_separate_rows and case.n_targets == 1
    return case.loss.is_proper and is_alone and not case.is_one_number


LAWS = (
    Law("range of predictions", _check_range, _has_separate_rows),
    Law("convexity", _check_convexity, _is_convex),
    Law("smoothed", _check_smoothed, _has_kink),
    Law("perfect prediction", _check_perfect, _has_target, is_fault=False),
    Law("true label", _check_true_label, _has_labels),
    Law("minimum", _check_minimum, _is_one_number),
    Law("honesty", _check_honesty, _has_probabilities),
)
