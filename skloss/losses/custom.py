"""User-defined losses: a plain function as a loss."""

import inspect
from numbers import Integral

import numpy as np
import torch
from torch import nn

from skloss.losses.contract.parameters import title_of
from skloss.losses.contract.registry import REGISTRY
from skloss.losses.contract.regression_loss import RegressionLoss
from skloss.losses.contract.shapes import check_shapes

__all__ = ["Custom", "PerTarget"]


def _stated_distributions():
    """Families that outputs can state, with the loss that is their likelihood."""
    return {cls.noise: cls for cls in REGISTRY.values() if cls.is_likelihood}


class Custom(RegressionLoss):
    """A loss given as a function of (y_pred, y_true).

    Parameters
    ----------
    f : callable
        Called with ``y_pred`` and ``y_true`` of one model at a time. With one output
        per target ``y_pred`` is a tensor of the shape of ``y_true``, with several a
        tuple of such tensors. Returns one value per row, or a scalar mean; sample
        weights require one value per row.
    n_outputs : int, default 1
        Outputs of the network per target; 1 for classes and labels, which have one
        score each.
    distribution : {"gaussian", "laplace", "student_t"} or None, default None
        Meaning of the outputs: (mean, log-variance), (median, log b) or (location,
        log scale, raw degrees of freedom). With it
        `TorchRegressor.predict_distribution` works; with None the first output is the
        prediction.

    Notes
    -----
    The function is called in units of y. Between it and the network, outputs are moved
    and scaled, so that targets of any size are learned equally well.

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
    functional = "what the function elicits"  # known only after fitting a constant
    formula = r"f(\hat y, y)"
    reference = "User-defined"
    is_recordable = False  # a function may count its calls or use NumPy

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
        # The parameter has the name of a method of the contract: a number that can be
        # called.
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(f"n_outputs must be a whole number >= 1, got {value!r}.")
        self._n_outputs = value if callable(value) else PerTarget(value)

    @property
    def name(self):
        """Name of the function."""
        return title_of(self.f).removesuffix("()")

    @property
    def tasks(self):
        """All tasks, or those that a torch criterion is known to support."""
        return getattr(self.f, "tasks", self.every_task)

    @property
    def heads(self):
        """Meaning of the outputs, as far as declared."""
        if self.distribution is None:
            return ("location",) + ("shape",) * (int(self.n_outputs) - 1)
        return self._declared().heads

    @property
    def is_equivariant(self):
        """Whether the outputs follow a shifted and scaled target in a known way."""
        return self.distribution is not None and self._declared().is_equivariant

    @property
    def needs_double(self):
        """Whether outputs are converted to units of y, which rounding must not harm."""
        return "factor" in self.bound_

    @property
    def noise(self):
        """The declared family."""
        return None if self.distribution is None else self._declared().noise

    @property
    def stack_key(self):
        source = getattr(self.f, "module", self.f)
        return (type(self), id(source), int(self.n_outputs), self.distribution)

    def _declared(self):
        """Loss of the declared distribution, with the same outputs."""
        known = _stated_distributions()
        if not isinstance(self.distribution, str) or self.distribution not in known:
            raise ValueError(
                f"distribution must be None or one of {sorted(known)}, got "
                f"{self.distribution!r}."
            )
        declared = known[self.distribution]()
        if int(self.n_outputs) != len(declared.heads):
            raise ValueError(
                f"distribution={self.distribution!r} requires n_outputs="
                f"{len(declared.heads)}, got {int(self.n_outputs)}."
            )
        return declared

    def standardised(self, center, scale, y, sample_weight=None):
        bound = self.with_learned(center=center, scale=scale, factor=1.0)
        z = torch.as_tensor((y - center) / scale)
        share = torch.ones(len(y), dtype=torch.float64)
        if sample_weight is not None:
            share = torch.as_tensor(np.ascontiguousarray(sample_weight))
        k = 1 if y.ndim == 1 else y.shape[1]
        # The function may be a likelihood, a score in units of y, or a multiple. Where
        # training starts, a location must matter as much as under the likelihood.
        sizes = [_pull(loss, z, share, k) for loss in (self._declared(), bound)]
        usable = np.isfinite(sizes).all() and min(sizes) > 0
        return bound.with_learned(factor=sizes[0] / sizes[1] if usable else 1.0)

    def noise_parameters(self, raw_prediction):
        return self._declared().noise_parameters(raw_prediction)

    def check_params(self):
        super().check_params()
        if not callable(self.f):
            raise ValueError(
                f"f of Custom must be a function of (y_pred, y_true), got {self.f!r}."
            )
        if self.distribution is not None:
            self._declared()
        module = getattr(self.f, "module", self.f)
        if isinstance(module, nn.Module):
            _check_nothing_to_learn(module)
        _check_two_inputs(self.name, module)

    def reason_invalid(self, y):
        return ""  # the valid targets of a function are unknown

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
            self._check_rows(raw, torch.as_tensor(y[:2]))
        raw, y_true = self._tried(np.asarray(y))
        bound = super().bind(y, sample_weight, X)
        bound._is_curved = self._check_slope(raw, y_true)
        bound._is_mean, bound.has_row_values = self._kind_of_value(raw, y_true)
        return bound

    _is_curved = _is_mean = False

    @property
    def is_curved(self):
        """Whether the function had second derivatives when it was bound."""
        return self._is_curved

    def _tried(self, y):
        """Return raw scores and targets of some rows that the function is tried on."""
        y = y[: min(len(y), 100)]
        classes = y.dtype.kind in "iub"
        k = 1 if y.ndim == 1 else y.shape[1]
        k = max(int(y.max()) + 1, 2) if classes and y.ndim == 1 else k
        draw = np.random.default_rng(0).normal(size=(len(y), self.n_outputs(k)))
        # Predictions as far apart as targets, so that some rows differ noticeably.
        center, scale = (0.0, 1.0) if classes else (np.mean(y), np.std(y))
        return torch.as_tensor(center + scale * draw), torch.as_tensor(y)

    @torch.no_grad()
    def _kind_of_value(self, raw, y_true):
        """Return whether the function is a mean of rows, and whether rows have values.

        A mean or a sum is called with each row alone, so that rows can be left out.
        """
        value = self._value(raw, y_true)
        if value.ndim:
            return False, True
        try:
            rows = self._one_by_one(raw, y_true)
        except Exception:  # what `torch.vmap` does not support raises various errors
            return False, False
        both = torch.stack([rows.mean(), rows.sum()])
        is_mean = len(y_true) > 1 and bool(torch.isclose(both, value, rtol=1e-9).any())
        return is_mean, is_mean

    def _one_by_one(self, raw_prediction, y_true):
        """Call the function with each row alone."""
        return torch.vmap(lambda raw, y: self._value(raw[None], y[None]))(
            raw_prediction, y_true
        )

    def _check_slope(self, raw, y_true):
        """Return whether the function has second derivatives that are not zero.

        A function of steps, which training cannot follow, raises a ValueError.
        """
        raw = raw.clone().requires_grad_()
        with torch.enable_grad():
            value = self.pointwise(raw, y_true)
            if not value.requires_grad:
                return False  # a constant
            (slope,) = torch.autograd.grad(value.sum(), raw, create_graph=True)
            curvature = _slope_of(slope, raw)
        slope = slope.detach()
        if not slope.any() and value.detach().unique().numel() > 1:
            raise ValueError(
                f"The gradient of {self.name} is zero although its value changes, so "
                "it cannot be trained; replace steps such as torch.round, torch.sign "
                "or comparisons by a function with a slope."
            )
        return bool(curvature.any() and curvature.isfinite().all())

    def __call__(self, raw_prediction, y_true, sample_weight=None):
        if sample_weight is not None:
            check_shapes(raw_prediction, y_true, self)
            self._check_rows(raw_prediction, y_true)
        return super().__call__(raw_prediction, y_true, sample_weight)

    def _check_rows(self, raw_prediction, y_true):
        """Raise a ValueError if the function returns a single number."""
        while raw_prediction.ndim > 2:
            raw_prediction, y_true = raw_prediction[0], y_true[0]
        if self._value(raw_prediction, y_true).ndim == 0:
            raise ValueError(
                f"{self.name} returns a single number, to which sample_weight and "
                "class_weight cannot be applied; return one value per row instead."
            )

    def pointwise(self, raw_prediction, y_true):
        check_shapes(raw_prediction, y_true, self)
        if "factor" in self.bound_:
            value = self._rows(*self._in_units(raw_prediction, y_true))
            factor = self.learned("factor", value, 1.0)
            return (factor * value).to(raw_prediction.dtype)
        return self._rows(raw_prediction, y_true)

    def _in_units(self, raw_prediction, y_true):
        """Raw scores and targets in units of y, from those that are standardised."""
        raw, y_true = raw_prediction.double(), y_true.double()
        scale = self.learned("scale", raw, 1.0)
        center = self.learned("center", raw, 0.0)
        moved = {
            "location": lambda out: torch.addcmul(center, scale, out),
            "log_scale": lambda out: out + scale.log(),
            "log_variance": lambda out: out + 2 * scale.log(),
        }
        blocks = zip(self.heads, self.blocks(raw), strict=True)
        outputs = [moved.get(head, lambda out: out)(block) for head, block in blocks]
        center, scale = (
            self.learned(name, y_true, None) for name in ("center", "scale")
        )
        return torch.cat(outputs, dim=-1), torch.addcmul(center, scale, y_true)

    def _rows(self, raw_prediction, y_true):
        """Value of each row, from raw scores and targets in units of the function."""
        if raw_prediction.ndim > 2:
            pairs = zip(raw_prediction, y_true, strict=True)
            return torch.stack([self._rows(raw, y) for raw, y in pairs])
        as_rows = self._one_by_one if self._is_mean else self._value
        value = as_rows(raw_prediction, y_true)
        if raw_prediction.requires_grad and not value.requires_grad:
            raise ValueError(
                f"The gradient of {self.name} is cut before it reaches the prediction; "
                "use torch functions only, without detach, item or numpy."
            )
        n_rows = len(raw_prediction)
        if value.ndim == 0:
            return value.expand(n_rows)  # a mean: the mean of equal rows is the same
        if value.ndim == 2 and value.shape == y_true.shape:
            return value.sum(-1)
        if value.shape != (n_rows,):
            raise ValueError(
                f"{self.name} returned shape {tuple(value.shape)} for {n_rows} rows; "
                "it must return one value per row or a single number."
            )
        return value

    def _value(self, raw_prediction, y_true):
        """Value of the function for one model, as it is returned."""
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
            if "numpy()" in str(error):
                raise TypeError(
                    f"The loss {self.name} computes with NumPy, which has no "
                    "gradients; write it with functions of torch."
                ) from error
            given = "a tensor" if torch.is_tensor(y_pred) else f"{len(y_pred)} tensors"
            error.add_note(
                f"The loss {self.name} was called with {given} of predictions. If it "
                "requires another number, use losses.Custom(f, n_outputs=...)."
            )
            raise
        if not torch.is_tensor(value):
            raise TypeError(
                f"{self.name} returned a {type(value).__name__}; it must return a "
                "tensor: one value per row or a single number."
            )
        return value


def _pull(loss, y, share, n_targets):
    """Mean absolute slope by the locations, where all raw scores are 0."""
    raw = torch.zeros(len(y), loss.n_outputs(n_targets), dtype=torch.float64)
    raw.requires_grad_()
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(loss.pointwise(raw, y).sum(), raw)
    return float(share @ slope[:, :n_targets].abs().sum(-1) / share.sum())


def _slope_of(slope, raw):
    """Return second derivatives, zero where the function has none."""
    zero = torch.zeros_like(raw)
    if not slope.requires_grad:  # the slope is constant
        return zero
    try:
        (found,) = torch.autograd.grad(slope.sum(), raw, allow_unused=True)
    except RuntimeError:  # some autograd functions can be differentiated only once
        return zero
    return zero if found is None else found


def _check_nothing_to_learn(module):
    """Raise a ValueError for a criterion with parameters that training would change."""
    learned = [name for name, p in module.named_parameters() if p.requires_grad]
    if learned:
        raise ValueError(
            f"The criterion {type(module).__name__} has learnable parameters "
            f"({', '.join(learned)}), which are not trained; keep them fixed by "
            "requires_grad_(False), or let the network predict them by "
            "losses.Custom(f, n_outputs=...)."
        )


def _check_two_inputs(name, f):
    """Raise a ValueError for a function that is not one of (y_pred, y_true)."""
    if inspect.isbuiltin(f):
        return  # most of them state no signature
    try:
        signature = inspect.signature(f.forward if isinstance(f, nn.Module) else f)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(None, None)
    except TypeError:
        inputs = ", ".join(signature.parameters)
        raise ValueError(
            f"{name} is a function of ({inputs}), but a loss is called with two "
            "inputs, (y_pred, y_true); with losses.Custom(f, n_outputs=...) y_pred is "
            "a tuple of outputs."
        ) from None


class PerTarget(int):
    """A number of outputs per target; called with a number of targets, their total."""

    def __call__(self, k):
        return int(self) * k
