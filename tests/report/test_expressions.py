"""An expression rebuilds the value that it was written from, or is refused."""

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import (
    GroupKFold,
    LeaveOneOut,
    PredefinedSplit,
    RepeatedStratifiedKFold,
    ShuffleSplit,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from skloss import TorchRegressor, losses
from skloss.datasets import load_sample
from skloss.report.expressions import Call, CannotWriteError, Expressions, quote, render
from skloss.table import make_preprocessor


def written(value, reserved=()):
    """Return the expression of a value, and a namespace with its imports."""
    expressions = Expressions(reserved)
    text = render(expressions.of(value))
    lines = [f"from {home} import {name}" for name, home in expressions.imports.items()]
    lines += [f"import {module}" for module in expressions.modules]
    namespace = {}
    exec("\n".join(lines), namespace)
    return text, namespace


def rebuilt(value):
    text, namespace = written(value)
    return eval(text, namespace)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)


@given(plain)
def test_plain_values_are_rebuilt(value):
    assert rebuilt(value) == value


@pytest.mark.parametrize(
    "value", [set(), {1, 2}, (1,), b"\x00a", range(3), slice(1, None), float("-inf")]
)
def test_other_values_of_python_are_rebuilt(value):
    assert rebuilt(value) == value
    assert type(rebuilt(value)) is type(value)


def test_nan_is_rebuilt():
    assert np.isnan(rebuilt(float("nan")))


@pytest.mark.parametrize(
    "value",
    [
        np.arange(3),
        np.array([[0.5, np.nan], [np.inf, 1e-300]]),
        np.array([True, False]),
        np.array(["a", "b\n"]),
        np.array(["a", 1, None], dtype=object),
        np.array([1.5], dtype="float32"),
        np.array([], dtype="uint8"),
    ],
)
def test_small_arrays_are_rebuilt_with_their_type(value):
    found = rebuilt(value)
    assert found.dtype == value.dtype
    np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize(("value", "plain"), [(np.int64(3), 3), (np.float32(0.5), 0.5)])
def test_a_scalar_of_numpy_becomes_one_of_python(value, plain):
    assert rebuilt(value) == plain
    assert type(rebuilt(value)) is type(plain)


@pytest.mark.parametrize(
    "value",
    [
        GroupKFold(4, shuffle=True, random_state=2),
        LeaveOneOut(),
        PredefinedSplit([0, 1, 1]),
        RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=1),
        ShuffleSplit(3, test_size=0.2, random_state=0),
        StandardScaler(with_mean=False),
        OneHotEncoder(dtype=np.float32, categories=[["a", "b"]]),
        FunctionTransformer(np.log1p, inverse_func=np.expm1),
        make_pipeline(StandardScaler(), TorchRegressor(losses.Huber(delta=2.0))),
        Pipeline([("scale", StandardScaler()), ("model", TorchRegressor(alpha=0.5))]),
        losses.Focal(gamma=3.0, alpha=0.25),
        losses.MultiQuantile(quantiles=(0.1, 0.9)),
        make_preprocessor(load_sample("heavy_tailed").frame),
    ],
    ids=lambda value: type(value).__name__,
)
def test_objects_are_rebuilt_with_all_of_their_parameters(value):
    # What is written is complete, so that equal texts mean equal objects.
    found = rebuilt(value)
    assert type(found) is type(value)
    assert written(found)[0] == written(value)[0]


@pytest.mark.parametrize("value", [torch.nn.HuberLoss(delta=3.0), torch.nn.L1Loss()])
def test_a_torch_criterion_is_rebuilt_though_its_repr_hides_its_parameters(value):
    found = rebuilt(value)
    y_pred, y_true = torch.tensor([9.0]), torch.tensor([1.0])
    assert found(y_pred, y_true) == value(y_pred, y_true)


def test_a_criterion_keeps_its_weights():
    found = rebuilt(torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.5])))
    assert found.weight.tolist() == [1.0, 2.5]


def test_only_parameters_that_differ_from_the_default_are_written():
    assert (
        written(StandardScaler(with_std=False))[0] == "StandardScaler(with_std=False)"
    )


def test_a_pipeline_with_names_of_its_own_keeps_them():
    text, _ = written(Pipeline([("scale", StandardScaler())]))
    assert text == 'Pipeline(steps=[("scale", StandardScaler())])'


def test_a_class_is_imported_from_the_shortest_public_module():
    text, namespace = written(losses.Huber)
    assert (text, namespace["Huber"]) == ("Huber", losses.Huber)


def test_an_import_hides_no_variable_of_the_script_and_no_builtin():
    assert written(np.linspace, reserved=["linspace"])[0] == "numpy.linspace"
    assert written(np.sum)[0] == "numpy.sum"


def test_two_functions_of_one_name_are_kept_apart():
    expressions = Expressions()
    assert expressions.of(np.linalg.norm) == "norm"
    assert expressions.of(scipy.linalg.norm) == "scipy.linalg.norm"


@pytest.mark.parametrize("value", [np.zeros(1000), torch.zeros(1000)])
def test_a_thousand_numbers_are_not_too_many(value):
    assert len(rebuilt(value)) == 1000


class Mine:
    def split(self):
        """Look like a splitter."""


class Generator(LeaveOneOut):
    """A splitter of the user."""


@pytest.mark.parametrize(
    "value",
    [
        lambda y_pred, y_true: y_pred,
        written,
        Mine(),
        Generator(),
        np.random.RandomState(0),
        np.random.default_rng(0),
        np.zeros(1001),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        torch.zeros(1001),
        torch.nn.Linear(2, 2),
        object(),
        [1, object()],
        frozenset([1]),
        StandardScaler(with_mean=object()),
        iter([1]),
        "abc".join,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_a_fresh_process_cannot_rebuild_is_refused(value):
    with pytest.raises(CannotWriteError):
        Expressions().of(value)


@given(st.text() | st.sampled_from(["\ud800", "\u2028", "\x00", "a'b", 'a"b', "'\""]))
def test_a_quoted_text_is_one_line_that_rebuilds_it(text):
    assert eval(quote(text)) == text
    assert len(quote(text).splitlines()) == 1
    assert quote(text).isprintable()


def test_a_quoted_text_stands_in_double_quotes_where_it_can():
    assert quote("a b") == '"a b"'


@given(plain)
def test_the_layout_does_not_change_the_value(value):
    node = Expressions().of(value)
    assert eval(render(node, indent=40)) == value


def test_a_short_expression_stays_on_one_line():
    items = tuple(("", str(k)) for k in range(10))
    assert render(Call("[", items, "]")) == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"


@pytest.mark.parametrize(("length", "n_lines"), [(80, 1), (81, 4)])
def test_a_call_is_broken_where_its_line_would_be_longer_than_88(length, n_lines):
    # "f(", ", ", "b=1" and ")" take eight characters.
    call = Call("f(", (("", "a" * length), ("b=", "1")))
    assert len(render(call).splitlines()) == n_lines


def test_a_long_row_fills_its_lines():
    row = Call("[", tuple(("", "1234567") for _ in range(40)), "]")
    lines = render(row).splitlines()
    assert [line.count("7") for line in lines] == [0, 9, 9, 9, 9, 4, 0]
    assert max(map(len, lines)) <= 88
