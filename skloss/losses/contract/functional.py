"""Functionals: what the best constant prediction under a loss estimates."""

from typing import Any

__all__ = ["Functional"]


class Functional(str):
    """A property of the target's distribution, such as its mean or a quantile.

    A `Functional` is a string, so that ``loss.functional == "mean"`` holds and tables
    print it; code reads `kind` and `level`.

    Parameters
    ----------
    kind : str
        "mean", "median", "quantile", "expectile", or another property in words.
    level : float, sequence of float or None, default None
        Level of a quantile or expectile, or levels of several.

    Attributes
    ----------
    kind : str
    level : float, sequence of float or None

    Examples
    --------
    >>> from skloss import get_loss
    >>> functional = get_loss("quantile", quantile=0.9).functional
    >>> functional
    'quantile'
    >>> functional.kind, functional.level
    ('quantile', 0.9)
    >>> functional.describe()
    'quantile at level 0.9'
    """

    kind: str
    level: Any

    def __new__(cls, kind, level=None):
        functional = super().__new__(cls, kind)
        functional.kind, functional.level = str(kind), level
        return functional

    def __reduce__(self):
        return Functional, (self.kind, self.level)

    def describe(self):
        """Return the functional in words, its level included.

        Returns
        -------
        str

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("multi_quantile", quantiles=(0.1, 0.9)).functional.describe()
        'quantiles at levels 0.1, 0.9'
        """
        if self.level is None:
            return self.kind
        try:
            levels = [f"{level:g}" for level in self.level]
            return f"{self.kind} at levels {', '.join(levels)}"
        except TypeError:
            return f"{self.kind} at level {self.level:g}"
