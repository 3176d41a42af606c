"""Checks of tensors and their shapes, before any arithmetic."""

import torch

__all__ = ["check_shapes", "check_tensors"]


def check_tensors(**values):
    """Raise a TypeError that names the first value that is not a tensor."""
    for name, value in values.items():
        if not isinstance(value, torch.Tensor):
            raise TypeError(f"{name} must be a torch tensor, not {type(value)}.")


def check_shapes(raw_prediction, y_true, loss):
    """Raise a ValueError unless the leading shapes agree; nothing is broadcast."""
    check_tensors(raw_prediction=raw_prediction, y_true=y_true)
    raw, y = tuple(raw_prediction.shape), tuple(y_true.shape)
    if len(raw) < 2:
        raise ValueError(
            f"raw_prediction has shape {raw}; {loss.name or type(loss).__name__} "
            "requires (..., n_samples, n_outputs): reshape with "
            "raw_prediction[:, None]."
        )
    if len(y) not in (len(raw) - 1, len(raw)) or y[: len(raw) - 1] != raw[:-1]:
        raise ValueError(
            f"raw_prediction of shape {raw} and y_true of shape {y} do not match: "
            "(..., n_samples, n_outputs) requires (..., n_samples) or "
            "(..., n_samples, n_targets)."
        )
