"""Columns of every sort with the type each should get."""

import datetime
import decimal

import numpy as np
import pandas as pd

N = 60
EVEN = np.arange(N) % 2 == 0


def numbers(seed=0):
    return np.random.default_rng(seed).normal(size=N)


def dates(unit="D"):
    return pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(N) % 50, unit=unit)


COLUMNS = {
    "floats": (numbers(), "number"),
    "float32": (numbers().astype(np.float32), "number"),
    "whole numbers": (np.arange(N) % 7, "number"),
    "different whole numbers": (np.arange(N), "number"),
    "nullable integers": (pd.array([1, None, 3] * 20, dtype="Int64"), "number"),
    "arrow integers": (pd.array([1, None, 3] * 20, dtype="int64[pyarrow]"), "number"),
    "decimals": ([decimal.Decimal(k) / 7 for k in range(N)], "number"),
    "durations": (pd.to_timedelta(np.arange(N), unit="h"), "number"),
    "infinite numbers": (np.where(EVEN, np.inf, numbers()), "number"),
    "booleans": (EVEN, "category"),
    "nullable booleans": (pd.array([True, None, False] * 20), "category"),
    "booleans as objects": ([True, None, False] * 20, "category"),
    "strings": (["a", "b", None] * 20, "category"),
    "a categorical": (pd.Categorical(["a", "b", None] * 20), "category"),
    "mixed objects": ([1, "a", None, 2.5, True, b"x"] * 10, "category"),
    "repeated sentences": (
        ["this is a long answer", "and so is this one"] * 30,
        "category",
    ),
    "one value and gaps": (["a", None, None] * 20, "category"),
    "dates": (dates(), "date"),
    "dates with a zone": (dates().tz_localize("Europe/Berlin"), "date"),
    "months": (pd.period_range("2020", periods=N, freq="M"), "date"),
    "Python dates": ([datetime.date(2024, 1, 1 + k % 28) for k in range(N)], "date"),
    "codes": ([f"K{k}" for k in range(N)], "identifier"),
    "codes with a gap": ([None] + [f"K{k}" for k in range(N - 1)], "identifier"),
    "prose": ([f"the parcel {k} was late again" for k in range(N)], "text"),
    "lists": ([[1, 2]] * N, "text"),
    "complex numbers": (numbers() * 1j, "text"),
    "a constant": (np.ones(N), "constant"),
    "a constant string": (["a"] * N, "constant"),
    "nothing": ([None] * N, "constant"),
    "not a number": (np.full(N, np.nan), "constant"),
}
