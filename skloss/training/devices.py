"""Devices: resolve a name, and seed the one generator that a device draws from."""

from contextlib import contextmanager
from types import SimpleNamespace

import torch

__all__ = ["resolve_device", "seeded"]


def resolve_device(name):
    """Return the device that a name stands for, or raise if it is unavailable.

    "auto" is a CUDA GPU where there is one, else the CPU. It is never "mps": small
    tables compute in float64, which Apple's GPUs do not support.

    Parameters
    ----------
    name : str or torch.device

    Returns
    -------
    torch.device

    Raises
    ------
    ValueError
        If the name is not a torch device, or the device is not available.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ValueError(
            f"device={name!r} is not a valid torch device; use 'cpu', 'cuda' or 'auto'."
        ) from None
    if device.type not in ("cpu", "meta") and not _is_available(device):
        raise ValueError(
            f"device={name!r} is not available: torch finds no GPU for it here; "
            "use device='cpu' or device='auto'."
        )
    return device


def _is_available(device):
    backend = getattr(torch, device.type, None)
    if backend is None or not backend.is_available():
        return False
    return device.index is None or device.index < backend.device_count()


@contextmanager
def seeded(device, seed):
    """Seed the CPU generator and that of one device, and restore both at the end.

    Dropout and initial weights of a user's module draw from torch's default
    generators. `torch.manual_seed` would also seed the generators of all other
    devices, and nothing would restore those.

    Parameters
    ----------
    device : torch.device
    seed : int
    """
    generators = [torch.default_generator]
    if device.type != "cpu":
        generators.append(_generator_of(device))
    states = [generator.get_state() for generator in generators]
    try:
        for generator in generators:
            generator.manual_seed(seed)
        yield
    finally:
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)


def _generator_of(device):
    """Default generator of a GPU."""
    backend = getattr(torch, device.type)
    if device.type == "mps":  # a single one, reached through functions of its module
        return SimpleNamespace(
            get_state=backend.get_rng_state,
            set_state=backend.set_rng_state,
            manual_seed=backend.manual_seed,
        )
    index = backend.current_device() if device.index is None else device.index
    return backend.default_generators[index]
