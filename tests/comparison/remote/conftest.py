"""A Dask cluster on loopback, and a comparison without it."""

import distributed
import pytest
from sklearn.datasets import load_diabetes

from skloss import TorchRegressor, compare_losses
from tests.comparison.remote.clusters import LOSSES, SMALL, start_cluster


@pytest.fixture(scope="module")
def scheduler():
    with start_cluster() as running:
        yield running.scheduler_address


@pytest.fixture(scope="module")
def client(scheduler):
    with distributed.Client(scheduler, set_as_default=False) as connected:
        yield connected


@pytest.fixture(scope="session")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


@pytest.fixture(scope="session")
def here(diabetes):
    return compare_losses(*diabetes, LOSSES, estimator=TorchRegressor(**SMALL))
