"""Settings of every test process: one thread for numerics, fixed examples."""

import os

# Before NumPy or torch are imported: several test processes share few cores, and
# a small network is slower with two threads than with one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile(
    "skloss", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=50
)
settings.load_profile("skloss")


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def dashboard():
    """A new session of the dashboard, at its first page."""
    from tests.pages.steps import session  # only here: Streamlit takes time to import

    yield from session()
