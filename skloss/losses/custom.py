"""A loss of one's own: a plain function, or a criterion of torch."""

import copy
from numbers import Integral

import numpy as np
import torch
from torch import nn

from skloss.losses.contract.loss import Loss, RegressionLoss, check_shapes
from skloss.losses.contract.ranges import Interval, Range
from skloss.losses.likelihood import GaussianNLL, LaplaceNLL

__all__ = ["Custom", "as_loss"]

_DECLARED = {"gaussian": GaussianNLL, "laplace": LaplaceNLL}


class Custom(RegressionLoss):
    """A loss made of a function of (y_pred, y_true).

    Parameters
    ----------
    f : callable
        Gets ``y_pred`` and ``y_true`` of one model at a time: with one output per
        target a tensor of the shape of ``y_true``, with more a tuple of such tensors.
        Returns one value per row, or a scalar mean; with sample weights it must be one
        value per row.
    n_outputs : int, default 1
        Outputs of the network per target; for classes and labels it stays 1, a score
        for each.
    distribution : {"gaussian", "laplace"} or None, default None
        What two outputs mean: (mean, log-variance) or (median, log b). Declared,
        targets are standardised and `TorchRegressor.predict_distribution` works;
        undeclared, targets stay as they are and the first output is the prediction.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import Custom
    >>> def cubic(y_pred, y_true):
    ...     return (y_pred - y_true).abs() ** 3
    >>> Custom(cubic)(torch.tensor([[3.0]]), torch.tensor([1.0]))
    tensor(8.)
    """

    every_task = ("regression", "binary", "multiclass", "multilabel")
    functional = "what the function elicits"
    formula = r"f(\hat y, y)"
    reference = "the user"
    param_ranges = {"n_outputs": Range(1, 4, domain=Interval(1, low_inclusive=True))}

    def __init__(self, f, n_outputs=1, distribution=None):
        self.f = f
        self.n_outputs = n_outputs
        self.distribution = distribution

    @property
    def n_outputs(self):
        """Outputs per target; called with a number of targets, their total."""
        return self._n_outputs

    @n_outputs.setter
    def n_outputs(self, value):
        # A parameter under the name of a method of the contract: a number to call.
        if not isinstance(value, Integral):
            raise ValueError(f"n_outputs must be a whole number >= 1, got {value!r}.")
        self._n_outputs = value if callable(value) else _PerTarget(value)

    @property
    def name(self):
        """Name of the function."""
        return getattr(self.f, "__name__", type(self.f).__name__)

    @property
    def tasks(self):
        """All, unless what was brought is known to serve fewer."""
        return getattr(self.f, "tasks", self.every_task)

    @property
    def heads(self):
        """What the outputs mean, as far as declared."""
        if self.distribution is None:
            return ("location",) + ("shape",) * (int(self.n_outputs) - 1)
        return self._declared().heads

    @property
    def is_equivariant(self):
        """Only a declared distribution lets targets be standardised."""
        return self.distribution is not None

    @property
    def noise(self):
        """The declared family."""
        return None if self.distribution is None else self._declared().noise

    @property
    def stack_key(self):
        source = getattr(self.f, "module", self.f)
        return (type(self), id(source), int(self.n_outputs), self.distribution)

    def _declared(self):
        if self.distribution not in _DECLARED:
            raise ValueError(
                f"distribution must be None or one of {sorted(_DECLARED)}, got "
                f"{self.distribution!r}."
            )
        declared = _DECLARED[self.distribution]()
        if int(self.n_outputs) != len(declared.heads):
            raise ValueError(
                f"distribution={self.distribution!r} needs n_outputs="
                f"{len(declared.heads)}, got {int(self.n_outputs)}."
            )
        return declared

    def noise_parameters(self, raw_prediction):
        return self._declared().noise_parameters(raw_prediction)

    def reason_invalid(self, y):
        """Any target may come: only the function knows."""
        return ""

    def example_target(self, rng, n, task=None):
        # The range of the function's targets is unknown, and positive numbers suit
        # functions that take logarithms or divide by y, too.
        return np.abs(super().example_target(rng, n, task))

    def bind(self, y, sample_weight=None, X=None):
        if sample_weight is not None and np.ptp(sample_weight) > 0:
            y = np.asarray(y)
            k = 1 if y.ndim == 1 else y.shape[1]
            k = max(int(y.max()) + 1, 2) if y.dtype.kind in "iu" else k
            raw = torch.zeros(min(len(y), 2), self.n_outputs(k), dtype=torch.float64)
            self._refuse_scalar(raw, torch.as_tensor(y[:2]))
        return super().bind(y, sample_weight, X)

    def __call__(self, raw_prediction, y_true, sample_weight=None):
        if sample_weight is not None:
            check_shapes(raw_prediction, y_true, self)
            self._refuse_scalar(raw_prediction, y_true)
        return super().__call__(raw_prediction, y_true, sample_weight)

    def _refuse_scalar(self, raw_prediction, y_true):
        while raw_prediction.ndim > 2:
            raw_prediction, y_true = raw_prediction[0], y_true[0]
        if self._value(raw_prediction, y_true).ndim == 0:
            raise ValueError(
                f"{self.name} returns a single number, in which the rows of different "
                "sample_weight cannot be told apart; let it return one value per row."
            )

    def pointwise(self, raw_prediction, y_true):
        check_shapes(raw_prediction, y_true, self)
        if raw_prediction.ndim > 2:
            pairs = zip(raw_prediction, y_true, strict=True)
            return torch.stack([self.pointwise(raw, y) for raw, y in pairs])
        value = self._value(raw_prediction, y_true)
        if raw_prediction.requires_grad and not value.requires_grad:
            raise ValueError(
                f"The gradient of {self.name} is cut before it reaches the prediction; "
                "compute with torch functions only, without detach, item or numpy."
            )
        n_rows = len(raw_prediction)
        if value.ndim == 0:
            return value.expand(n_rows)  # a mean: each row carries it
        if value.ndim == 2 and value.shape == y_true.shape:
            return value.sum(-1)
        if value.shape != (n_rows,):
            raise ValueError(
                f"{self.name} returned shape {tuple(value.shape)} for {n_rows} rows; "
                "it must return one value per row or a single number."
            )
        return value

    def _value(self, raw_prediction, y_true):
        classes = not y_true.is_floating_point() and raw_prediction.shape[-1] > 1
        if classes and y_true.ndim < raw_prediction.ndim:
            y_pred, y_true = raw_prediction, y_true.long()  # logits and class indices
        else:
            outputs = self.split(raw_prediction, y_true)
            y_pred = outputs[0] if len(outputs) == 1 else tuple(outputs)
            y_true = y_true.to(raw_prediction.dtype)
        try:
            value = self.f(y_pred, y_true)
        except Exception as error:
            given = "a tensor" if torch.is_tensor(y_pred) else f"{len(y_pred)} tensors"
            error.add_note(
                f"The loss {self.name} was called with {given} of predictions. If it "
                "wants another number of them, use losses.Custom(f, n_outputs=...)."
            )
            raise
        if not torch.is_tensor(value):
            raise TypeError(
                f"{self.name} returned a {type(value).__name__}; it must return a "
                "tensor: one value per row or a single number."
            )
        return value


