"""Computation that does not depend on the caller's torch settings, nor changes them."""

import threading
from contextlib import ExitStack, contextmanager

import torch
from torch.overrides import TorchFunctionMode

from skloss.training.shutdown import until_shutdown
from skloss.training.threads import one_thread

__all__ = ["isolated", "single_precision_by_default", "usual_torch_state"]

_DEVICES = ("cpu", "cuda", "mps", "xpu")
_CPU = torch.device("cpu")
_own = threading.local()


@contextmanager
def usual_torch_state():
    """Leave the caller's torch contexts: inference mode, autocast, default device.

    They belong to the thread and are entered again at the end. Gradients are recorded,
    whatever the caller's `torch.no_grad`. The default dtype belongs to the process, so
    that it cannot be set aside: tensors are made with a dtype of their own.

    Examples
    --------
    >>> import torch
    >>> from skloss.training import usual_torch_state
    >>> with torch.device("meta"), usual_torch_state():
    ...     torch.ones(2).device
    device(type='cpu')
    """
    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))  # enables gradients too
        for kind in _DEVICES:
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        # Entered where needed alone: it intercepts every call of torch.
        if torch.get_default_device() != _CPU:
            stack.enter_context(_CPU)
        yield


@contextmanager
def isolated():
    """Compute with one intra-op thread and torch's usual state, until the exit.

    For everything that estimators and comparisons compute. May be nested, and used as
    a decorator.

    Raises
    ------
    SystemExit
        In threads other than the main one, if the interpreter ends.

    Examples
    --------
    >>> import torch
    >>> from skloss.training import isolated
    >>> with torch.inference_mode(), isolated():
    ...     torch.is_inference_mode_enabled(), torch.get_num_threads()
    (False, 1)
    """
    if getattr(_own, "isolated", False):
        yield
        return
    with until_shutdown(), one_thread(), usual_torch_state():
        _own.isolated = True
        try:
            yield
        finally:
            _own.isolated = False


class _SinglePrecision(TorchFunctionMode):
    """Creates tensors in float32 where neither a dtype nor the data state another."""

    _by_shape = frozenset(
        (
            torch.empty,
            torch.zeros,
            torch.ones,
            torch.rand,
            torch.randn,
            torch.eye,
            torch.linspace,
            torch.logspace,
        )
    )
    _by_value = frozenset((torch.tensor, torch.as_tensor, torch.full, torch.arange))

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if kwargs.get("dtype") is None:
            if func in self._by_shape:
                kwargs = kwargs | {"dtype": torch.float32}
            elif func in self._by_value and not hasattr((*args, None)[0], "dtype"):
                made = func(*args, **kwargs)
                if made.dtype != torch.get_default_dtype():
                    return made  # integers or truth values
                kwargs = kwargs | {"dtype": torch.float32}
        return func(*args, **kwargs)


@contextmanager
def single_precision_by_default():
    """Build tensors and modules as with torch's own default dtype, in this thread.

    `torch.set_default_dtype` would change it for the other threads of the process.

    Examples
    --------
    >>> from torch import nn
    >>> from skloss.training import single_precision_by_default
    >>> with single_precision_by_default():
    ...     nn.Linear(1, 1).weight.dtype
    torch.float32
    """
    if torch.get_default_dtype() == torch.float32:
        yield
    else:
        with _SinglePrecision():
            yield
