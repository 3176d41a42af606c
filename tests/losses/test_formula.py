"""Formulas: values against NumPy, and what is refused, at once."""

import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from skloss.losses.formula import FUNCTIONS, Formula

Y, MU, S = np.random.default_rng(0).normal(size=(3, 7))


def value(text, *outputs):
    outputs = outputs or (MU, S)
    formula = Formula(text)
    tensors = [torch.as_tensor(column) for column in (*outputs, Y)]
    used = tensors[: len(formula.outputs)]
    return formula(*used, tensors[-1]).numpy()


ORACLES = {
    "abs": np.abs,
    "cos": np.cos,
    "exp": np.exp,
    "expm1": np.expm1,
    "log_cosh": lambda x: np.log(np.cosh(x)),
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": special.expit,
    "sign": np.sign,
    "sin": np.sin,
    "softplus": lambda x: np.logaddexp(x, 0),
    "tanh": np.tanh,
}
OF_POSITIVE = {
    "lgamma": special.gammaln,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
}


@pytest.mark.parametrize("name", ORACLES)
def test_a_function_has_the_values_of_numpy(name):
    found = value(f"{name}(mu - y)")
    np.testing.assert_allclose(found, ORACLES[name](MU - Y), atol=1e-12)


@pytest.mark.parametrize("name", OF_POSITIVE)
def test_a_function_of_positive_numbers_has_the_values_of_scipy(name):
    found = value(f"{name}((mu - y)**2 + 1)")
    np.testing.assert_allclose(found, OF_POSITIVE[name]((MU - Y) ** 2 + 1))


def test_functions_of_several_values_have_the_values_of_numpy():
    np.testing.assert_array_equal(value("max(y, mu)"), np.maximum(Y, MU))
    np.testing.assert_array_equal(value("min(y, mu)"), np.minimum(Y, MU))
    for sign, compare in (
        ("<", np.less),
        ("<=", np.less_equal),
        (">", np.greater),
        (">=", np.greater_equal),
    ):
        found = value(f"where(y {sign} mu, 1, 2 * y)")
        np.testing.assert_array_equal(found, np.where(compare(Y, MU), 1, 2 * Y))
    known = {*ORACLES, *OF_POSITIVE, "max", "min", "where"}
    assert set(FUNCTIONS) == known


NUMBERS = st.floats(0.1, 9.0).map(lambda x: f"{x:.3g}")
LEAVES = st.one_of(NUMBERS, st.sampled_from(["y", "mu", "s", "pi", "e"]))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda part: f"({part[0]} {part[1]} {part[2]})"
        ),
        st.tuples(inner, NUMBERS).map(lambda part: f"{part[0]} / {part[1]}"),
        st.tuples(st.sampled_from("+-"), inner).map(lambda part: f"({''.join(part)})"),
        st.tuples(inner, st.sampled_from(["2", "3", "0", "(4 / 2)"])).map(
            lambda part: f"({part[0]})**{part[1]}"
        ),
        st.tuples(st.sampled_from(["tanh", "sin", "abs", "sigmoid"]), inner).map(
            lambda part: f"{part[0]}({part[1]})"
        ),
    ),
    max_leaves=12,
)
NAMES = {**ORACLES, "y": Y, "mu": MU, "s": S, "pi": np.pi, "e": np.e}


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_a_formula_has_the_value_that_python_computes_with_numpy(tree):
    text = f"y - mu + 0 * s + ({tree})"
    with np.errstate(all="ignore"):
        expected = eval(text, {"__builtins__": {}}, NAMES)
    found = value(text, MU, S)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


PIECES = st.sampled_from(
    "y mu s ** * ( ) 9 1e9 - / , exp where < __class__ . [ ] lambda : if else 'a' not "
    "@ \x00 \n".split(" ")
)


