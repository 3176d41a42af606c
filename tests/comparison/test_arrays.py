"""Arrays in JSON: equal when read again, and bounded when hostile."""

import base64
import json
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from skloss.comparison.arrays import packed, unpacked


def raw(data, dtype="<f8", shape=(1,)):
    text = base64.b64encode(zlib.compress(data)).decode()
    return {"dtype": dtype, "shape": list(shape), "zlib": text}


@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.bool_]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
def test_an_array_is_read_as_it_was_written(array):
    found = unpacked(json.loads(json.dumps(packed(array))), kind="fib")
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


def test_objects_are_not_written():
    with pytest.raises(TypeError, match="cannot be packed"):
        packed(np.array([{}]))


def test_a_stream_longer_than_its_shape_is_refused_without_unpacking_it():
    bomb = raw(bytes(20_000_000), shape=(4,))
    assert len(bomb["zlib"]) < 300_000
    with pytest.raises(ValueError, match="another length"):
        unpacked(bomb)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {},
        raw(bytes(8)) | {"dtype": "O"},
        raw(bytes(8)) | {"dtype": ["<f8"]},
        raw(bytes(8), shape=(-1,)),
        raw(bytes(8), shape=(True,)),
        raw(bytes(8), shape=(10**9,)),
        raw(bytes(8), shape=(10**5, 10**5)),
        raw(bytes(8), shape=(1, 1, 1, 1)),
        raw(bytes(7)),
        raw(bytes(9)),
        raw(bytes(8)) | {"zlib": "%%%"},
        raw(bytes(8)) | {"zlib": "AAAA"},
        raw(bytes(8)) | {"zlib": 3},
        raw(bytes(8)) | {"shape": {"0": 1}},
    ],
)
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError, match="an array"):
        unpacked(value)


def test_shape_kind_and_range_are_checked():
    value = packed([1, 2, 3])
    assert unpacked(value, (3,), "i", 1, 3).tolist() == [1, 2, 3]
    assert unpacked(value, (None,)).tolist() == [1, 2, 3]
    for wrong in ({"shape": (2,)}, {"shape": (3, 1)}, {"kind": "f"}, {"low": 2}):
        with pytest.raises(ValueError, match="an array"):
            unpacked(value, **wrong)
    with pytest.raises(ValueError, match="out of range"):
        unpacked(packed([np.nan]), low=0.0)
