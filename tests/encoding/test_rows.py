"""Rows: a tensor, or rows encoded when they are read, with the same numbers."""

import pickle

import numpy as np
import pytest
import torch
from scipy import sparse

from skloss.encoding import EncodedRows, Inputs, rows, rows_tensor


@pytest.fixture(name="X")
def table(rng):
    return rng.normal(size=(50, 3))


def make_inputs(X, **changes):
    fields = {"piecewise_linear": True, "device": torch.device("cpu")} | changes
    return Inputs(X, np.ones(X.shape[0]), **fields)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rows_read_one_by_one_are_those_of_the_tensor(X, dtype):
    inputs = make_inputs(X)
    whole, read = inputs.tensor(dtype), inputs.tensor(dtype, in_order=True)
    assert isinstance(whole, torch.Tensor)
    assert isinstance(read, EncodedRows)
    assert read.shape == tuple(whole.shape)
    picked = torch.tensor([4, 0, 17])
    assert torch.equal(read[picked], whole[picked])
    assert torch.equal(read[5:9], whole[5:9])


def test_a_sparse_table_is_encoded_when_it_is_read(X):
    read = make_inputs(sparse.csr_matrix(X)).tensor(torch.float64)
    assert isinstance(read, EncodedRows)
    torch.testing.assert_close(read.tensor(), make_inputs(X).tensor(torch.float64))


def test_a_large_table_is_encoded_when_it_is_read(X, monkeypatch):
    n_numbers = make_inputs(X).tensor(torch.float64).numel()
    monkeypatch.setattr(rows, "_KEPT", n_numbers)
    assert isinstance(make_inputs(X).tensor(torch.float64), torch.Tensor)
    monkeypatch.setattr(rows, "_KEPT", n_numbers - 1)
    assert isinstance(make_inputs(X).tensor(torch.float64), EncodedRows)


@pytest.mark.parametrize("block", [1, 7, 50, 4096])
def test_blocks_of_any_size_make_the_same_tensor(X, block):
    read = make_inputs(X).tensor(torch.float64, in_order=True)
    assert torch.equal(read.tensor(block), read[:])


def test_reading_reuses_memory(X):
    read = make_inputs(X).tensor(torch.float64, in_order=True)
    memory = torch.full((10, read.shape[1]), 7.0, dtype=torch.float64)
    out = read.read(slice(0, 4), memory)
    assert out.data_ptr() == memory.data_ptr()
    assert torch.equal(memory[:4], read[:4])
    assert (memory[4:] == 7.0).all()


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("picked", [slice(3, 8), torch.tensor([9, 2])])
def test_centred_rows_are_raw_rows_minus_the_means(X, kind, picked):
    read = make_inputs(kind(X)).tensor(torch.float64, in_order=True)
    index = picked if isinstance(picked, slice) else picked.numpy()
    out = torch.empty(len(X[index]), 3, dtype=torch.float64)
    read.centred(picked)(out)
    np.testing.assert_allclose(out, X[index] - X.mean(0), atol=1e-12)


def test_an_encoding_is_made_once_per_precision(X):
    inputs = make_inputs(X)
    assert inputs.tensor(torch.float32) is inputs.tensor(torch.float32)
    assert inputs.tensor(torch.float32) is not inputs.tensor(torch.float64)


def test_a_split_is_drawn_once_and_shared(X):
    inputs = make_inputs(X)
    assert inputs.split(3, 0.2) is inputs.split(3, 0.2)
    assert len(inputs.split(3, 0.2)[1]) == 10


def test_encoded_tensors_are_left_out_of_a_pickle(X):
    inputs = make_inputs(X)
    expected = inputs.tensor(torch.float64)
    copy = pickle.loads(pickle.dumps(inputs))
    assert len(pickle.dumps(inputs)) < len(pickle.dumps(expected))
    assert torch.equal(copy.tensor(torch.float64), expected)


def test_a_read_only_array_is_copied_and_another_is_not(X):
    assert rows_tensor(X).data_ptr() == X.ctypes.data
    X.flags.writeable = False
    assert rows_tensor(X).data_ptr() != X.ctypes.data


@pytest.mark.parametrize("n_rows", [100, 300])
@pytest.mark.parametrize("as_table", [np.asarray, sparse.csr_matrix])
def test_copies_are_held_out_together_as_a_row_of_their_weight_is(n_rows, as_table):
    rng = np.random.default_rng(n_rows)
    X, y = rng.normal(size=(n_rows, 3)), rng.normal(size=n_rows)
    weight = 1.0 + np.arange(n_rows) % 2
    copies = rng.permutation(np.repeat(np.arange(n_rows), weight.astype(int)))
    once = make_inputs(as_table(X)).split(0, 0.15, y=y, weight=weight)
    many = make_inputs(as_table(X[copies]))
    many = many.split(0, 0.15, y=y[copies], weight=np.ones(len(copies)))
    for own, others in zip(once, many, strict=True):
        assert set(copies[others]) == set(own.tolist())


def test_rows_that_all_differ_are_split_by_their_place(X):
    X, y = np.vstack([X] * 5), np.arange(250.0)
    inputs = make_inputs(X)
    assert inputs.as_drawn(y, np.ones(250)) is None
    assert inputs.as_drawn(y, np.full(250, 2.0)).shape == (250, 1)
    assert inputs.as_drawn(np.zeros(250), np.ones(250)).shape == (250, 1)


def test_rows_that_share_a_key_by_chance_are_not_copies(X, monkeypatch):
    X, y, ones = np.vstack([X] * 5), np.arange(250.0), np.ones(250)
    monkeypatch.setattr(rows, "content_key", lambda X, y: np.arange(250.0) // 2)
    inputs = make_inputs(X)
    assert inputs.as_drawn(y, ones) is None
    copied = np.r_[X[:1], X[:1], X[2:]], np.r_[y[:1], y[:1], y[2:]]
    assert make_inputs(copied[0]).as_drawn(copied[1], ones) is not None
    monkeypatch.setattr(rows, "_MOST_BY_CHANCE", 249)
    assert inputs.as_drawn(y, ones) is not None


def test_many_rows_are_not_compared(X, monkeypatch):
    inputs, y = make_inputs(np.vstack([X] * 5)), np.zeros(250)
    monkeypatch.setattr(rows, "_MOST_AS_DRAWN", 250)
    assert inputs.as_drawn(y, np.ones(250)) is not None
    monkeypatch.setattr(rows, "_MOST_AS_DRAWN", 249)
    assert inputs.as_drawn(y, np.ones(250)) is None
