"""The contract of a loss. Everything that others ask of a loss is in this file.

Conventions
-----------
``raw_prediction`` has shape (..., n_samples, n_outputs): what the network puts out, in
logits, log-scales or units of the target. ``y_true`` has shape (..., n_samples) or
(..., n_samples, n_targets). Leading dimensions are models of a stack, each with its
own rows. A loss gives one value per row; `Loss.__call__` is the only mean.
Over targets and labels a loss is a sum, the textbook form.
"""

import copy

import numpy as np
import torch
from sklearn.base import BaseEstimator

from skloss.losses.contract.examples import Examples
from skloss.losses.contract.links import Identity, Logit, Softmax
from skloss.losses.contract.ranges import Interval, Range, check_params
from skloss.losses.contract.registry import REGISTRY, losses_that_take

__all__ = ["Loss", "RegressionLoss", "check_shapes", "check_tensors"]


class Loss(Examples, BaseEstimator):
    """What a wrong prediction costs, and everything that follows from that choice.

    A subclass states the attributes below and implements `pointwise`; estimators,
    documentation, tests and the dashboard read them and never ask for its type.

    Attributes
    ----------
    name : str
        Canonical name, snake case, scikit-learn's where it has one.
    aliases : tuple of str
        Short names that people type.
    tasks : tuple of str
        Out of "regression", "binary", "multiclass", "multilabel", "ordinal",
        "embedding" and "pairs".
    functional : str
        What a constant prediction converges to: "mean", "median", ...
    is_proper : bool
        Whether the link's probabilities, or the likelihood's distribution, are honest:
        minimising the loss in expectation gives the true ones.
    is_convex : bool
        Convex in the raw prediction, so that a linear model has one optimum.
    is_smooth : bool
        Twice differentiable almost everywhere with useful curvature. A convex loss
        without it offers `smoothed`.
    is_equivariant : bool
        Shifting and scaling the target shifts and scales the fit, so that targets may
        be standardised for training.
    formula, reference : str
        TeX of the value per row, and where it comes from.
    use_when : str
        One sentence: the problem for which one would choose this loss.
    link : Link
        From raw scores to predictions.
    y_range : Interval
        The targets that the loss takes.
    param_ranges : dict of str to Range
        Slider and tested ends of each numeric parameter, and the values it may take.
    noise : str or None
        The family in `skloss.noise` whose negative log-likelihood this loss is, up to
        a free scale.
    noise_model : str
        In words, the distribution of the target that the loss asserts; empty: none.
    exceptions : dict of str to str
        Laws that this loss cannot obey, each with the reason.
    """

    name = ""
    aliases: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    functional = ""
    is_proper = False
    is_convex = False
    is_smooth = True
    is_equivariant = False
    formula = ""
    reference = ""
    use_when = ""
    link = Identity()
    y_range = Interval()
    param_ranges: dict[str, Range] = {}
    noise: str | None = None
    noise_model = ""
    exceptions: dict[str, str] = {}
    bound_: dict[str, np.ndarray] = {}
    stacked_ = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        named = isinstance(vars(cls).get("name"), str)
        if not named or not cls.__module__.startswith("skloss.losses."):
            return  # a user's own loss needs no registration: pass the instance
        for name in (cls.name, *cls.aliases):
            if name in REGISTRY:
                raise TypeError(f"two losses are called {name!r}")
            REGISTRY[name] = cls

    def supports(self, task):
        """Whether the loss, with its parameters, can serve a task."""
        return task in self.tasks

    def n_outputs(self, k):
        """Outputs of the network for k targets, labels or classes (binary: 1)."""
        return k

    def pointwise(self, raw_prediction, y_true):
        """Loss of each row.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        y_true : Tensor of shape (..., n_samples) or (..., n_samples, n_targets)

        Returns
        -------
        Tensor of shape (..., n_samples)

        Raises
        ------
        ValueError
            If the shapes do not belong together; nothing is ever broadcast.
        """
        raise NotImplementedError

    def __call__(self, raw_prediction, y_true, sample_weight=None):
        """Weighted mean over all rows, ``sum(w * l) / sum(w)``, as a scalar tensor."""
        self.check_params()
        value = self.pointwise(raw_prediction, y_true)
        if sample_weight is None:
            return value.mean()
        weight = torch.as_tensor(sample_weight, dtype=value.dtype, device=value.device)
        if weight.shape != value.shape:
            raise ValueError(
                f"sample_weight has shape {tuple(weight.shape)}, but the loss has one "
                f"value per row, shape {tuple(value.shape)}."
            )
        return (weight * value).sum() / weight.sum()

    def predict(self, raw_prediction):
        """What the loss elicits, from raw scores: shape (..., n_samples, k)."""
        return self.link.inverse(raw_prediction)

    def link_for(self, task):
        """Link of a task: to probabilities for classes and labels, else `link`."""
        if task == "multiclass":
            return Softmax()
        return Logit() if task in ("binary", "multilabel") else self.link

    def probabilities(self, raw_prediction, task):
        """Probabilities of the classes or labels; of the second one if binary."""
        return self.link_for(task).inverse(raw_prediction)

    def check_params(self):
        """Raise a ValueError that names a parameter which means nothing."""
        check_params(self)

    def bind(self, y, sample_weight=None, X=None):
        """Return a copy fitted to training rows; most losses have nothing to learn.

        Parameters
        ----------
        y : array of shape (n_samples,) or (n_samples, n_targets)
            Targets, or class indices.
        sample_weight : array of shape (n_samples,), optional
        X : array of shape (n_samples, n_features), optional
        """
        return copy.copy(self)

    def rescaled(self, scale):
        """Return the same loss for targets that were divided by ``scale``.

        Equal up to a constant factor. ``scale`` is a number or one per target.
        """
        return copy.copy(self)

    def smoothed(self, width):
        """Return a smooth neighbour that differs only within ``width`` of a kink."""
        return self

    def intercept(self, y, sample_weight=None):
        """Raw scores a network should start from, shape (n_outputs,), or None for 0."""
        return None

    def noise_parameters(self, raw_prediction):
        """Parameters of the `noise` family that the outputs state, as tensors.

        A family's parameter that is missing here (often ``scale``) is fitted to
        residuals by whoever asks.
        """
        return {"loc": self.predict(raw_prediction)}

    def stated_quantiles(self, raw_prediction):
        """Levels and quantiles that the outputs are, or None if they are none.

        The levels ascend; quantiles have shape (..., n_samples, n_targets, n_levels).
        """
        return None

    def log_scale_outputs(self, k):
        """Columns of the raw prediction that are log-scales, for k targets."""
        return []

    def reason_invalid(self, y):
        """Why the loss cannot take these targets, in a sentence; empty if it can."""
        values = np.asarray(y)
        outside = self.y_range.outside(values)
        if not outside.any():
            return ""
        return (
            f"The loss {self.name!r} needs targets {self.y_range}, but y holds "
            f"{values[outside].ravel()[0]:g}."
        )

    def check_target(self, y):
        """Raise a ValueError that says why not, and names the losses that would do."""
        reason = self.reason_invalid(y)
        if reason:
            able = ", ".join(losses_that_take(y, self.tasks[0]))
            raise ValueError(f"{reason} Losses that take it: {able}.")

    # Values learned by `bind`, one set per model, usable by one model or by a stack.

    def with_learned(self, **values):
        """Return a copy that carries learned values (numbers or arrays)."""
        bound = copy.copy(self)
        bound.bound_ = self.bound_ | {
            name: np.asarray(value, dtype=float) for name, value in values.items()
        }
        return bound

    def learned(self, name, like, default):
        """Return a learned value shaped to broadcast against ``like``.

        ``like`` has the models of a stack first and the rows last or last but one;
        a value with a dimension of its own (one value per class or target) runs
        along the last one. Without `bind`, it is ``default``.
        """
        if name not in self.bound_:
            return default
        made = self.__dict__.setdefault("_tensors", {})
        key = name, like.dtype, like.device, like.ndim
        if key not in made:  # once: to make one takes longer than to use it
            with torch.inference_mode(False):  # gradients may be asked for later
                made[key] = self._learned_tensor(name, like)
        return made[key]

    def _learned_tensor(self, name, like):
        value = self.bound_[name]
        tensor = torch.as_tensor(value, dtype=like.dtype, device=like.device)
        if self.stacked_:
            own = tensor.shape[1:]
            gap = like.ndim - 1 - len(own)
            tensor = tensor.reshape(tensor.shape[:1] + (1,) * gap + own)
        return tensor

    def __getstate__(self):
        """Copies and pickles hold the learned numbers, not the tensors made of them."""
        state = dict(super().__getstate__())
        state.pop("_tensors", None)
        return state

    @staticmethod
    def stack(losses):
        """Merge losses of equal `stack_key` into one for a stack of as many models."""
        first = losses[0]
        if len(losses) == 1 or not first.bound_:
            return first
        merged = copy.copy(first)
        merged.bound_ = {
            name: np.stack([loss.bound_[name] for loss in losses])
            for name in first.bound_
        }
        merged.stacked_ = True
        return merged

    @property
    def stack_key(self):
        """Losses with equal keys differ at most in what `bind` learned."""
        params = tuple(
            (name, id(value) if callable(value) else repr(value))
            for name, value in sorted(self.get_params(deep=False).items())
        )
        shapes = tuple((k, np.shape(v)) for k, v in sorted(self.bound_.items()))
        return (type(self), params, shapes)