@settings(max_examples=500, deadline=1000)
@given(st.one_of(st.text(max_size=600), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_a_formula_or_refused_with_a_sentence(text):
    try:
        formula = Formula(text)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        column = torch.ones(2)
        assert torch.is_tensor(formula(*[column] * (len(formula.outputs) + 1)))


REFUSED = [
    ("9**9**9", "exponent '9 \\*\\* 9'"),
    ("(y - mu)**9**9**9", "exponent"),
    ("(y - mu)**17", "from -16 to 16"),
    ("(y - mu)**-16.5", "from -16 to 16"),
    ("(y - mu)**mu", r"exp\(b \* log\(a\)\)"),
    ("(y - mu)**(1 / 0)", "exponent"),
    ("1e31 * (y - mu)", "not a number below 1e"),
    ("9" * 400 + "* y * mu", "not a number"),
    ("True + y + mu", "not a number"),
    ("1j + y + mu", "not a number"),
    ("'a' * 9", "not a number"),
    ("__import__('os').system('ls')", "not a function"),
    ("open('x')", "not a function"),
    ("y.__class__", "not valid in a formula"),
    ("[y for y in mu]", "not valid in a formula"),
    ("lambda: y", "not valid in a formula"),
    ("y @ mu", "not valid in a formula"),
    ("y // mu", "not valid in a formula"),
    ("y if mu else y", "not valid in a formula"),
    ("y < mu", "not valid in a formula"),
    ("f'{y}'", "not valid in a formula"),
    ("(z := y) + mu", "not valid in a formula"),
    ("exp", "write it with its argument"),
    ("exp(y, mu)", "takes 1 argument by position, got 2"),
    ("max(y)", "takes 2 arguments by position, got 1"),
    ("exp(x=y)", "by position"),
    ("where(y, 1, 2)", "takes a comparison"),
    ("where(y < mu < 1, 1, 2)", "takes a comparison"),
    ("y - __mu", "not a valid name"),
    ("y - \u03bc", "not a valid name"),
    ("y" * 31 + "y * mu", "not a valid name"),
    ("y", "must contain mu, the prediction"),
    ("mu", "must contain y, the target"),
    ("", "not a formula"),
    ("y - ", "not a formula"),
    ("y; mu", "not a formula"),
    ("(" * 300, "not a formula"),
    ("-" * 400 + "y", "50 levels deep"),
    ("(y - mu)**(" + "-" * 450 + "y)", "."),
    ("y - mu" + " " * 491 + " + 1", "501 characters; 500 are the most"),
    ("y - mu + " + " + ".join("abcdfghk"), "9 outputs"),
    (None, "must be text, got NoneType"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_not_a_formula_is_refused_at_once(text, reason):
    begin = time.perf_counter()
    with pytest.raises(ValueError, match=reason):
        Formula(text)
    assert time.perf_counter() - begin < 0.5


def test_bounds_are_inclusive():
    assert Formula("y - mu" + " " * 490 + " + 1").outputs == ("mu",)
    assert Formula("y - mu + " + " + ".join("abcdfgh")).outputs[-1] == "h"
    np.testing.assert_allclose(value("(y - mu)**16"), (Y - MU) ** 16)
    np.testing.assert_allclose(value("(y - mu)**(-32 / 2)"), (Y - MU) ** -16.0)
    assert Formula("y * " + "-" * 49 + "mu")
    assert Formula("y * mu * " + "x" * 30).outputs == ("mu", "x" * 30)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_exponential_is_exact_for_data_and_finite_beyond(dtype):
    x = torch.tensor([-40.0, 0.0, 40.0, 1e4, -1e4], dtype=dtype, requires_grad=True)
    found = Formula("exp(mu) + 0 * y")(x, torch.zeros_like(x))
    torch.testing.assert_close(found[:3], x[:3].exp())
    square = (found * 1e8).sum()
    square.backward()
    assert torch.isfinite(square)
    assert torch.isfinite(x.grad).all()


def test_in_double_precision_amounts_of_any_unit_have_exact_exponentials():
    x = torch.tensor([-250.0, 250.0], dtype=torch.float64)
    torch.testing.assert_close(Formula("exp(mu) + 0 * y")(x, 0 * x), x.exp())
