import numpy as np
import pandas as pd
import pytest

from skloss.table import make_preprocessor
from skloss.table.precision import LARGE_TABLE, Precision


def table(n):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "x": rng.normal(1e6, 1.0, size=n),
            "town": rng.choice(list("abc"), n),
            "code": rng.choice([f"c{k}" for k in range(50)], n),
            "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(n), "D"),
            "gap": np.where(rng.random(n) < 0.1, np.nan, 1.0 + rng.random(n)),
        }
    ).assign(when=lambda frame: frame["when"].where(frame.index < 1000).ffill())


def test_a_table_of_more_than_20000_rows_becomes_float32():
    X = table(LARGE_TABLE + 1)
    y = np.arange(len(X), dtype=float)
    few = make_preprocessor(X).fit(X[:-1], y[:-1])
    many = make_preprocessor(X).fit(X, y)
    assert few.transform(X[:5]).dtype == np.float64
    assert many.transform(X[:5]).dtype == np.float32
    names = list(many.get_feature_names_out())
    assert names == list(few.get_feature_names_out())
    # A large offset is subtracted in double precision before digits are dropped.
    column = many.transform(X)[:, names.index("number__x")]
    expected = (X["x"] - X["x"].mean()) / X["x"].std(ddof=0)
    np.testing.assert_allclose(column, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("n", "dtype"), [(20_000, float), (20_001, np.float32)])
def test_the_rows_of_fit_decide_the_precision(n, dtype):
    precision = Precision().fit(np.zeros((n, 2)))
    assert precision.transform(np.ones((3, 2), dtype=np.float32)).dtype == dtype
    assert precision.transform(np.ones((3, 2))).dtype == dtype


def test_rows_that_have_the_precision_are_not_copied():
    X = np.ones((3, 2))
    assert np.shares_memory(Precision().fit_transform(X), X)


def test_a_frame_of_another_library_becomes_an_array():
    class Frame:
        columns = ("a", "b")
        shape = (3, 2)

        def __len__(self):
            return 3

        def __array__(self, dtype=None, copy=None):
            return np.arange(6, dtype=dtype or float).reshape(3, 2)

    precision = Precision().fit(Frame())
    np.testing.assert_array_equal(precision.transform(Frame())[2], [4.0, 5.0])
    assert list(precision.get_feature_names_out()) == ["a", "b"]