def check_tensors(**values):
    """Refuse what is no tensor, naming it."""
    for name, value in values.items():
        if not isinstance(value, torch.Tensor):
            raise TypeError(f"{name} must be a torch tensor, not {type(value)}.")


def check_shapes(raw_prediction, y_true, loss):
    """Refuse tensors whose leading shapes differ, before any arithmetic."""
    check_tensors(raw_prediction=raw_prediction, y_true=y_true)
    raw, y = tuple(raw_prediction.shape), tuple(y_true.shape)
    if len(raw) < 2:
        raise ValueError(
            f"raw_prediction has shape {raw}; {loss.name or type(loss).__name__} needs "
            "(..., n_samples, n_outputs): reshape with raw_prediction[:, None]."
        )
    if len(y) not in (len(raw) - 1, len(raw)) or y[: len(raw) - 1] != raw[:-1]:
        raise ValueError(
            f"raw_prediction of shape {raw} and y_true of shape {y} do not belong "
            "together: (..., n_samples, n_outputs) goes with (..., n_samples) or "
            "(..., n_samples, n_targets)."
        )


class RegressionLoss(Loss):
    """A loss on numbers: implement `elementwise`; the sum over targets is here.

    Attributes
    ----------
    heads : tuple of str
        What the network puts out per target: "location", "log_scale",
        "log_variance" or "shape". With several targets the outputs stand in blocks:
        first all locations, then all log-scales.
    """

    tasks = ("regression",)
    heads: tuple[str, ...] = ("location",)
    is_equivariant = True

    def n_outputs(self, k):
        return k * len(self.heads)

    def elementwise(self, *outputs_and_y_true):
        """Loss of each number from its outputs and its target, all of one shape."""
        raise NotImplementedError

    def split(self, raw_prediction, y_true):
        """Outputs per head, each of the shape of ``y_true``."""
        check_shapes(raw_prediction, y_true, self)
        n_heads, width = len(self.heads), raw_prediction.shape[-1]
        targets = 1 if y_true.ndim < raw_prediction.ndim else y_true.shape[-1]
        if width != n_heads * targets:
            raise ValueError(
                f"{self.name} needs {n_heads * targets} outputs for {targets} "
                f"target(s), but raw_prediction has {width}."
            )
        if y_true.ndim < raw_prediction.ndim:
            if n_heads == 1:
                return (raw_prediction.squeeze(-1),)
            return raw_prediction.mT.unbind(-2)
        return raw_prediction.split(targets, dim=-1)

    def pointwise(self, raw_prediction, y_true):
        outputs = self.split(raw_prediction, y_true)
        value = self.elementwise(*outputs, y_true.to(raw_prediction.dtype))
        return value if y_true.ndim < raw_prediction.ndim else value.sum(-1)

    def blocks(self, raw_prediction):
        """Outputs per head, each of shape (..., n_samples, n_targets)."""
        return raw_prediction.chunk(len(self.heads), dim=-1)

    def predict(self, raw_prediction):
        return self.link.inverse(self.blocks(raw_prediction)[0])

    def log_scale_outputs(self, k):
        return [
            index * k + target
            for index, head in enumerate(self.heads)
            if head in ("log_scale", "log_variance")
            for target in range(k)
        ]
