"""Torch criteria whose contract is known, each as the built-in loss that equals it."""

import copy
import inspect
import math

import torch
from torch import nn
from torch.nn import functional as F

from skloss.losses.classification import BinaryCrossEntropy, CrossEntropy
from skloss.losses.contract.shapes import check_shapes
from skloss.losses.counts import Poisson
from skloss.losses.likelihood import GaussianNLL
from skloss.losses.regression import AbsoluteError, SquaredError
from skloss.losses.robust import Huber

__all__ = ["TWINS", "describe"]

#: Parameters that torch has deprecated, and the reduction, which is always a mean here.
_LEFT_OUT = {"size_average", "reduce", "reduction"}


#: Numbers of a tensor in a message; more of them would hide its point.
_MOST_SHOWN = 20


class _Criterion:
    """The part of a twin that holds its criterion; values are those of each row."""

    param_ranges: dict = {}
    exceptions: dict = {}

    def __init__(self, module):
        self.module = module

    @property
    def name(self):
        return type(self.module).__name__

    def __repr__(self):
        return describe(self.module)

    def set_params(self, **params):
        if params.keys() - {"module"}:
            raise ValueError(
                f"{self.name} is a criterion of torch; give {', '.join(params)} to its "
                "constructor."
            )
        return super().set_params(**params)


def describe(module):
    """Expression of a torch criterion: its class, and parameters unlike the defaults.

    Examples
    --------
    >>> from torch import nn
    >>> describe(nn.SmoothL1Loss(beta=0.5))
    'SmoothL1Loss(beta=0.5)'
    """
    shown = []
    for name, parameter in inspect.signature(type(module)).parameters.items():
        value = getattr(module, name, parameter.default)
        if name in _LEFT_OUT:
            continue
        if isinstance(value, torch.Tensor) and value.numel() > _MOST_SHOWN:
            shown.append(f"{name}=...")
        elif isinstance(value, torch.Tensor):
            shown.append(f"{name}={value.tolist()}")
        elif value != parameter.default:
            shown.append(f"{name}={value!r}")
    return f"{type(module).__name__}({', '.join(shown)})"


class _TorchSquaredError(_Criterion, SquaredError):
    pass


class _TorchAbsoluteError(_Criterion, AbsoluteError):
    pass


class _Huber(_Criterion, Huber):
    param_ranges = Huber.param_ranges

    @property
    def delta(self):
        return self.module.delta


class _SmoothL1(_Criterion, Huber):
    """Huber over its threshold; in units of training, Huber, which is proportional."""

    param_ranges = {"beta": Huber.param_ranges["delta"]}

    @property
    def beta(self):
        return self.module.beta

    @property
    def delta(self):
        return self.module.beta

    def unscaled(self, prediction, y_true):
        value = super().unscaled(prediction, y_true)
        return value if "height" in self.bound_ else value / self.delta


class _Poisson(_Criterion, Poisson):
    constant = False

    def elementwise(self, log_mean, y_true):
        value = super().elementwise(log_mean, y_true)
        if not self.module.full:
            return value
        # Stirling's formula, as torch documents it; it approximates log y! above 1.
        large = y_true.clamp(min=1)
        stirling = large * large.log() - large + 0.5 * (2 * math.pi * large).log()
        return value + torch.where(y_true > 1, stirling, 0.0)


class _Gaussian(_Criterion, GaussianNLL):
    @property
    def constant(self):
        return self.module.full


class _SoftMargin(_Criterion, BinaryCrossEntropy):
    """Labels are -1 and 1 in torch, whose form overflows beyond scores of 88."""


class _OfScores(_Criterion):
    """A criterion of classes or labels, computed by torch without its reduction."""

    def __init__(self, module):
        self.module = module
        self._unreduced = {}

    @property
    def is_proper(self):
        weights = ("weight", "pos_weight")
        weighted = any(getattr(self.module, one, None) is not None for one in weights)
        return not weighted and not getattr(self.module, "label_smoothing", 0)

    def _values(self, scores, y_true, shape):
        """Values of the criterion; a ValueError if its tensors do not fit y."""
        try:
            value = self._on(scores)(scores, y_true)
        except (RuntimeError, ValueError, IndexError) as error:
            raise ValueError(f"{self!r} does not fit this y: {error}") from error
        if value.shape != shape:
            raise ValueError(
                f"{self!r} has a weight for another number of labels than y; give it "
                "one for each label, and weights of rows as sample_weight."
            )
        return value

    def _on(self, scores):
        """The criterion with its tensors on the device and in the dtype of scores."""
        place = scores.device, scores.dtype
        if place not in self._unreduced:
            module = copy.deepcopy(self.module).to(*place)
            module.reduction = "none"
            self._unreduced[place] = module
        return self._unreduced[place]

    def __getstate__(self):
        return super().__getstate__() | {"_unreduced": {}}


