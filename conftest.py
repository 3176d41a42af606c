"""Settings of the examples in docstrings: one thread, and comparisons that they share.

An example shows what follows from a comparison, which it makes so that readers can run
it; most are of the same few.
"""

import copy
import os

# Before NumPy or torch are imported; `tests/conftest.py` has the reasons.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import joblib
import pytest

import skloss

_COMPARISONS = {}


@pytest.fixture
def doctest_namespace(monkeypatch):
    """Let examples with equal arguments share the training of a comparison."""
    compare = skloss.compare_losses

    def compare_once(*args, **options):
        key = joblib.hash((args, options))
        if key not in _COMPARISONS:
            _COMPARISONS[key] = compare(*args, **options)
        return copy.copy(_COMPARISONS[key])  # baselines stay with the example

    monkeypatch.setattr(skloss, "compare_losses", compare_once)
    return {}
