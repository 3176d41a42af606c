"""State of fitted models without tensors, for formats that store arrays, as skops."""

from collections import OrderedDict
from types import FunctionType

import numpy as np
import torch

from skloss.training import Outcome

__all__ = ["Stored", "restored", "stored"]


class Stored:
    """A value of torch as an array or a name.

    Parameters
    ----------
    kind : {"tensor", "parameter", "dtype", "device", "outcome"}
    value : ndarray or str
    """

    def __init__(self, kind, value):
        self.kind, self.value = kind, value


def stored(value):
    """Return a value whose tensors, at any depth, are `Stored`.

    Objects of this package and modules of torch become objects of the same class with
    such attributes, so that a format which lists the types in a file lists theirs.
    """
    if isinstance(value, torch.Tensor):
        kind = "parameter" if isinstance(value, torch.nn.Parameter) else "tensor"
        return Stored(kind, value.detach().cpu().numpy())
    if isinstance(value, torch.dtype):
        return Stored("dtype", str(value).removeprefix("torch."))
    if isinstance(value, torch.device):
        return Stored("device", str(value))
    if isinstance(value, Outcome):
        return Stored("outcome", value.name)
    if isinstance(value, dict):
        return {key: stored(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(stored, value))
    if _is_opened(value):
        copy = object.__new__(type(value))
        copy.__dict__.update(stored(vars(value)))
        return copy
    return value


def restored(value):
    """Return the value that `stored` was called with; objects are changed in place."""
    if isinstance(value, Stored):
        return _RESTORE[value.kind](value.value)
    if isinstance(value, dict):
        return {key: restored(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(restored, value))
    if _is_opened(value):
        value.__dict__.update(restored(vars(value)))
        if isinstance(value, torch.nn.Module):
            _restore_hooks(value)
    return value


def _is_opened(value):
    """Return whether a value is an object whose attributes may hold tensors."""
    if isinstance(value, torch.nn.Module):
        return True
    is_ours = type(value).__module__.startswith("skloss.")
    # A string, such as a Task, is stored by its value; functions and classes by name.
    return is_ours and not isinstance(value, (str, type, FunctionType))


def _restore_hooks(module):
    """Give a module its empty dictionaries of hooks, which must be ordered ones."""
    for name, empty in vars(torch.nn.Module()).items():
        if isinstance(empty, OrderedDict) and not vars(module).get(name):
            module.__dict__[name] = OrderedDict()


def _tensor(array):
    return torch.from_numpy(np.array(array))  # a copy, which is writable


_RESTORE = {
    "tensor": _tensor,
    "parameter": lambda array: torch.nn.Parameter(_tensor(array)),
    "dtype": lambda name: getattr(torch, name),
    "device": torch.device,
    "outcome": Outcome.__getitem__,
}
