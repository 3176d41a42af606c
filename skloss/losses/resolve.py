"""Resolve what a user passes as `loss` to an instance of a loss."""

import difflib
import re

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.parameters import (
    parameter_defaults,
    title_of,
    unknown_parameter,
)
from skloss.losses.contract.registry import REGISTRY, list_losses
from skloss.losses.torch_criteria import as_loss

__all__ = ["check_nested", "get_loss"]

# Names that other libraries use, without "loss" and in snake case.
_ELSEWHERE = {
    "absolute": "absolute_error",
    "bce_with_logits": "binary_cross_entropy",
    "bernoulli": "binary_cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "binary_crossentropy": "binary_cross_entropy",
    "binary_logistic": "cross_entropy",
    "cosine_embedding": "contrastive",
    "crossentropy": "cross_entropy",
    "deviance": "cross_entropy",
    "gaussian": "gaussian_nll",
    "lad": "absolute_error",
    "laplace": "laplace_nll",
    "logistic": "cross_entropy",
    "logloss": "cross_entropy",
    "mean_absolute_error": "absolute_error",
    "mean_absolute_percentage_error": "absolute_percentage_error",
    "mean_squared_error": "squared_error",
    "mean_squared_logarithmic_error": "squared_log_error",
    "multi_margin": "hinge",
    "multi_softmax": "cross_entropy",
    "multi_softprob": "cross_entropy",
    "negative_log_likelihood": "cross_entropy",
    "nll": "cross_entropy",
    "normal": "gaussian_nll",
    "ols": "squared_error",
    "poisson_nll": "poisson",
    "reg_absoluteerror": "absolute_error",
    "reg_squarederror": "squared_error",
    "rmse": "squared_error",
    "root_mean_squared_error": "squared_error",
    "smooth_l1": "huber",
    "softmax": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "squared": "squared_error",
    "triplet_margin": "triplet",
}
# A name with parameters, as labels of comparisons are written.
_CALL = re.compile(r"\s*(\w+)\s*\(([\w\s=.,+'\"\[\]-]{0,80})\)\s*")


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


def check_nested(loss, param):
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
        raise ValueError(f"No loss is called {name!r}.{_hint(name)}")
    return REGISTRY[name]


def _hint(name):
    """Return sentences that name a similar loss, or all losses."""
    call = _CALL.fullmatch(name)
    if call and call[1] in REGISTRY:
        arguments = f", {call[2].strip()}" if call[2].strip() else ""
        return f' Pass parameters by get_loss("{call[1]}"{arguments}).'
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s:.-]+", "_", name.strip()).lower()
    plain = re.sub(r"_*loss$", "", plain).strip("_")
    near = plain if plain in REGISTRY else _ELSEWHERE.get(plain)
    if near is None:
        known = [*REGISTRY, *_ELSEWHERE]
        near = next(iter(difflib.get_close_matches(plain, known, n=1)), None)
        near = _ELSEWHERE.get(near, near)
    hint = f" Did you mean {near!r}?" if near else ""
    return f"{hint} Names: {', '.join(list_losses())}."
