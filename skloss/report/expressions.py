"""Values as Python source: an expression and the imports that it needs."""

import builtins
import inspect
import math
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

__all__ = ["Call", "CannotWriteError", "Expressions", "quote", "render"]

_WIDTH = 88
# A longer array makes a script unreadable; it belongs in a file.
_MAX_NUMBERS = 1000
# Deprecated parameters of torch criteria, which `reduction` has absorbed.
_ABSORBED = {"size_average", "reduce"}
# Estimators, losses and scorers; splitters; criteria of torch.
_KEEPS_PARAMETERS = ("get_params", "split", "state_dict")
_BRACKETS = {list: "[]", tuple: "()", set: "{}"}


class CannotWriteError(ValueError):
    """A value has no expression that rebuilds it in a fresh process."""


@dataclass(frozen=True)
class Call:
    """A bracketed expression whose parts may stand on lines of their own."""

    head: str
    parts: tuple[tuple[str, Any], ...]
    tail: str = ")"


class Expressions:
    """Write values as expressions, and collect the imports that these need.

    Parameters
    ----------
    reserved : iterable of str
        Variables of the script; what is imported must not hide them.

    Examples
    --------
    >>> from sklearn.model_selection import KFold
    >>> from skloss.report.expressions import Expressions, render
    >>> expressions = Expressions()
    >>> render(expressions.of(KFold(3, shuffle=True)))
    'KFold(n_splits=3, shuffle=True)'
    >>> expressions.imports
    {'KFold': 'sklearn.model_selection'}
    """

    def __init__(self, reserved: Any = ()) -> None:
        self.imports: dict[str, str] = {}
        self.modules: set[str] = set()
        self.known: dict[str, str] = {}
        self._reserved = set(reserved)

    def of(self, value: Any) -> Any:
        """Return a `Call` or a str; raise `CannotWriteError` if it has neither.

        Only types whose values are determined by what is written are accepted: plain
        values, small arrays, functions and classes of installed libraries, and
        objects that keep the parameters of their constructor.
        """
        if value is None or isinstance(value, (bool, np.bool_)):
            return repr(None if value is None else bool(value))
        if isinstance(value, (int, np.integer)):
            return repr(int(value))
        if isinstance(value, (float, np.floating)):
            return _number(float(value))
        if isinstance(value, str):
            return quote(str(value))
        if type(value) in (bytes, range, slice):
            return repr(value)
        if type(value) is dict:
            items = [(f"{self._flat(k)}: ", self.of(v)) for k, v in value.items()]
            return Call("{", tuple(items), "}")
        if type(value) in _BRACKETS:
            return self._sequence(value) if value or type(value) is not set else "set()"
        if isinstance(value, np.ndarray):
            return self._array(value)
        if inspect.isroutine(value) or isinstance(value, (type, np.ufunc)):
            return self._reference(value)
        if hasattr(value, "detach") and hasattr(value, "tolist"):
            return self._tensor(value)
        if any(hasattr(value, name) for name in _KEEPS_PARAMETERS):
            return self._known_or(self._object(value))
        raise CannotWriteError(f"a {type(value).__name__} has no expression")

    def _flat(self, value: Any) -> str:
        return _flat(self.of(value))

    def _known_or(self, node: Any) -> Any:
        return self.known.get(_flat(node), node)

    def _sequence(self, value: Any) -> Any:
        head, tail = _BRACKETS[type(value)]
        parts = tuple(("", self.of(item)) for item in value)
        if type(value) is tuple and len(parts) == 1:
            return f"({_flat(parts[0][1])},)"
        return Call(head, parts, tail)

    def _array(self, value: np.ndarray) -> Call:
        if value.size > _MAX_NUMBERS:
            raise CannotWriteError(f"{value.size:,} values are too many for a script")
        if value.dtype.kind not in "biufUO":
            raise CannotWriteError(f"an array of {value.dtype} has no short form")
        np_array = self._named("numpy", "array")
        # The length of text is left out of the type, because NumPy derives it again.
        kinds = {"U": "str", "O": "object"}
        dtype = kinds.get(value.dtype.kind, quote(value.dtype.name))
        return Call(f"{np_array}(", (("", self.of(value.tolist())), ("dtype=", dtype)))

    def _tensor(self, value: Any) -> Call:
        if value.numel() > _MAX_NUMBERS:
            raise CannotWriteError(
                f"{value.numel():,} values are too many for a script"
            )
        dtype = self._named("torch", str(value.dtype).removeprefix("torch."))
        numbers = self.of(value.detach().cpu().tolist())
        return Call(f"{self._named('torch', 'tensor')}(", _parts(numbers, dtype=dtype))

    def _reference(self, value: Any) -> str:
        """Name a function or a class by the shortest public path of its module."""
        name = getattr(value, "__qualname__", value.__name__)
        module = getattr(value, "__module__", None) or (
            "numpy" if isinstance(value, np.ufunc) else ""
        )
        if module == "builtins" and name.isidentifier():
            return name
        if name.isidentifier() and _is_installed(module):
            parts = module.split(".")
            for end in range(1, len(parts) + 1):
                home = ".".join(parts[:end])
                if getattr(sys.modules.get(home), name, None) is value:
                    return self._named(home, name)
        raise CannotWriteError(f"{name} cannot be imported from a library")

    def _named(self, module: str, name: str) -> str:
        """Return how a name is written, and remember the import that it needs."""
        if name not in self._reserved and not hasattr(builtins, name):
            if self.imports.setdefault(name, module) == module:
                return name
        self.modules.add(module)
        return f"{module}.{name}"

    def _object(self, value: Any) -> Call:
        kind = type(value)
        head = self._reference(kind)
        if any(True for _ in getattr(value, "parameters", list)()):
            raise CannotWriteError(f"{kind.__name__} holds learned weights")
        if isinstance(value, Pipeline) and _has_default_names(value):
            head = self._named("sklearn.pipeline", "make_pipeline")
            return Call(f"{head}(", tuple(("", self.of(step)) for step in value))
        parts = []
        for name, default in _parameters(kind).items():
            node = self.of(_parameter(value, name, default))
            if default is inspect.Parameter.empty or node != self._default(default):
                parts.append((f"{name}=", node))
        return Call(f"{head}(", tuple(parts))

    def _default(self, default: Any) -> Any:
        try:
            return self.of(default)
        except CannotWriteError:
            return None  # never equal to what is written


