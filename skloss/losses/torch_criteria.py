"""Torch criteria and functions as losses."""

import copy

import torch
from torch import nn

from skloss.losses.contract.loss import Loss
from skloss.losses.custom import Custom

__all__ = ["as_loss"]

#: Tasks of torch criteria; one that is not listed supports any task.
_TASKS = {
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
    """A torch criterion without its reduction: one value per row."""

    def __init__(self, module):
        self.module = module
        self.tasks = _TASKS.get(type(module), Custom.every_task)
        self.__name__ = type(module).__name__
        self._unreduced = {}

    def __call__(self, y_pred, y_true):
        if isinstance(self.module, nn.CrossEntropyLoss) and y_pred.ndim == 1:
            # A binary task has one score; the criterion requires one for each class.
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
    """Convert a torch criterion or a function to a `Loss`; copy an instance.

    Raises
    ------
    TypeError
        If it is of another type.
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
