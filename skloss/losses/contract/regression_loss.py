"""Losses on numbers: one or several outputs per target, summed over targets."""

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.shapes import check_shapes

__all__ = ["RegressionLoss"]


class RegressionLoss(Loss):
    """A loss on numbers: implement `elementwise`; the sum over targets is here.

    Attributes
    ----------
    heads : tuple of str
        Meaning of the outputs per target: "location", "log_scale", "log_variance" or
        "shape". With several targets the outputs are in blocks: first all locations,
        then all log-scales.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import RegressionLoss
    >>> class Quartic(RegressionLoss):
    ...     def elementwise(self, prediction, y_true):
    ...         return (prediction - y_true) ** 4
    >>> Quartic()(torch.tensor([[2.0]]), torch.tensor([0.0]))
    tensor(16.)
    """

    tasks = ("regression",)
    heads: tuple[str, ...] = ("location",)
    is_equivariant = True

    def n_outputs(self, k):
        return k * len(self.heads)

    def elementwise(self, *outputs_and_y_true):
        """Return the loss of each number.

        Parameters
        ----------
        *outputs_and_y_true : Tensor
            One tensor per head, in the order of `heads`, then the target; all of one
            shape.

        Returns
        -------
        Tensor of the same shape

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("squared_error").elementwise(torch.zeros(2), torch.ones(2))
        tensor([1., 1.])
        """
        raise NotImplementedError

    def split(self, raw_prediction, y_true):
        """Return the outputs per head, each of the shape of ``y_true``.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        y_true : Tensor of shape (..., n_samples) or (..., n_samples, n_targets)

        Returns
        -------
        tuple of Tensor

        Raises
        ------
        ValueError
            If the number of outputs is not that of heads times targets.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> raw = torch.tensor([[1.0, 2.0]])
        >>> get_loss("gaussian_nll").split(raw, torch.zeros(1))
        (tensor([1.]), tensor([2.]))
        """
        check_shapes(raw_prediction, y_true, self)
        n_heads, width = len(self.heads), raw_prediction.shape[-1]
        targets = 1 if y_true.ndim < raw_prediction.ndim else y_true.shape[-1]
        if width != n_heads * targets:
            raise ValueError(
                f"{self.name} requires {n_heads * targets} outputs for {targets} "
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
        """Return the outputs per head.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)

        Returns
        -------
        tuple of Tensor
            Each of shape (..., n_samples, n_targets).

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("gaussian_nll").blocks(torch.tensor([[1.0, 2.0]]))
        (tensor([[1.]]), tensor([[2.]]))
        """
        return raw_prediction.chunk(len(self.heads), dim=-1)

    def predict(self, raw_prediction):
        return self.link.inverse(self.blocks(raw_prediction)[0])

    def spread_outputs(self, k):
        states_location = [head == "location" for head in self.heads]
        if not any(states_location):  # several predictions, such as quantiles
            return []
        return [
            index * k + target
            for index, is_location in enumerate(states_location)
            if not is_location
            for target in range(k)
        ]

    def log_scale_outputs(self, k):
        return [
            index * k + target
            for index, head in enumerate(self.heads)
            if head in ("log_scale", "log_variance")
            for target in range(k)
        ]
