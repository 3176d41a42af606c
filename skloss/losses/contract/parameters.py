"""Parameters of a loss, with the meaning they have in scikit-learn.

A loss is not an estimator: it has no ``fit`` and receives no metadata. What
`sklearn.base.clone`, grid searches and nested parameters such as ``loss__delta``
require is here.
"""

import functools
import inspect
import math

import numpy as np

from skloss.losses.contract.ranges import Range, check_params

__all__ = ["Parametrized", "parameter_defaults", "title_of", "unknown_parameter"]


# Inspecting a signature takes longer than evaluating a loss on a small batch.
@functools.lru_cache(maxsize=256)
def parameter_defaults(cls):
    """Names of the constructor's parameters in order, with their defaults."""
    if cls.__init__ is object.__init__:
        return {}
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    kinds = {parameter.kind for parameter in parameters}
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        raise TypeError(
            f"{cls.__name__}.__init__ takes *args; name each parameter of a loss."
        )
    return {
        parameter.name: parameter.default
        for parameter in sorted(parameters, key=lambda p: p.name)
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }


class Parametrized:
    """An object whose parameters are those of its constructor, stored unchanged."""

    name = ""
    param_ranges: dict[str, Range] = {}
    sequence_params: tuple[str, ...] = ()
    unit_params: tuple[str, ...] = ()

    def get_params(self, deep=True):
        """Return the parameters of the loss.

        Parameters
        ----------
        deep : bool, default True
            Whether parameters of a parameter that has ``get_params`` itself are
            included, as ``<parameter>__<name>``.

        Returns
        -------
        dict of str to object

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("focal", gamma=1.0).get_params()
        {'alpha': None, 'gamma': 1.0}
        """
        params = {name: getattr(self, name) for name in parameter_defaults(type(self))}
        for name, value in list(params.items()) if deep else ():
            if hasattr(value, "get_params") and not isinstance(value, type):
                inner = value.get_params()
                params |= {f"{name}__{key}": part for key, part in inner.items()}
        return params

    def set_params(self, **params):
        """Set parameters of the loss.

        Parameters
        ----------
        **params
            Parameters by name; ``<parameter>__<name>`` sets one of a parameter.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the loss does not have a parameter of that name.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("huber").set_params(delta=2.0)
        Huber(delta=2.0)
        """
        known = parameter_defaults(type(self))
        for key, value in params.items():
            name, nested, rest = key.partition("__")
            inner = hasattr(getattr(self, name, None), "set_params")
            if name not in known or (nested and not inner):
                raise ValueError(unknown_parameter(type(self), key))
            if nested:
                getattr(self, name).set_params(**{rest: value})
            else:
                setattr(self, name, value)
        return self

    def check_params(self):
        """Raise a ValueError that names the first parameter outside its domain.

        Raises
        ------
        ValueError

        Examples
        --------
        >>> from skloss.losses import Quantile
        >>> Quantile(quantile=90).check_params()
        Traceback (most recent call last):
        ValueError: quantile of quantile must be > 0 and < 1, got 90.
        """
        check_params(self, parameter_defaults(type(self)))

    def ranges_for(self, y):
        """Return useful values of the parameters for a target.

        Those in units of y are multiples of its standard deviation, to two digits.

        Parameters
        ----------
        y : array-like of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        dict of str to Range

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("huber").ranges_for([100_000, 300_000])["delta"][:2]
        (5000.0, 1000000.0)
        >>> get_loss("focal").ranges_for([0, 1])["gamma"][:2]
        (0.0, 5.0)
        """
        out = dict(self.param_ranges)
        with np.errstate(invalid="ignore"):
            spread = float(np.std(np.asarray(y, dtype=float), axis=0).mean())
        if not np.isfinite(spread) or spread == 0:
            return out
        for name in self.unit_params:
            low, high = (float(f"{end * spread:.2g}") for end in out[name][:2])
            out[name] = out[name]._replace(low=low, high=high)
        return out

    def __repr__(self):
        defaults = parameter_defaults(type(self))
        values = self.get_params(deep=False)
        shown = [
            f"{name}={_as_source(value)}"
            for name, value in values.items()
            if defaults[name] is inspect.Parameter.empty
            or _as_source(value) != _as_source(defaults[name])
        ]
        return f"{type(self).__name__}({', '.join(shown)})"


def unknown_parameter(cls, name):
    """Sentence for a parameter that a loss does not have."""
    known = ", ".join(parameter_defaults(cls))
    has = f"Its parameters: {known}." if known else "It has no parameters."
    title = cls.name if isinstance(cls.name, str) and cls.name else cls.__name__
    return f"{title} does not have a parameter {name!r}. {has}"


def _as_source(value):
    """Python source of a parameter, which needs no import to be evaluated."""
    value = _as_python(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    return title_of(value)


def title_of(value):
    """A value in a sentence: its name or source, without an address in memory.

    Examples
    --------
    >>> title_of(max), title_of("mse"), title_of(object())
    ('max', "'mse'", 'object()')
    """
    if isinstance(value, functools.partial):
        return title_of(value.func)
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    if type(value).__repr__ is object.__repr__:
        return f"{type(value).__name__}()"
    return repr(value)


def _as_python(value):
    """NumPy numbers and arrays as Python's numbers and lists."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if type(value) in (list, tuple):
        return type(value)(map(_as_python, value))
    return value
