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
    "is_within",
    "magnitude",
    "may_hold",
]


def is_within(values: torch.Tensor, limit: float):
    """Whether all absolute values are known to be at most ``limit``.

    A truth value, on which recorded operations may depend: see `Loss.is_recordable`. It
    is false for missing values, and on a GPU, where a loss takes the form that is right
    for all values: reading one means to wait until the GPU has computed it.
    """
    if not values.numel():
        return True
    return _is_at_hand(values) and bool(values.detach().abs().max() <= limit)


def may_hold(condition: torch.Tensor):
    """Whether a condition may hold in some place: always on a GPU; see `is_within`."""
    return not _is_at_hand(condition) or bool(condition.any())


def _is_at_hand(values):
    """Whether values can be read without waiting for a GPU."""
    return values.device.type == "cpu"


def magnitude(values: torch.Tensor):
    """Absolute values, for a loss of which second derivatives are taken.

    torch has those of `abs` in Python code, which imports its compiler: a second.
    """
    return values * values.detach().sign()


def bounded(raw: torch.Tensor, core: float = 20.0, margin: float = 10.0):
    r"""Limit a log-scale to values whose exponential is finite.

    The identity on [-core, core]; beyond, with :math:`e = |raw| - core`, it is
    :math:`\pm(core + e \cdot margin / (e + margin))`, which tends to core + margin.
    Log-scales of real data are inside, where nothing changes; outside, value and
    gradient stay finite and the gradient keeps its sign, so training can return.

    Parameters
    ----------
    raw : Tensor
    core, margin : float, default 20.0 and 10.0
        Half-width of the unchanged range, and of what is beyond it. exp(30) is 1e13,
        whose square float32 still represents.

    Examples
    --------
    >>> bounded(torch.tensor([-1e4, -3.0, 20.0, 120.0]))
    tensor([-29.9900,  -3.0000,  20.0000,  29.0909])
    """
    # The usual case returns early: it saves a dozen operations and their gradients.
    if is_within(raw, core):
        return raw
    inside = raw.clamp(-core, core)
    excess = raw - inside
    return torch.addcdiv(inside, excess, magnitude(excess) + margin, value=margin)


class Link:
    """Map from raw scores to predictions.

    Attributes
    ----------
    name : str
    range : Interval
        The values that predictions can take.
    is_identity : bool
        Whether predictions are raw scores, so that a residual is a difference of them.
    """

    name = ""
    range = Interval()
    is_identity = False

    def inverse(self, raw: torch.Tensor) -> torch.Tensor:
        """Return predictions of the same shape as ``raw``."""
        raise NotImplementedError

    def forward(self, prediction: torch.Tensor) -> torch.Tensor:
        """Return the raw scores of predictions: the inverse of `inverse`."""
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}()"


class Identity(Link):
    """The raw score is the prediction."""

    name = "identity"
    is_identity = True

    def inverse(self, raw):
        return raw

    def forward(self, prediction):
        return prediction


class Log(Link):
    """The raw score is the logarithm of the prediction: positive predictions."""

    name = "log"
    range = Interval(0.0)

    def inverse(self, raw, level=0.0):
        """Return the exponential, limited about the raw score ``level``."""
        return (level + bounded(raw - level)).exp()

    def forward(self, prediction):
        return prediction.log()


class Log1p(Link):
    """The raw score is log(1 + prediction)."""

    name = "log1p"
    range = Interval(-1.0, low_inclusive=True)

    def inverse(self, raw, level=0.0):
        """Return the exponential less 1, limited about the raw score ``level``."""
        return torch.expm1(level + bounded(raw - level))

    def forward(self, prediction):
        return prediction.log1p()


class Logit(Link):
    """The raw score is the log-odds of the label: a probability for each label."""

    name = "logit"
    range = Interval(0.0, 1.0, True, True)

    def inverse(self, raw):
        return torch.sigmoid(raw)

    def forward(self, prediction):
        return prediction.logit()


class Softmax(Link):
    """Raw scores are log-probabilities up to a constant: each row sums to 1."""

    name = "softmax"
    range = Interval(0.0, 1.0, True, True)

    def inverse(self, raw):
        return F.softmax(raw, dim=-1)

    def forward(self, prediction):
        return prediction.log()
