"""Formulas of y, mu and other outputs: parsed by a whitelist, never run by Python.

Every node of Python's syntax tree becomes a function of tensors. What is not listed
here is refused, and length, depth and exponents are bounded before anything is
computed, so that an untrusted formula is as harmless as a number.
"""

import ast
import math
import operator
import re
import warnings

import torch
from torch.nn import functional as F

from skloss.losses.contract.links import bounded

__all__ = ["FUNCTIONS", "Formula"]

# Long enough for the densities of textbooks, and parsed in a millisecond.
_LONGEST, _DEEPEST, _LARGEST_EXPONENT = 500, 50, 16.0
_TOO_DEEP = f"The formula is nested more than {_DEEPEST} levels deep."
# In single precision a number of 1e38 is infinite.
_LARGEST_NUMBER = 1e30
# Names are columns of the network's output, which has as many weights for each.
_MOST_OUTPUTS = 8
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")

# Largest exponents of exp, as core and margin of `bounded`. In single precision exp(60)
# times a square of 1e4 is still finite; in double precision amounts of any unit lie
# within the core.
_LIMITS = {torch.float32: (45.0, 15.0), torch.float64: (300.0, 100.0)}


def _exp(x):
    return bounded(x, *_LIMITS.get(x.dtype, (8.0, 2.0))).exp()


def _log_cosh(x):
    return x.abs() + F.softplus(-2 * x.abs()) - math.log(2)


#: Functions of a formula: number of arguments, and what computes them.
FUNCTIONS = {
    "abs": (1, torch.abs),
    "cos": (1, torch.cos),
    "exp": (1, _exp),
    "expm1": (1, lambda x: _exp(x) - 1),
    "lgamma": (1, torch.lgamma),
    "log": (1, torch.log),
    "log1p": (1, torch.log1p),
    "log_cosh": (1, _log_cosh),
    "max": (2, torch.maximum),
    "min": (2, torch.minimum),
    "relu": (1, torch.relu),
    "sigmoid": (1, torch.sigmoid),
    "sign": (1, torch.sign),
    "sin": (1, torch.sin),
    "softplus": (1, F.softplus),
    "sqrt": (1, torch.sqrt),
    "tanh": (1, torch.tanh),
    "where": (3, torch.where),
}
_CONSTANTS = {"e": math.e, "pi": math.pi}
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SIGNS = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_COMPARISONS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Formula:
    """A formula as a function of tensors.

    Parameters
    ----------
    text : str
        A formula of numbers, y, mu, outputs, + - * / **, `FUNCTIONS`, pi and e.

    Attributes
    ----------
    outputs : tuple of str
        mu, then the other names in the order in which they occur.

    Raises
    ------
    ValueError
        If the text is not a formula, or too long or deep; with the reason.

    Examples
    --------
    >>> import torch
    >>> formula = Formula("exp(logvar) * (y - mu)**2")
    >>> formula.outputs
    ('mu', 'logvar')
    >>> formula(torch.tensor([1.0]), torch.tensor([0.0]), torch.tensor([3.0]))
    tensor([4.])
    """

    def __init__(self, text):
        self._names: dict[str, None] = {}
        try:
            self._compute = self._node(_parsed(text), 0)
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
        for name, meaning in (("y", "the target"), ("mu", "the prediction")):
            if name not in self._names:
                raise ValueError(
                    f"The formula {_short(text)} must contain {name}, {meaning}."
                )
        others = [name for name in self._names if name not in ("y", "mu")]
        self.outputs = ("mu", *others)
        if len(self.outputs) > _MOST_OUTPUTS:
            raise ValueError(
                f"The formula has {len(self.outputs)} outputs, mu and "
                f"{', '.join(others)}; {_MOST_OUTPUTS} are the most."
            )

    def __call__(self, *outputs_and_y):
        """Return the value, from tensors of one shape: outputs in order, then y."""
        return self._compute(
            dict(zip((*self.outputs, "y"), outputs_and_y, strict=True))
        )

    def _node(self, node, depth):
        """Return a function from tensors by name to the value of a node."""
        if depth > _DEEPEST:
            raise ValueError(_TOO_DEEP)
        if isinstance(node, ast.Constant):
            number = _number(node)
            return lambda values: values["y"].new_tensor(number)
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
            return _applied(
                _SIGNS[type(node.op)], [self._node(node.operand, depth + 1)]
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            exponent = _exponent(node.right)
            base = self._node(node.left, depth + 1)
            return lambda values: base(values) ** exponent
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            parts = [self._node(part, depth + 1) for part in (node.left, node.right)]
            return _applied(_OPERATORS[type(node.op)], parts)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise ValueError(
            f"{_short(ast.unparse(node))} is not valid in a formula, which consists of "
            f"numbers, names, + - * / ** and the functions {', '.join(FUNCTIONS)}."
        )

    def _name(self, name):
        if name in _CONSTANTS:
            return lambda values: values["y"].new_tensor(_CONSTANTS[name])
        if name in FUNCTIONS:
            raise ValueError(f"{name} is a function; write it with its argument in ().")
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{_short(name)} is not a valid name of an output; use up to 30 "
                "letters, digits and underscores, and begin with a letter."
            )
        self._names.setdefault(name)
        return lambda values: values[name]

    def _call(self, node, depth):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS:
            raise ValueError(
                f"{_short(ast.unparse(node.func))} is not a function of formulas; "
                f"those are {', '.join(FUNCTIONS)}."
            )
        n, function = FUNCTIONS[name]
        if len(node.args) != n or node.keywords:
            raise ValueError(
                f"{name} takes {n} argument{'s' * (n > 1)} by position, got "
                f"{len(node.args) + len(node.keywords)}."
            )
        first = self._comparison if name == "where" else self._node
        parts = [first(node.args[0], depth + 1)]
        parts += [self._node(argument, depth + 1) for argument in node.args[1:]]
        return _applied(function, parts)

    def _comparison(self, node, depth):
        """The condition of where: one comparison of two values."""
        if (
            not isinstance(node, ast.Compare)
            or len(node.ops) != 1
            or type(node.ops[0]) not in _COMPARISONS
        ):
            raise ValueError(
                "where takes a comparison, and a value for where it holds and does "
                "not: where(y > mu, a, b)."
            )
        sides = [self._node(side, depth + 1) for side in (node.left, *node.comparators)]
        return _applied(_COMPARISONS[type(node.ops[0])], sides)


