"""The settings of a comparison, and their form in the query of a URL.

The URL holds the sample, the target, the task, the losses and the settings: enough to
repeat a comparison, and never a row of the data.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

#: Label in the picker and hidden layers, by the value in the URL.
NETWORKS = {
    "linear": ("Linear model", ()),
    "32": ("Small: one layer of 32", (32,)),
    "64-64": ("Medium: two layers of 64", (64, 64)),
    "128-128": ("Large: two layers of 128", (128, 128)),
}
# Smallest and largest value that a setting may have: ten folds are usual, more epochs
# would exceed the time of a job, and NumPy's seeds are below 2^32.
FOLDS = (2, 10)
EPOCHS = (1, 2000)
SEED = (0, 2**31 - 1)
#: Other models that can be rows of a comparison: title by the value in the URL.
CONTENDERS = {
    "boosting": "boosted trees",
    "linear": "penalized linear model",
    "forest": "random forest",
}
#: Parameters of the query that are settings.
QUERY_KEYS = frozenset({"loss", "network", "folds", "epochs", "seed", "contender"})

# Lengths are bounded, because a URL is untrusted.
_LOSSES_AT_MOST = 30
#: Characters of a formula, as `skloss.losses.Expression` bounds them.
FORMULA_AT_MOST = 500
_FORMULA = "expression"
_CHOICE = re.compile(r"([a-z][a-z0-9_]{0,60})(?:\((.{0,400})\))?")
_PARAMETER = re.compile(r"\s*([a-z][a-z0-9_]{0,40})\s*=\s*([^,]{1,30}?)\s*")


@dataclass(frozen=True)
class Choice:
    """A loss by name, with the parameters that differ from its own defaults.

    A custom loss has a formula in place of them; the formula is checked where it is
    used.
    """

    name: str
    params: tuple[tuple[str, float], ...] = ()
    formula: str = field(default="", repr=False)

    @classmethod
    def of_formula(cls, text: str) -> "Choice":
        """Return the choice of a custom loss.

        Examples
        --------
        >>> str(Choice.of_formula("abs(y - mu)"))
        'expression:abs(y - mu)'
        """
        return cls(_FORMULA, formula=text)

    def __str__(self) -> str:
        """Return the form used in URLs and labels, such as ``focal(gamma=3)``."""
        if self.formula:
            return f"{self.name}:{self.formula}"
        if not self.params:
            return self.name
        inside = ", ".join(f"{key}={value!r}" for key, value in self.params)
        return f"{self.name}({inside})"

    @classmethod
    def parse(cls, text: str) -> "Choice | None":
        """Parse a text such as ``focal(gamma=3)``; return None if it is not valid.

        Examples
        --------
        >>> Choice.parse("focal(gamma=3.0)")
        Choice(name='focal', params=(('gamma', 3.0),))
        >>> Choice.parse("focal(__import__('os'))") is None
        True
        """
        if text.startswith(f"{_FORMULA}:"):
            formula = text.removeprefix(f"{_FORMULA}:").strip()
            is_short = 0 < len(formula) <= FORMULA_AT_MOST and formula.isprintable()
            return cls.of_formula(formula) if is_short else None
        match = _CHOICE.fullmatch(text.strip())
        if match is None:
            return None
        params = []
        for part in filter(None, (match[2] or "").split(",")):
            parameter = _PARAMETER.fullmatch(part)
            value = _finite(parameter[2]) if parameter else None
            if parameter is None or value is None:
                return None
            params.append((parameter[1], value))
        return cls(match[1], tuple(params))


@dataclass(frozen=True)
class Settings:
    """Everything that determines a comparison, apart from the data.

    Attributes
    ----------
    choices : tuple of Choice
        The losses.
    network : str
        A key of :data:`NETWORKS`.
    folds : int
    epochs : int
        Largest number of epochs.
    seed : int
    contenders : tuple of str
        Keys of :data:`CONTENDERS`.

    Examples
    --------
    >>> settings = Settings((Choice("huber"),), folds=3)
    >>> settings.to_query()
    {'loss': ['huber'], 'network': '64-64', 'folds': '3', 'epochs': '200', 'seed': '0'}
    """

    choices: tuple[Choice, ...] = ()
    network: str = "64-64"
    folds: int = 5
    epochs: int = 200
    seed: int = 0
    contenders: tuple[str, ...] = ()

    def is_same(self, other: "Settings") -> bool:
        """Return whether both settings differ at most in the order of the losses."""
        return self._sorted() == other._sorted()

    def _sorted(self) -> "Settings":
        return replace(self, choices=tuple(sorted(self.choices, key=str)))

    @property
    def rows(self) -> tuple[str, ...]:
        """Labels of the rows of the comparison."""
        return (
            *(choice.name for choice in self.choices),
            *(CONTENDERS[name] for name in self.contenders),
        )

    @property
    def hidden_layer_sizes(self) -> tuple[int, ...]:
        """The hidden layers of the chosen network."""
        return NETWORKS[self.network][1]

    def to_query(self) -> dict[str, str | list[str]]:
        """Return the query of a URL with the settings; empty lists are left out."""
        several = {
            "loss": [str(choice) for choice in self.choices],
            "contender": list(self.contenders),
        }
        return {name: values for name, values in several.items() if values} | {
            "network": self.network,
            "folds": str(self.folds),
            "epochs": str(self.epochs),
            "seed": str(self.seed),
        }

    @classmethod
    def from_query(cls, query: Mapping[str, Iterable[str]]) -> "Settings":
        """Read settings from the query of a URL; invalid values become defaults.

        Parameters
        ----------
        query : mapping of str to iterable of str
            All values of each parameter of the query.

        Returns
        -------
        Settings

        Examples
        --------
        >>> Settings.from_query({"folds": ["3"], "seed": ["x"], "loss": ["huber"]})
        Settings(choices=(Choice(name='huber', params=()),), network='64-64', folds=3, \
epochs=200, seed=0, contenders=())
        """
        plain = cls()
        network = _first(query, "network")
        parsed = [
            Choice.parse(text) for text in list(query.get("loss", ()))[:_LOSSES_AT_MOST]
        ]
        unique = {choice.name: choice for choice in parsed if choice is not None}
        return cls(
            choices=tuple(unique.values()),
            network=network if network in NETWORKS else plain.network,
            folds=_integer(_first(query, "folds"), FOLDS, plain.folds),
            epochs=_integer(_first(query, "epochs"), EPOCHS, plain.epochs),
            seed=_integer(_first(query, "seed"), SEED, plain.seed),
            contenders=tuple(
                name for name in CONTENDERS if name in list(query.get("contender", ()))
            ),
        )


def _first(query: Mapping[str, Iterable[str]], key: str) -> str:
    return next(iter(query.get(key, ())), "")


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _integer(text: str, bounds: tuple[int, int], default: int) -> int:
    if not re.fullmatch(r"\d{1,10}", text, flags=re.ASCII):
        return default
    low, high = bounds
    return min(max(int(text), low), high)
