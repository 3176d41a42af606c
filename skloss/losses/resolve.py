"""Resolve what a user passes as `loss` to an instance of a loss."""

import difflib

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.parameters import (
    parameter_defaults,
    title_of,
    unknown_parameter,
)
from skloss.losses.contract.registry import REGISTRY, list_losses
from skloss.losses.torch_criteria import as_loss

__all__ = ["get_loss", "refuse_nested"]


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


def refuse_nested(loss, param):
    """Raise a ValueError for a parameter that is set on something without parameters.

    Parameters
    ----------
    loss : object
        A name, a class, a torch criterion or a function.
    param : str
        Name of the parameter, without the prefix ``loss__``.

    Raises
    ------
    ValueError
    """
    given = title_of(loss)
    cls = _class_of(loss) if isinstance(loss, str) else loss
    if not (isinstance(cls, type) and issubclass(cls, Loss)):
        raise ValueError(
            f"loss__{param} cannot be set, since the loss {given} has no parameters of "
            "that form; pass another loss instead."
        )
    if param not in parameter_defaults(cls):
        raise ValueError(unknown_parameter(cls, param))
    kind = "a name" if isinstance(loss, str) else "a class"
    maker = f"get_loss({cls.name!r}, {param}=...)"
    if not isinstance(cls.name, str) or not cls.name:
        maker = f"{cls.__name__}({param}=...)"
    raise ValueError(
        f"loss__{param} cannot be set, since loss={given} is {kind}; pass loss={maker}."
    )


def _class_of(name):
    """Class of a canonical name or alias; a ValueError suggests a similar name."""
    if name not in REGISTRY:
        near = difflib.get_close_matches(name.lower(), REGISTRY, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"No loss is called {name!r}.{hint} Names: {', '.join(list_losses())}."
        )
    return REGISTRY[name]