def _parsed(text):
    """The syntax tree of an expression, after its length was checked."""
    if not isinstance(text, str):
        raise ValueError(f"A formula must be text, got {type(text).__name__}.")
    if len(text) > _LONGEST:
        raise ValueError(
            f"The formula has {len(text)} characters; {_LONGEST} are the most."
        )
    try:
        # Python warns of forms such as "9if", which are refused below.
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it cannot be parsed"
        raise ValueError(f"{_short(text)} is not a formula: {reason}.") from None


def _applied(function, parts):
    return lambda values: function(*(part(values) for part in parts))


def _number(node):
    """The finite number of a constant."""
    if type(node.value) in (int, float):
        # A number of hundreds of digits is beyond a float.
        if abs(node.value) < _LARGEST_NUMBER:
            return float(node.value)
    raise ValueError(
        f"{_short(ast.unparse(node))} is not a number below {_LARGEST_NUMBER:g}."
    )


def _exponent(node):
    """The number that an exponent is, computed from numbers by + - * / alone."""
    value = _constant(node)
    if value is None or not abs(value) <= _LARGEST_EXPONENT:
        raise ValueError(
            f"The exponent {_short(ast.unparse(node))} must be a number from "
            f"{-_LARGEST_EXPONENT:g} to {_LARGEST_EXPONENT:g}; write exp(b * log(a)) "
            "for a power with another."
        )
    return value


def _constant(node):
    """The value of numbers and + - * / between them, None for anything else."""
    if isinstance(node, ast.Constant):
        return _number(node)
    if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        value = _constant(node.operand)
        return None if value is None else _SIGNS[type(node.op)](value)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _constant(node.left), _constant(node.right)
        if (
            left is None
            or right is None
            or (right == 0 and isinstance(node.op, ast.Div))
        ):
            return None
        return _OPERATORS[type(node.op)](left, right)
    return None


def _short(text):
    """Text in quotes, of a length that a sentence can hold."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
