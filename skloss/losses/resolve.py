"""A loss from whatever a user calls one."""

import difflib

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.registry import REGISTRY, list_losses
from skloss.losses.custom import as_loss

__all__ = ["get_loss"]


def get_loss(name, **params):
    """Build a loss from its name, or make one of what a user brings.

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
        If no loss has that name, or the loss no such parameter or not of that value.

    Examples
    --------
    >>> from skloss import get_loss
    >>> get_loss("focal", gamma=1.5)
    Focal(gamma=1.5)
    >>> get_loss("mae").name
    'absolute_error'
    """
    if isinstance(name, str):
        if name not in REGISTRY:
            near = difflib.get_close_matches(name.lower(), REGISTRY, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(
                f"No loss is called {name!r}.{hint} Names: {', '.join(list_losses())}."
            )
        name = REGISTRY[name]
    if isinstance(name, type) and issubclass(name, Loss):
        known = name._get_param_names()
        for param in params:
            if param not in known:
                raise ValueError(
                    f"{name.name or name.__name__} has no parameter {param!r}. It has: "
                    f"{', '.join(known) or 'none'}."
                )
        loss = name(**params)
    else:
        loss = as_loss(name).set_params(**params)
    loss.check_params()
    return loss