class _CrossEntropy(_OfScores, CrossEntropy):
    """Scores of all classes; a binary task has one score, that of the second class."""

    tasks = ("binary", "multiclass")

    def sigmoid_loss(self, logit, y_true):
        both = torch.stack([torch.zeros_like(logit), logit], dim=-1)
        return self.softmax_loss(both, y_true.long())

    def softmax_loss(self, logits, y_true):
        return self._values(logits.movedim(-1, 1), y_true, y_true.shape)


class _LogProbabilities(_CrossEntropy):
    """A criterion of log-probabilities, which are the log-softmax of the scores."""

    def softmax_loss(self, logits, y_true):
        return super().softmax_loss(F.log_softmax(logits, dim=-1), y_true)


class _Margins(_OfScores, CrossEntropy):
    """Margins between the score of the true class and all others: a power of them."""

    tasks = ("multiclass",)
    functional = "most likely class"
    is_proper = False
    is_convex = False  # torch lacks its second derivative, which Newton requires
    noise_model = ""

    def softmax_loss(self, logits, y_true):
        rows = self._values(logits.flatten(0, -2), y_true.flatten(), (y_true.numel(),))
        return rows.reshape(y_true.shape)


class _Sigmoids(_OfScores, BinaryCrossEntropy):
    """A criterion with one value per label; a binary task has one label."""

    def pointwise(self, raw_prediction, y_true):
        check_shapes(raw_prediction, y_true, self)
        labels = y_true.unsqueeze(-1) if y_true.ndim < raw_prediction.ndim else y_true
        if labels.shape != raw_prediction.shape:
            raise ValueError(
                f"raw_prediction has {raw_prediction.shape[-1]} outputs, but y_true "
                f"has {labels.shape[-1]} labels."
            )
        labels = labels.to(raw_prediction.dtype)
        return self._of_labels(raw_prediction, labels)

    def _of_labels(self, scores, labels):
        return self._values(scores, labels, scores.shape).sum(-1)


class _MeanOverLabels(_Sigmoids):
    """A criterion whose value of a row is the mean over its labels."""

    tasks = ("multilabel",)

    def _of_labels(self, scores, labels):
        return self._values(scores, labels, scores.shape[:-1])


def _smooth_l1(module):
    """Without a quadratic part it is the absolute error, as torch documents."""
    return _TorchAbsoluteError(module) if module.beta == 0 else _SmoothL1(module)


def _poisson(module):
    if not module.log_input:
        raise ValueError(
            "PoissonNLLLoss(log_input=False) requires positive rates, which the scores "
            "of a network are not; use PoissonNLLLoss() or 'poisson', which predict "
            "rates through a log link."
        )
    return _Poisson(module)


# Up to torch's default, eps only prevents a division by zero, which cannot occur with
# log-variances.
_LARGEST_EPS = 1e-6


def _gaussian(module):
    if module.eps > _LARGEST_EPS:
        raise ValueError(
            f"GaussianNLLLoss(eps={module.eps:g}) limits the variance from below, "
            "which is not supported; use GaussianNLLLoss() or 'gaussian_nll', whose "
            "log-variances need no limit."
        )
    return _Gaussian(module)


#: Loss of each criterion that is supported, as a function of the criterion.
TWINS = {
    nn.BCEWithLogitsLoss: _Sigmoids,
    nn.CrossEntropyLoss: _CrossEntropy,
    nn.GaussianNLLLoss: _gaussian,
    nn.HuberLoss: _Huber,
    nn.L1Loss: _TorchAbsoluteError,
    nn.MSELoss: _TorchSquaredError,
    nn.MultiLabelSoftMarginLoss: _MeanOverLabels,
    nn.MultiMarginLoss: _Margins,
    nn.NLLLoss: _LogProbabilities,
    nn.PoissonNLLLoss: _poisson,
    nn.SmoothL1Loss: _smooth_l1,
    nn.SoftMarginLoss: _SoftMargin,
}
