"""A table in four chunks, and its comparison."""

import numpy as np
import pytest

from skloss import compare_losses
from tests.comparison.chunked.tables import SMALL, table


@pytest.fixture(scope="session")
def chunks():
    frame = table()
    parts = np.split(np.arange(len(frame)), 4)
    return [frame.iloc[part].reset_index(drop=True) for part in parts]


@pytest.fixture(scope="session")
def compared(chunks):
    return compare_losses(chunks, "price", **SMALL)
