"""A local Dask cluster, and what comparisons on it are judged by."""

import itertools

import distributed
import pandas as pd

LOSSES = ["squared_error", "absolute_error", "huber", "gaussian_nll"]
SMALL = {"hidden_layer_sizes": (16,), "max_iter": 20, "n_members": 1}
ENDLESS = {"max_iter": 10**6, "early_stopping": False, "tol": 0.0}


def start_cluster():
    return distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    )


def tasks_run(client):
    """Tasks that each worker has finished."""
    done = client.run(lambda dask_worker: dask_worker.state.executed_count)
    return sum(done.values())


def rows_of(received):
    """The rows of all progress reports, as a table."""
    return pd.DataFrame(itertools.chain.from_iterable(r.rows for r in received))


def assert_equal_results(one, two):
    """Out-of-fold predictions, histories and scores are the same numbers."""
    for name in ("predictions", "histories", "folds"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), rtol=1e-9)
    assert one.stopped == two.stopped == ()
