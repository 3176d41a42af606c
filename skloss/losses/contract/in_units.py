"""A loss in units of the target, for a network whose outputs are of size one."""

import copy

import numpy as np
import torch

from skloss.losses.contract.best_constant import best_constant
from skloss.losses.contract.convolved import Convolved
from skloss.losses.contract.loss import Loss

__all__ = ["InUnits"]

# The search reaches a constant this many times as large as any target only if there is
# no minimum.
_FARTHEST = 1e9


class InUnits(Loss):
    """A loss of center + scale * output: of any target, as training needs it.

    For a loss that cannot be moved to standardised targets. Its targets and raw scores
    are in units of y, while the outputs of the network start at 0 and are of size one.
    The value is factor * (loss - value of the best constant). Computed in double
    precision, since a spread that is small next to the level would be lost.

    Parameters
    ----------
    loss : Loss
        Bound, in units of y.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = InUnits.learn(get_loss("poisson"), np.array([1e9, 2e9, 3e9]))
    >>> round(loss.predict(torch.zeros(1, 1)).item())
    2000000000
    """

    needs_double = True

    def __init__(self, loss):
        self.loss = loss

    @property
    def is_recordable(self):
        return self.loss.is_recordable

    @classmethod
    def learn(cls, loss, y, sample_weight=None, device="cpu"):
        """Return the loss with the center, scale and factor of training rows.

        Parameters
        ----------
        loss : Loss
            Bound, in units of ``y``.
        y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        sample_weight : ndarray of shape (n_rows,), optional
        device : str or torch.device

        Returns
        -------
        InUnits

        Raises
        ------
        ValueError
            If no constant prediction has a finite loss, or the loss has no minimum.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss import get_loss
        >>> loss = InUnits.learn(get_loss("gamma"), np.array([1e-9, 3e-9]))
        >>> loss.bound_["center"].round(3)
        array([-20.03])
        """
        start = loss.intercept(y, sample_weight)
        loss = loss if start is None else loss.around(start)
        found = best_constant(loss, y, sample_weight, device)
        bound = cls(loss).with_learned(**found._asdict())
        bound._check_minimum(y, device)
        return bound

    def _check_minimum(self, y, device):
        """Raise a ValueError for a function that training cannot minimise."""
        center = self.bound_["center"]
        raw = torch.zeros(len(y), len(center), dtype=torch.float64, device=device)
        with torch.no_grad():
            value = self.pointwise(raw, torch.as_tensor(y, device=device))
        if not torch.isfinite(value).all():
            raise ValueError(
                f"The loss {self.name} is not finite for any constant prediction of "
                "this y; check its logarithms, roots and divisions."
            )
        if np.abs(center).max() > _FARTHEST * max(np.abs(y).max(), 1.0):
            raise ValueError(
                f"The loss {self.name} falls without bound as the prediction moves "
                "away from y; a loss must have a minimum."
            )

    @property
    def name(self):
        """Name of the loss."""
        return self.loss.name

    @property
    def tasks(self):
        """Tasks of the loss."""
        return self.loss.tasks

    @property
    def is_convex(self):
        """Whether the loss is convex: outputs are moved and scaled alone."""
        return self.loss.is_convex

    @property
    def is_smooth(self):
        """Whether the loss is smooth."""
        return self.loss.is_smooth

    @property
    def is_curved(self):
        """Whether second derivatives of the loss, or of `smoothed`, are useful."""
        return self.loss.is_curved or self._has_locations_only

    def in_units(self, raw_prediction):
        """Return raw scores of the loss from outputs of the network.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)

        Returns
        -------
        Tensor of the same shape, in double precision

        Examples
        --------
        >>> import numpy as np
        >>> import torch
        >>> from skloss import get_loss
        >>> loss = InUnits.learn(get_loss("poisson"), np.array([1.0, 1.0]))
        >>> loss.in_units(torch.zeros(1, 1)).item()
        0.0
        """
        raw = raw_prediction.double()
        return torch.addcmul(
            self.learned("center", raw, 0.0), self.learned("scale", raw, 1.0), raw
        )

    def pointwise(self, raw_prediction, y_true):
        value = self.loss.pointwise(self.in_units(raw_prediction), y_true.double())
        level = self.learned("value", value, 0.0)
        value = self.learned("factor", value, 1.0) * (value - level)
        return value.to(raw_prediction.dtype)

    @property
    def _has_locations_only(self):
        heads = getattr(self.loss, "heads", ())  # a user's class may state none
        return set(heads) == {"location"} and self.loss.has_row_values

    def smoothed(self, width):
        if not self.loss.is_curved and self._has_locations_only:
            return Convolved(self, width)  # outputs are in deviations of y
        smooth = copy.copy(self)
        # In values, whose unit here is one over the factor.
        smooth.loss = self.loss.smoothed(width / float(self.bound_["factor"]))
        return smooth

    def n_outputs(self, k):
        return self.loss.n_outputs(k)

    @property
    def rows_per_spread_column(self):
        return self.loss.rows_per_spread_column

    def spread_outputs(self, k):
        return self.loss.spread_outputs(k)

    def log_scale_outputs(self, k):
        return self.loss.log_scale_outputs(k)

    def predict(self, raw_prediction):
        return self.loss.predict(self.in_units(raw_prediction))

    def noise_parameters(self, raw_prediction):
        return self.loss.noise_parameters(self.in_units(raw_prediction))

    def stated_quantiles(self, raw_prediction):
        return self.loss.stated_quantiles(self.in_units(raw_prediction))

    @property
    def stack_key(self):
        shapes = tuple((k, v.shape) for k, v in sorted(self.bound_.items()))
        return (type(self), self.loss.stack_key, shapes)

    def merged(self, losses):
        stacked = super().merged(losses)
        stacked.loss = Loss.stack([one.loss for one in losses])
        return stacked
