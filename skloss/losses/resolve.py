"""Resolve what a user passes as `loss` to an instance of a loss."""

import difflib

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.parameters import parameter_defaults, unknown_parameter
from skloss.losses.contract.registry import REGISTRY, list_losses
from skloss.losses.torch_criteria import as_loss

__all__ = ["get_loss"]


def get_loss(name, **params):
    """Return a loss from its name, an instance, a torch criterion or a function.

    Parameters
    ----------
    name : str, Loss, class, torch criterion or callable
        Canonical name or alias; an instance is copied; a criterion such as
        `torch.nn.SmoothL1Loss()` or a function of (y_pred, y_true) becomes a
        `skloss.losses.Custom`.
    **params
        Parameters of the loss.

    Returns
    -------
    Loss

    Raises
    ------
    ValueError
        If the name or a parameter is unknown, or a value is outside its domain.
    TypeError
        If ``name`` is of another type.

    Examples
    --------
    >>> from skloss import get_loss
    >>> get_loss("focal", gamma=1.5)
    Focal(gamma=1.5)
    >>> get_loss("mae").name
    'absolute_error'
    """
    if isinstance(name, str):
        name = _class_of(name)
    if isinstance(name, type) and issubclass(name, Loss):
        for param in params:
            if param not in parameter_defaults(name):
                raise ValueError(unknown_parameter(name, param))
        loss = name(**params)
    else:
        loss = as_loss(name).set_params(**params)
    loss.check_params()
    return loss


def _class_of(name):
    """Class of a canonical name or alias; a ValueError suggests a similar name."""
    if name not in REGISTRY:
        near = difflib.get_close_matches(name.lower(), REGISTRY, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"No loss is called {name!r}.{hint} Names: {', '.join(list_losses())}."
        )
    return REGISTRY[name]
