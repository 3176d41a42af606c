"""The contract of a loss: value, tasks, targets and the record for documentation.

Conventions
-----------
``raw_prediction`` has shape (..., n_samples, n_outputs): the outputs of the network,
in logits, log-scales or units of the target. ``y_true`` has shape (..., n_samples) or
(..., n_samples, n_targets). Leading dimensions are models of a stack, each with its
own rows. A loss returns one value per row; only `Loss.__call__` takes a mean. Over
targets and labels a loss is a sum, the textbook form.
"""

import numpy as np
import torch

from skloss.losses.contract.binding import Binding
from skloss.losses.contract.documentation import document
from skloss.losses.contract.examples import Examples
from skloss.losses.contract.functional import Functional
from skloss.losses.contract.outputs import Outputs
from skloss.losses.contract.parameters import Parametrized
from skloss.losses.contract.ranges import Interval
from skloss.losses.contract.registry import losses_that_take, register

__all__ = ["Loss"]


class Loss(Parametrized, Binding, Outputs, Examples):
    """Cost of a wrong prediction, and everything that follows from that choice.

    A subclass states the attributes below and implements `pointwise`; estimators,
    documentation, tests and the dashboard read them and never depend on its type.
    Parameters, learned values and outputs are described in the base classes.

    Attributes
    ----------
    name : str
        Canonical name in snake case, the one of scikit-learn if it has one.
    aliases : tuple of str
        Short names in common use.
    tasks : tuple of str
        Out of "regression", "binary", "multiclass", "multilabel", "ordinal",
        "embedding" and "pairs".
    takes_distributions : bool
        Whether each row of the target is a distribution over outcomes, its columns.
    functional : Functional
        The property of the target that the best constant prediction equals: "mean",
        "median", ... A plain string in the class body is converted.
    is_proper : bool
        Whether minimising the loss in expectation gives the true probabilities (of
        the link) or the true distribution (of a likelihood).
    is_convex : bool
        Whether the loss is convex in the raw prediction, so that a linear model has one
        optimum.
    is_smooth : bool
        Whether the loss is twice differentiable almost everywhere, with useful
        curvature. Other losses implement `smoothed`.
    has_curvature : bool
        Whether Newton's method can minimise the loss for a linear model although it is
        not convex: autograd has its second derivatives, which are not zero.
    is_equivariant : bool
        Whether shifting and scaling the target shifts and scales the fit, so that
        targets may be standardised for training.
    formula, reference : str
        TeX of the value per row, and its source.
    use_when : str
        One sentence: the problem for which this loss is a good choice.
    link : Link
        From raw scores to predictions.
    y_range : Interval
        Valid targets.
    param_ranges : dict of str to Range
        Slider and tested ends of each numeric parameter, and its valid values.
    sequence_params : tuple of str
        Parameters that may be several numbers, such as one for each class.
    unit_params : tuple of str
        Parameters in units of y, which `ranges_for` a target scales.
    noise : str or None
        The family in `skloss.noise` that is predicted around the outputs: the one whose
        negative log-likelihood this loss is up to a free scale, where there is one.
    is_likelihood : bool
        Whether the outputs are the location, scale and shape of that family, so that
        the loss is its negative log-likelihood without a free scale.
    noise_model : str
        In words, the distribution of the target that the loss implies; empty if it
        does not imply one.
    compares_rows : bool
        Whether the value of a row depends on the other rows of its batch.
    has_row_values : bool
        Whether `pointwise` returns a value of each row: a user's function may return
        one for all of them, so that none can be left out by a weight of 0.
    is_recordable : bool
        Whether all that `pointwise` computes from its tensors comes from operations of
        torch, and it branches on their shapes and on truth values alone. Training then
        repeats the operations of a step without autograd. False for subclasses outside
        this package, which may count their calls or use NumPy, unless they state it.
    needs_double : bool
        Whether targets are passed in double precision, whatever the network computes.
    n_batches : int
        Batches of an epoch by default, where the bounds of their size allow it.
    exceptions : dict of str to str
        Laws that this loss cannot obey, each with the reason.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import Loss
    >>> class Quartic(Loss):
    ...     tasks = ("regression",)
    ...     def pointwise(self, raw_prediction, y_true):
    ...         return (raw_prediction.squeeze(-1) - y_true) ** 4
    >>> Quartic()(torch.tensor([[2.0]]), torch.tensor([0.0]))
    tensor(16.)
    """

    aliases: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    takes_distributions = False
    functional = Functional("")
    is_proper = False
    is_convex = False
    is_smooth = True
    has_curvature = False
    is_equivariant = False
    formula = ""
    reference = ""
    use_when = ""
    y_range = Interval()
    noise: str | None = None
    is_likelihood = False
    noise_model = ""
    compares_rows = False
    has_row_values = True
    is_recordable = False
    needs_double = False
    n_batches = 20
    exceptions: dict[str, str] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = vars(cls).get("functional")
        if type(own) is str:
            cls.functional = Functional(own)
        document(cls)
        is_ours = cls.__module__.startswith("skloss.losses.")
        if "is_recordable" not in vars(cls):
            cls.is_recordable = is_ours
        # A user-defined loss is passed as an instance and needs no registration.
        if is_ours:
            register(cls)

    def supports(self, task):
        """Return whether the loss, with its parameters, supports a task.

        Parameters
        ----------
        task : str or Task

        Returns
        -------
        bool

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("focal", alpha=0.25).supports("multiclass")
        False
        """
        return task in self.tasks

    def pointwise(self, raw_prediction, y_true):
        """Return the loss of each row.

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
            If the shapes do not match; nothing is ever broadcast.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> raw, y = torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 1.0])
        >>> get_loss("squared_error").pointwise(raw, y)
        tensor([0., 4.])
        """
        raise NotImplementedError

    def batches(self, y_true, dtype):
        """Return the targets of each step of an epoch, as `pointwise` takes them.

        Parameters
        ----------
        y_true : Tensor of shape (n_steps, n_models, n_samples, ...)
        dtype : torch.dtype
            That of the raw scores.

        Returns
        -------
        sequence
            By default the targets as they are; a loss may prepare them for many steps.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> y = torch.zeros(2, 1, 5)
        >>> get_loss("huber").batches(y, torch.float32)[1].shape
        torch.Size([1, 5])
        """
        return y_true.unbind()

    def __call__(self, raw_prediction, y_true, sample_weight=None):
        """Return the weighted mean over all rows, ``sum(w * l) / sum(w)``.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        y_true : Tensor of shape (..., n_samples) or (..., n_samples, n_targets)
        sample_weight : Tensor of shape (..., n_samples), optional

        Returns
        -------
        Tensor
            A scalar.

        Raises
        ------
        ValueError
            If shapes do not match or a parameter is invalid.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> raw, y = torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 1.0])
        >>> get_loss("squared_error")(raw, y, torch.tensor([3.0, 1.0]))
        tensor(1.)
        """
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

    def smoothed(self, width):
        """Return a smooth loss that differs from this one only near a kink.

        Parameters
        ----------
        width : float
            Distance from the kink, in raw scores or, where the loss predicts a scale,
            in units of it, within which they may differ.

        Returns
        -------
        Loss

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> smooth = get_loss("absolute_error").smoothed(0.1)
        >>> smooth.pointwise(torch.tensor([[0.0], [2.0]]), torch.zeros(2))
        tensor([0.0000, 1.9500])
        """
        return self

    @property
    def is_curved(self):
        """Whether second derivatives of the loss, or of its neighbours, are useful."""
        return self.is_convex or self.has_curvature or not self.is_smooth

    @property
    def judged_by(self):
        """The loss whose value decides when to stop and which weights are best.

        It is the loss itself, unless the gradient of the loss is a surrogate: then its
        value does not measure the fit, and the loss that it stands for does.
        """
        return self

    def frozen_at(self, raw_prediction, y_true):
        """Return the loss with its detached factors held at some raw scores.

        The gradient of the result is that of its value, so that solvers with a line
        search can minimise it.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        y_true : Tensor of shape (..., n_samples) or (..., n_samples, n_targets)
            The rows that the result is evaluated on.

        Returns
        -------
        Loss
            The loss itself, unless its gradient is a surrogate.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> raw, y = torch.tensor([[0.0, 2.0]]), torch.tensor([0.0])
        >>> loss = get_loss("beta_nll", beta=0.5).frozen_at(raw, y)
        >>> loss(torch.tensor([[0.0, 1.0]]), y)  # exp(0.5 * 2) * 1 / 2
        tensor(1.3591)
        """
        return self

    def reason_invalid(self, y):
        """Return why the targets are invalid for the loss.

        Parameters
        ----------
        y : array of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        str
            One sentence; empty if the targets are valid.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("poisson").reason_invalid([1.0, -2.0])
        "The loss 'poisson' requires targets >= 0, but y holds -2."
        """
        values = np.asarray(y)
        outside = self.y_range.outside(values)
        if not outside.any():
            return ""
        return (
            f"The loss {self.name!r} requires targets {self.y_range}, but y holds "
            f"{values[outside].ravel()[0]:g}."
        )

    def check_target(self, y):
        """Raise a ValueError if the targets are invalid for the loss.

        Parameters
        ----------
        y : array of shape (n_samples,) or (n_samples, n_targets)

        Raises
        ------
        ValueError
            With the reason, and the names of losses that support the targets.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("poisson").check_target([0.0, 3.0])
        """
        reason = self.reason_invalid(y)
        if reason:
            able = ", ".join(losses_that_take(y, self.tasks[0]))
            raise ValueError(f"{reason} Losses that support these targets: {able}.")