def _parts(*values: Any, **keywords: Any) -> tuple:
    return (
        *(("", value) for value in values),
        *((f"{name}=", value) for name, value in keywords.items()),
    )


def _parameters(kind: type) -> dict[str, Any]:
    """Return the parameters of a constructor with their defaults."""
    try:
        found = inspect.signature(kind).parameters.values()
    except ValueError as error:
        raise CannotWriteError(f"a {kind.__name__} has no expression") from error
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    if any(parameter.kind in variable for parameter in found):
        raise CannotWriteError(f"the parameters of {kind.__name__} have no names")
    return {parameter.name: parameter.default for parameter in found}


def _parameter(value: Any, name: str, default: Any) -> Any:
    """Return what an object keeps of a parameter of its constructor."""
    if callable(getattr(value, "get_params", None)):
        return value.get_params(deep=False)[name]
    if hasattr(value, "state_dict") and name in _ABSORBED:
        return default
    # Repeated splitters of scikit-learn keep the parameters of the inner one here.
    inner = getattr(value, "cvargs", {})
    if name in inner:
        return inner[name]
    if not hasattr(value, name):
        raise CannotWriteError(f"{type(value).__name__} does not keep its {name}")
    return getattr(value, name)


def _has_default_names(pipeline: Pipeline) -> bool:
    """Return whether `make_pipeline` gives the same pipeline."""
    plain = pipeline.get_params(deep=False)
    names = [name for name, _ in plain.pop("steps")]
    kinds = [type(step).__name__.lower() for step in pipeline]
    return names == kinds and len(set(kinds)) == len(kinds) and not any(plain.values())


def _is_installed(module: str) -> bool:
    """Return whether another installation can import a module."""
    if module.split(".")[0] == "skloss":
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return module in sys.builtin_module_names
    paths = sysconfig.get_paths()
    folders = {paths[key] for key in ("purelib", "platlib", "stdlib")}
    return any(Path(file).is_relative_to(folder) for folder in folders)


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value!r}")'


def quote(text: str) -> str:
    r"""Return a string literal on one line, in double quotes if that needs no escape.

    Examples
    --------
    >>> from skloss.report.expressions import quote
    >>> print(quote("a'b"), quote('say "a"'), quote("a\nb"))
    "a'b" 'say "a"' "a\nb"
    """
    literal = repr(text)
    if literal[0] == "'" and '"' not in literal:
        return f'"{literal[1:-1]}"'
    return literal


def render(node: Any, indent: int = 0, taken: int = 0) -> str:
    """Lay out an expression in lines of at most 88 characters where that is possible.

    Parameters
    ----------
    node : str or Call
    indent : int
        Indentation of the line where the expression begins.
    taken : int
        Characters on that line before and after the expression.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.report.expressions import Call, render
    >>> print(render(Call("f(", (("x=", "1"), ("y=", "2" * 80)))))
    f(
        x=1,
        y=22222222222222222222222222222222222222222222222222222222222222222222222222222222,
    )
    """
    flat = _flat(node)
    if isinstance(node, str) or indent + taken + len(flat) <= _WIDTH or not node.parts:
        return flat
    inner = indent + 4
    if all(not name and type(part) is str for name, part in node.parts):
        lines = _filled([part for _, part in node.parts], inner)
    else:
        lines = [
            f"{' ' * inner}{name}{render(part, inner, len(name) + 1)},"
            for name, part in node.parts
        ]
    return "\n".join([node.head, *lines, " " * indent + node.tail])


def _filled(items: list[str], indent: int) -> list[str]:
    """Return lines that hold as many items of a long row as fit."""
    lines = [" " * indent]
    for item in items:
        if len(lines[-1]) + len(item) + 1 > _WIDTH and lines[-1].strip():
            lines.append(" " * indent)
        lines[-1] += f"{item}, "
    return [line.rstrip() for line in lines]


def _flat(node: Any) -> str:
    if isinstance(node, str):
        return node
    inside = ", ".join(f"{name}{_flat(part)}" for name, part in node.parts)
    return f"{node.head}{inside}{node.tail}"
