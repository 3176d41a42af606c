"""Losses of the margin between the true class and the best other class."""

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.classification_loss import ClassificationLoss

__all__ = ["Hinge", "SquaredHinge"]


class _MarginLoss(ClassificationLoss):
    """A function of the score of the true class minus the best other score."""

    functional = "most likely class"
    is_convex = True
    _width = 0.0  # within which the best of several other scores is rounded

    def _of_margin(self, margin):
        """Return the loss of each margin."""
        raise NotImplementedError

    def sigmoid_loss(self, logit, y_true):
        return self._of_margin((2 * y_true - 1) * logit)

    def softmax_loss(self, logits, y_true):
        index = y_true.unsqueeze(-1)
        true = logits.gather(-1, index).squeeze(-1)
        others = logits.scatter(-1, index, -float("inf"))
        best = _rounded_max(others, self._width) if self._width else others.amax(-1)
        return self._of_margin(true - best)


def _rounded_max(scores, width):
    """Return the maximum of the last axis, its kinks replaced by parabolas.

    It is the maximum of p'z + width / 2 (1 - ||p||^2) over distributions p, which lie
    where z / width is projected on the simplex (Martins & Astudillo 2016, "From
    softmax to sparsemax"). It equals the largest score where that leads by ``width``,
    and is convex, since each term is linear in z.
    """
    # From the largest, since large scores would absorb the width. Which scores share
    # the maximum is constant around a point, and has no gradient.
    largest = scores.detach().amax(-1, keepdim=True)
    below = scores - largest
    ranked = below.detach().sort(-1, descending=True).values
    place = torch.arange(1, scores.shape[-1] + 1, device=scores.device)
    level = (ranked.cumsum(-1) - width) / place
    # At least one, also where scores are not numbers.
    count = (ranked > level).sum(-1, keepdim=True).clamp(min=1)
    is_inside = below.detach() > level.gather(-1, count - 1)
    count = is_inside.sum(-1, keepdim=True).clamp(min=1)
    inside = below.masked_fill(~is_inside, 0.0)
    share = (inside.sum(-1, keepdim=True) - width) / count
    p = ((inside - share) / width).masked_fill(~is_inside, 0.0)
    rounding = width / 2 * (1 - p.square().sum(-1))
    return largest.squeeze(-1) + (p * inside).sum(-1) + rounding


class Hinge(_MarginLoss):
    r"""Zero beyond a margin of 1, linear below: the loss of support vector machines.

    With several classes the margin is that of Crammer and Singer. Scores are not
    probabilities.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("hinge")
    >>> loss(torch.tensor([[0.5]]), torch.tensor([1]))
    tensor(0.5000)
    """

    name = "hinge"
    is_smooth = False
    formula = r"\max(0, 1 - m),\quad m = z_y - \max_{k \ne y} z_k"
    reference = "Crammer and Singer (2001), Multiclass Kernel-based Vector Machines"
    use_when = (
        "You need decisions rather than probabilities, and easy rows should have no "
        "influence."
    )

    def _of_margin(self, margin):
        return F.relu(1 - margin)

    def smoothed(self, width):
        return _RoundedHinge(width)


class _RoundedHinge(_MarginLoss):
    r"""Hinge whose kink is replaced by a parabola of half-width ``width``.

    With s = 1 - m: (s + w)^2 / (4 w) for abs(s) <= w, otherwise max(0, s).
    """

    def __init__(self, width):
        self.width = self._width = width

    def _of_margin(self, margin):
        short = 1 - margin
        inside = (short + self.width).clamp(min=0.0, max=2 * self.width)
        return inside.square() / (4 * self.width) + F.relu(short - self.width)


class SquaredHinge(_MarginLoss):
    r"""Square of the hinge: smooth, and larger for badly misclassified rows.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("squared_hinge")
    >>> loss(torch.tensor([[-1.0]]), torch.tensor([1]))
    tensor(4.)
    """

    name = "squared_hinge"
    functional = "score 2 p - 1 of the most likely class"
    formula = r"\max(0, 1 - m)^2,\quad m = z_y - \max_{k \ne y} z_k"
    reference = "Zhang (2004), Statistical Behavior of Convex Risk Minimization"
    use_when = (
        "You need decisions, few labels are wrong, and the solver requires smoothness."
    )

    def _of_margin(self, margin):
        return F.relu(1 - margin).square()

    def bind(self, y, sample_weight=None, X=None):
        bound = super().bind(y, sample_weight, X)
        # With three classes or more the best of several other scores has kinks, at
        # which Newton's steps would become shorter and shorter.
        classes = np.asarray(y)
        bound.is_smooth = classes.ndim > 1 or int(classes.max()) < 2
        return bound

    def smoothed(self, width):
        rounded = self.with_learned()
        rounded._width = width
        return rounded