class _PerTarget(int):
    """A number of outputs per target; called with a number of targets, their total."""

    def __call__(self, k):
        return int(self) * k


#: What the criteria of torch are for; one that is not named here serves any task.
_CRITERIA = {
    nn.BCEWithLogitsLoss: ("binary", "multilabel"),
    nn.CrossEntropyLoss: ("binary", "multiclass"),
    nn.HuberLoss: ("regression",),
    nn.L1Loss: ("regression",),
    nn.MSELoss: ("regression",),
    nn.MultiLabelSoftMarginLoss: ("multilabel",),
    nn.MultiMarginLoss: ("multiclass",),
    nn.PoissonNLLLoss: ("regression",),
    nn.SmoothL1Loss: ("regression",),
}


class _Rows:
    """A torch criterion without its mean: one value per row."""

    def __init__(self, module):
        self.module = module
        self.tasks = _CRITERIA.get(type(module), Custom.every_task)
        self.__name__ = type(module).__name__
        self._unreduced = {}

    def __call__(self, y_pred, y_true):
        if isinstance(self.module, nn.CrossEntropyLoss) and y_pred.ndim == 1:
            # Two classes have one score here; the criterion wants one for each class.
            y_pred = torch.stack([torch.zeros_like(y_pred), y_pred], dim=-1)
            y_true = y_true.long()
        return self._for(y_pred.device, y_pred.dtype)(y_pred, y_true)

    def _for(self, device, dtype):
        """The criterion with its own tensors, such as class weights, converted."""
        if (device, dtype) not in self._unreduced:
            module = copy.deepcopy(self.module).to(device, dtype)
            module.reduction = "none"
            self._unreduced[device, dtype] = module
        return self._unreduced[device, dtype]


def as_loss(loss):
    """Make a `Loss` of an instance, a torch criterion or a function.

    Raises
    ------
    TypeError
        If it is none of these.
    """
    if isinstance(loss, Loss):
        return copy.copy(loss)
    if isinstance(loss, type) and issubclass(loss, nn.Module):
        loss = loss()
    if isinstance(loss, nn.Module):
        return Custom(_Rows(loss))
    if callable(loss) and not isinstance(loss, type):
        return Custom(loss)
    raise TypeError(
        "loss must be a name, a Loss, a torch criterion or a function of (y_pred, "
        f"y_true), got {loss!r}."
    )
