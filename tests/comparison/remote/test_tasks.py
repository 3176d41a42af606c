"""Tasks that train elsewhere: what they carry and where they run."""

import threading

import joblib
import numpy as np
import pytest
import torch

from skloss import TorchRegressor, compare_losses
from skloss.comparison.remote.tasks import pack
from skloss.estimators.fitting import make_inputs, prepare
from skloss.estimators.rows import check_rows
from tests.comparison.remote.clusters import LOSSES, SMALL, assert_equal_results


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_context_sets_the_number_of_threads(n_jobs, diabetes):
    received = set()
    with joblib.parallel_config(n_jobs=n_jobs):
        compare_losses(
            *diabetes, LOSSES, cv=15, estimator=TorchRegressor(**SMALL),
            on_epoch=lambda progress: received.add(threading.current_thread().name),
        )  # fmt: skip
    assert len(received) == n_jobs


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
def test_threads_give_the_numbers_of_this_process(n_jobs, diabetes, here):
    threads = torch.get_num_threads()
    again = compare_losses(
        *diabetes, LOSSES, n_jobs=n_jobs, estimator=TorchRegressor(**SMALL)
    )
    assert torch.get_num_threads() == threads
    assert_equal_results(again, here)


def test_a_stop_before_a_task_starts_leaves_its_folds_without_scores(diabetes):
    with joblib.parallel_config(backend="loky"):
        comparison = compare_losses(
            *diabetes, "squared_error", cv=12, n_jobs=2, on_epoch=lambda record: True,
            estimator=TorchRegressor(**SMALL | {"n_members": 20}),
        )  # fmt: skip
    assert comparison.stopped == ("squared_error",)
    assert comparison.folds["value"].isna().any()
    assert np.isfinite(comparison.predictions["y_pred"]).all()


def test_a_task_carries_the_table_of_a_fold_once(rng):
    X, y = rng.normal(size=(4000, 20)), rng.normal(size=4000)
    plans, inputs = [], None
    for loss in LOSSES:
        estimator = TorchRegressor(loss, n_members=3, random_state=0)
        rows = check_rows(estimator, X, y, None)
        inputs = inputs or make_inputs(estimator, rows)
        plans.append(prepare(estimator, rows, inputs=inputs))
    encoded = plans[0].models[0].X
    assert len(pack(plans)) < 1.5 * X.nbytes
    assert encoded.nbytes > 8 * X.nbytes  # what a pickled model would carry
