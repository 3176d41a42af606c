"""Columns: standardised by weighted moments, and linear between octiles."""

import numpy as np
import pytest
import torch
from scipy import sparse

from skloss.encoding import Encoding


def encoded(X, weight=None, piecewise_linear=True):
    weight = np.ones(len(X)) if weight is None else weight
    encoding = Encoding(X, weight, piecewise_linear)
    return encoding(torch.as_tensor(X)).numpy(), encoding


def test_columns_have_weighted_mean_zero_and_deviation_one(rng):
    X, weight = rng.normal(3, 5, size=(200, 2)), rng.uniform(0.5, 2, size=200)
    Z, _ = encoded(X, weight, piecewise_linear=False)
    np.testing.assert_allclose(np.average(Z, axis=0, weights=weight), 0, atol=1e-12)
    np.testing.assert_allclose(np.average(Z**2, axis=0, weights=weight), 1)


def test_a_large_offset_does_not_cancel_the_deviation(rng):
    x = rng.normal(size=(500, 1))
    Z, _ = encoded(x + 1e9, piecewise_linear=False)
    np.testing.assert_allclose(Z, (x - x.mean()) / x.std(), atol=1e-5)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e12])
def test_a_constant_column_is_centred_and_not_scaled(value):
    Z, encoding = encoded(np.full((30, 1), value))
    assert encoding.scale.tolist() == [1.0]
    np.testing.assert_allclose(Z, 0, atol=1e-3)


def test_a_weight_of_two_counts_as_two_rows(rng):
    X = rng.normal(size=(40, 2))
    weight = np.where(np.arange(40) < 10, 2.0, 1.0)
    _, weighted = encoded(X, weight)
    _, repeated = encoded(np.vstack([X, X[:10]]))
    for name in ("mean", "scale", "edges"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name))


def test_statistics_do_not_depend_on_the_order_of_rows(rng):
    X, weight = rng.normal(size=(300, 2)), rng.uniform(0.5, 2, size=300)
    order = rng.permutation(300)
    _, one = encoded(X, weight)
    _, other = encoded(X[order], weight[order])
    np.testing.assert_allclose(one.edges, other.edges, rtol=1e-12)


def test_edges_are_the_octiles():
    x = np.arange(1.0, 801.0)[:, None]
    _, encoding = encoded(x)
    edges = encoding.edges[0] * encoding.scale + encoding.mean
    np.testing.assert_allclose(edges, [1, 100, 200, 300, 400, 500, 600, 700, 800])


@pytest.mark.parametrize(
    ("x", "bins"),
    [
        (100.0, [1, -1, -1, -1, -1, -1, -1, -1]),  # at the first inner edge
        (150.0, [1, 0, -1, -1, -1, -1, -1, -1]),  # halfway through the second bin
        (700.0, [1, 1, 1, 1, 1, 1, 1, -1]),
        (10_000.0, [1, 1, 1, 1, 1, 1, 1, 3]),  # one bin width beyond the last
        (-10_000.0, [-3, -1, -1, -1, -1, -1, -1, -1]),
    ],
)
def test_a_bin_is_minus_one_below_one_above_and_linear_within(x, bins):
    _, encoding = encoded(np.arange(1.0, 801.0)[:, None])
    row = encoding(torch.tensor([[x]], dtype=torch.float64))[0, 1:]
    np.testing.assert_allclose(row, bins)


def test_only_columns_of_three_values_or_more_have_bins():
    X = np.column_stack([np.arange(60) % k for k in (1, 2, 3)]).astype(float)
    Z, encoding = encoded(X)
    assert encoding.columns.tolist() == [2]
    assert Z.shape == (60, encoding.n_outputs) == (60, 3 + 8)


def test_empty_bins_are_zero():
    x = np.repeat([0.0, 1.0, 2.0], [90, 5, 5])[:, None]
    Z, encoding = encoded(x)
    width = encoding.edges[0].diff()
    assert (width == 0).any()
    assert (Z[:, 1:][:, width.numpy() == 0] == 0).all()


def test_a_sparse_table_has_the_statistics_of_the_dense_one(rng):
    X = rng.normal(size=(300, 4)) * (rng.uniform(size=(300, 4)) < 0.3)
    weight = rng.uniform(0.5, 2, size=300)
    _, dense = encoded(X, weight)
    found = Encoding(sparse.csr_matrix(X), weight, True)
    for name in ("mean", "scale", "edges", "columns"):
        np.testing.assert_allclose(getattr(found, name), getattr(dense, name))


def test_float32_rows_are_centred_in_the_higher_precision():
    X = (1e6 + np.arange(64)).astype(np.float32)[:, None]
    _, encoding = encoded(X, piecewise_linear=False)
    found = encoding(torch.as_tensor(X), torch.float64)[:, 0]
    x = X[:, 0].astype(float)
    np.testing.assert_allclose(found, (x - x.mean()) / x.std(), rtol=1e-12)


@pytest.mark.parametrize("given", [torch.float32, torch.float64])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rows_are_encoded_alike_in_new_memory_and_in_that_of_the_caller(
    given, dtype, rng
):
    X = rng.normal(1e3, 5, size=(200, 3))
    X[:, 1] = X[:, 1] > 1e3
    encoding = Encoding(X, np.ones(200), piecewise_linear=True)
    rows = torch.as_tensor(X * 1.1).to(given)
    out = encoding.fill(rows, torch.empty(200, encoding.n_outputs, dtype=dtype))
    assert torch.equal(encoding(rows, dtype), out)
