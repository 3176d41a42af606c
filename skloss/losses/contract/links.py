"""Links: from the raw score of a network to what ``predict`` returns."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.ranges import Interval

__all__ = [
    "Identity",
    "Link",
    "Log",
    "Log1p",
    "Logit",
    "Softmax",
    "bounded",
    "largest",
]


def largest(values: torch.Tensor):
    """Greatest absolute value, as a number; no gradient passes through it."""
    return values.detach().abs().max().item() if values.numel() else 0.0


def bounded(raw: torch.Tensor, core: float = 20.0, margin: float = 10.0):
    """Keep a log-scale where its exponential is harmless.

    The identity on [-20, 20]; beyond, it bends smoothly towards -30 and 30. Real
    log-scales lie inside, where nothing changes; outside, value and gradient stay
    finite and the gradient keeps its sign, so that training finds its way back.

    Parameters
    ----------
    raw : Tensor
    core, margin : float
        Half-width of the range that is left alone, and of what lies beyond.

    Examples
    --------
    >>> bounded(torch.tensor([-1e4, -3.0, 20.0, 120.0]))
    tensor([-29.9900,  -3.0000,  20.0000,  29.0909])
    """
    if largest(raw) <= core:
        return raw  # the usual case, spared a dozen operations and their gradients
    inside = raw.clamp(-core, core)
    excess = raw - inside
    return torch.addcdiv(inside, excess, excess.abs() + margin, value=margin)


class Link:
    """``inverse`` takes raw scores to predictions; ``range`` is where they land."""

    name = ""
    range = Interval()

    def inverse(self, raw: torch.Tensor) -> torch.Tensor:
        """Return predictions of the same shape as ``raw``."""
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}()"


class Identity(Link):
    """The raw score is the prediction."""

    name = "identity"

    def inverse(self, raw):
        return raw


class Log(Link):
    """The raw score is the logarithm of the prediction: positive predictions."""

    name = "log"
    range = Interval(0.0)

    def inverse(self, raw):
        return bounded(raw).exp()


class Log1p(Link):
    """The raw score is log(1 + prediction)."""

    name = "log1p"
    range = Interval(-1.0, low_inclusive=True)

    def inverse(self, raw):
        return torch.expm1(bounded(raw))


class Logit(Link):
    """The raw score is the log-odds of the label: a probability for each label."""

    name = "logit"
    range = Interval(0.0, 1.0, True, True)

    def inverse(self, raw):
        return torch.sigmoid(raw)


class Softmax(Link):
    """Raw scores are log-probabilities up to a constant: each row sums to 1."""

    name = "softmax"
    range = Interval(0.0, 1.0, True, True)

    def inverse(self, raw):
        return F.softmax(raw, dim=-1)
