"""Rows that cannot be read are refused in one sentence that states what to do."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.metrics import mean_absolute_error

from skloss import TorchAligner, TorchClassifier, TorchEmbedder, TorchRegressor

X = np.random.default_rng(0).normal(size=(12, 2))
Y = X[:, 0] + 1.0
LINEAR = TorchRegressor(hidden_layer_sizes=())


class Lazy:
    """Stands for a table that is computed on request."""

    def collect(self):
        return X


MISTAKES = {
    "labels": (X, ["a", "b"] * 6, "y holds text such as 'a', which is not a number"),
    "some labels": (X, ["1.5", "b"] * 6, "such as 'b', which .* use a TorchClassifier"),
    "objects": (X, np.array(["1", "?"] * 6, dtype=object), "text such as '\\?'"),
    "dates": (X, pd.date_range("2024", periods=12), "y holds dates or durations"),
    "names": (pd.DataFrame(X, columns=["a", "a"]), Y, "more than one column named 'a'"),
    "dates of X": (
        pd.DataFrame(X).assign(day=pd.date_range("2024", periods=12)),
        Y,
        r"'day' of X holds dates .*make_preprocessor",
    ),
    "text of X": (pd.DataFrame({"a": ["x"] * 12}), Y, "X holds text .*'x'.*make_prepr"),
}


@pytest.mark.parametrize(("rows", "y", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_values_that_are_not_numbers_are_named(rows, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        LINEAR.fit(rows, y)


def test_a_sparse_target_is_named():
    with pytest.raises(TypeError, match=r"y is a sparse matrix; pass y\.toarray\(\)"):
        LINEAR.fit(X, sparse.csr_array(Y[:, None]))


@pytest.mark.parametrize(
    "y", [pd.cut(Y, 3), pd.period_range("2024", periods=12, freq="M")]
)
def test_labels_that_are_not_sorted_are_named(y):
    for fit in (TorchClassifier().fit, TorchEmbedder().fit):
        with pytest.raises(ValueError, match=r"labels of the type .*astype\(str\)"):
            fit(X, y)


def test_numbers_in_place_of_labels_of_an_embedding_are_named():
    with pytest.raises(ValueError, match=r"make groups .*qcut.* or fit a TorchAligner"):
        TorchEmbedder().fit(X, Y)


def test_rows_that_are_not_there_yet_are_named():
    with pytest.raises(TypeError, match="read only once; pass list"):
        LINEAR.fit(iter(X), Y)
    with pytest.raises(TypeError, match="a Lazy, which holds no rows yet"):
        LINEAR.fit(X, Y).predict(Lazy())
    with pytest.raises(TypeError, match="X is a dict; pass a table"):
        LINEAR.fit({"a": [1, 2]}, [1, 2])
    with pytest.raises(ValueError, match=r"y holds text .*make_preprocessor\(y\)"):
        TorchAligner().fit(X, ["a", "b"] * 6)


def test_a_loss_in_numpy_and_a_network_of_several_outputs_are_named():
    with pytest.raises(TypeError, match="mean_absolute_error computes with NumPy"):
        TorchRegressor(mean_absolute_error, hidden_layer_sizes=()).fit(X, Y)
    with pytest.raises(TypeError, match="returned a tuple; its forward must return"):
        TorchRegressor(network=torch.nn.LSTM).fit(X, Y)


def test_numbers_as_text_are_numbers():
    texts = [str(value) for value in Y]
    np.testing.assert_array_equal(
        LINEAR.fit(X, texts).predict(X), LINEAR.fit(X, Y).predict(X)
    )


@pytest.mark.parametrize("kind", [pd.Series, pd.array])
@pytest.mark.parametrize(
    ("dtype", "classes"),
    [
        ("Int64", [0, 1]),
        ("int64[pyarrow]", [0, 1]),
        ("boolean", [False, True]),
        ("bool", [False, True]),
        ("int8", [0, 1]),
    ],
)
def test_classes_of_a_nullable_dtype_keep_their_kind(dtype, classes, kind):
    y = kind(pd.Series([0, 1] * 6).astype(dtype))
    model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
    assert model.classes_.tolist() == classes
    assert type(model.classes_.tolist()[0]) is type(classes[0])
    assert model.predict(X).dtype == model.classes_.dtype


def test_a_tensor_that_records_gradients_is_refused_in_words():
    tensor = torch.ones(12, 2, requires_grad=True)
    with pytest.raises(TypeError, match=r"X is a tensor.*pass X\.detach\(\)"):
        TorchRegressor(max_iter=1).fit(tensor, Y)
    with pytest.raises(TypeError, match=r"y is a tensor.*pass y\.detach\(\)"):
        TorchRegressor(max_iter=1).fit(X, tensor[:, 0])
    model = TorchRegressor(max_iter=1).fit(torch.as_tensor(X), torch.as_tensor(Y))
    with pytest.raises(TypeError, match=r"X\.detach"):
        model.predict(tensor)
