"""compare_losses in other processes: a real Dask cluster on loopback, and loky."""

import itertools
import os
import re
import signal
import sys
import time
from pathlib import Path

import dask.dataframe as dd
import distributed
import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from skloss import TorchRegressor, compare_losses, table
from skloss.app.session import question, settings, tables, work
from skloss.app.session.jobs import Job
from skloss.comparison import on_cluster
from skloss.datasets import load_sample
from skloss.tasks import as_task
from tests.comparison.remote.clusters import (
    ENDLESS,
    LOSSES,
    SMALL,
    assert_equal_results,
    rows_of,
    start_cluster,
    tasks_run,
)


def test_a_cluster_gives_the_numbers_of_this_process(client, diabetes, here):
    before = tasks_run(client)
    with joblib.parallel_config(backend="dask", client=client):
        there = compare_losses(
            *diabetes, LOSSES, n_jobs=-1, estimator=TorchRegressor(**SMALL)
        )
    assert tasks_run(client) >= before + 2
    assert_equal_results(there, here)


@pytest.mark.parametrize("kind", ["folder", "dask"])
def test_workers_read_and_learn_the_chunks_of_a_table(kind, client, tmp_path):
    rng = np.random.default_rng(0)
    for number in range(4):
        table = pd.DataFrame(rng.normal(size=(300, 3)), columns=list("aby"))
        table.to_parquet(tmp_path / f"{number}.parquet")
    source = tmp_path if kind == "folder" else dd.read_parquet(tmp_path)
    estimator = TorchRegressor(hidden_layer_sizes=(4,), max_iter=2, random_state=0)
    args = (source, "y", LOSSES[:2]), {"cv": 2, "estimator": estimator}
    here = compare_losses(*args[0], **args[1])
    before, received = tasks_run(client), []
    with joblib.parallel_config(backend="dask", client=client):
        there = compare_losses(*args[0], **args[1], n_jobs=-1, on_epoch=received.append)
    assert tasks_run(client) >= before + 2
    assert_equal_results(there, here)
    assert received[-1].fraction == 1.0
    assert len(rows_of(received)) == 2 * 2 * 2


def test_a_loss_that_is_defined_in_this_process_alone_is_sent(client, diabetes):
    power = 1.5
    estimator = TorchRegressor(lambda p, y: ((p - y).abs() ** power).mean(), **SMALL)
    one = compare_losses(*diabetes, [estimator.loss], cv=2, estimator=estimator)
    with joblib.parallel_config(backend="dask", client=client):
        two = compare_losses(*diabetes, [estimator.loss], cv=2, estimator=estimator)
    assert_equal_results(one, two)


@pytest.mark.parametrize("layers", [(), (16,)])
def test_a_sparse_table_is_sent_unchanged(layers, client, rng):
    X = sparse.random_array((200, 300), density=0.02, rng=rng, format="csc")
    y = X @ rng.normal(size=300)
    estimator = TorchRegressor(
        hidden_layer_sizes=layers, alpha=1.0, max_iter=20, n_members=1
    )
    losses = ["squared_error", "huber"]
    one = compare_losses(X, y, losses, cv=2, estimator=estimator)
    with joblib.parallel_config(backend="dask", client=client):
        two = compare_losses(X, y, losses, cv=2, estimator=estimator)
    assert_equal_results(one, two)


def test_a_lost_worker_loses_no_result(diabetes):
    killed = []
    estimator = TorchRegressor(
        hidden_layer_sizes=(16,), max_iter=100, n_members=2, early_stopping=False
    )
    with start_cluster() as own, distributed.Client(own, set_as_default=False) as mine:
        pids = mine.run(os.getpid)

        def kill_one(record):
            if not killed:
                killed.append(min(pids.values()))
                os.kill(killed[0], signal.SIGKILL)

        with joblib.parallel_config(backend="dask", client=mine):
            there = compare_losses(
                *diabetes, LOSSES, cv=3, estimator=estimator, on_epoch=kill_one
            )
    assert killed
    assert_equal_results(
        there, compare_losses(*diabetes, LOSSES, cv=3, estimator=estimator)
    )


def test_a_cluster_reports_each_epoch_and_stops_at_once(client, diabetes):
    received = []

    def stop_later(record):
        received.append(record)
        return record.epoch >= 20

    started = time.monotonic()
    with joblib.parallel_config(backend="dask", client=client):
        comparison = compare_losses(
            *diabetes, LOSSES, on_epoch=stop_later, estimator=TorchRegressor(**ENDLESS)
        )
    assert time.monotonic() - started < 10
    assert set(comparison.stopped) == set(LOSSES)
    assert np.isfinite(comparison.predictions["y_pred"]).all()
    rows = pd.DataFrame(
        itertools.chain.from_iterable(record.rows for record in received)
    )
    assert set(rows["loss"]) == set(LOSSES)
    assert 0 < received[0].fraction < 1e-3
    assert client.processing() == dict.fromkeys(client.processing(), ())


def test_an_error_in_on_epoch_ends_the_comparison(client, diabetes):
    def fail(record):
        raise RuntimeError("out of ink")

    with (
        joblib.parallel_config(backend="dask", client=client),
        pytest.raises(RuntimeError, match="out of ink"),
    ):
        compare_losses(
            *diabetes, LOSSES, on_epoch=fail, estimator=TorchRegressor(**ENDLESS)
        )


def test_a_warning_reaches_the_caller(client, diabetes):
    X, y = diabetes
    estimator = TorchRegressor(hidden_layer_sizes=(), solver="newton", max_iter=1)
    with (
        joblib.parallel_config(backend="dask", client=client),
        pytest.warns(ConvergenceWarning, match="max_iter=1"),
    ):
        compare_losses(X, y, "pseudo_huber", cv=2, estimator=estimator)


def test_workers_in_threads_do_not_warn_a_second_time(diabetes):
    estimator = TorchRegressor(hidden_layer_sizes=(), max_iter=1)
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=None,
        ) as local,
        distributed.Client(local, set_as_default=False) as connected,
        joblib.parallel_config(backend="dask", client=connected),
        pytest.warns(ConvergenceWarning) as caught,
    ):
        compare_losses(*diabetes, "huber", estimator=estimator, cv=2)
    messages = [w.message for w in caught if w.category is ConvergenceWarning]
    assert len(messages) == 1


def job_of(choices, **options):
    data = tables.load_sample("diabetes")
    chosen = settings.Settings(
        tuple(settings.Choice(name) for name in choices), folds=3, **options
    )
    target = load_sample("diabetes").target
    roles = table.propose_roles(data.frame, target)
    current = question.Question(data, target, as_task("regression"), roles)
    return Job(work.comparison_work(current, chosen), choices)


def test_jobs_of_the_dashboard_run_on_the_cluster_of_its_settings(
    scheduler, client, monkeypatch
):
    alone = job_of(LOSSES[:2], epochs=10).start()
    alone.join(60)
    monkeypatch.setenv(work.SCHEDULER_VARIABLE, scheduler)
    before = tasks_run(client)
    job = job_of(LOSSES[:2], epochs=10).start()
    job.join(60)
    assert (job.state, job.error) == ("done", "")
    assert tasks_run(client) > before
    assert job.progress().fraction == pytest.approx(1.0)
    assert set(job.curves()["loss"]) == set(LOSSES[:2])
    assert_equal_results(job.result, alone.result)


def test_a_job_on_the_cluster_stops_on_request(scheduler, monkeypatch):
    monkeypatch.setenv(work.SCHEDULER_VARIABLE, scheduler)
    job = job_of(LOSSES[:2], epochs=2000, network="128-128").start()
    deadline = time.monotonic() + 30
    while job.progress().epoch < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    requested = time.monotonic()
    job.stop()
    job.join(30)
    assert job.state == "done"
    assert time.monotonic() - requested < 5


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "no address"])
def test_a_scheduler_that_does_not_answer_is_named(address, monkeypatch):
    monkeypatch.setenv(work.SCHEDULER_VARIABLE, address)
    job = job_of(LOSSES[:1]).start()
    job.join(60)
    assert job.state == "failed"
    assert job.error == f"No Dask scheduler answers at {address}."


def test_without_dask_the_message_names_the_package_to_install(monkeypatch):
    monkeypatch.setenv(work.SCHEDULER_VARIABLE, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    job = job_of(LOSSES[:1]).start()
    job.join(60)
    assert job.error == "Training on a cluster needs Dask: pip install distributed."


def test_a_scheduler_without_workers_is_refused():
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as empty,
        pytest.raises(ValueError, match="has no workers"),
        on_cluster(empty.scheduler_address, timeout=0.5),
    ):
        pass


PAGE = Path(__file__).parents[3] / "docs" / "guide" / "large_tables.md"
BLOCKS = re.findall(r"^```py\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.M | re.S)


@pytest.fixture
def run_block(diabetes):
    """Run a block of the guide, and check its numbers against those of threads."""
    X, y = diabetes[0][:40], diabetes[1][:40]
    losses = ["squared_error", "huber"]

    def run(block):
        namespace = {"X": X, "y": y, "losses": losses}
        exec(compile(block, str(PAGE), "exec"), namespace)
        assert_equal_results(namespace["comparison"], compare_losses(X, y, losses))
        return namespace

    return run


def test_the_guide_shows_one_block_for_each_backend():
    backends = [re.findall(r'backend="(\w+)"', block) for block in BLOCKS]
    assert backends == [["loky"], ["dask"], ["ray"]]


def test_the_block_of_the_guide_on_processes_runs(run_block):
    run_block(BLOCKS[0])


def test_the_block_of_the_guide_on_a_cluster_runs(scheduler, client, run_block):
    before = tasks_run(client)
    assert '"tcp://scheduler:8786"' in BLOCKS[1]
    block = BLOCKS[1].replace("tcp://scheduler:8786", scheduler)
    run_block(block)["client"].close()
    assert tasks_run(client) > before


def test_the_block_of_the_guide_on_ray_runs(run_block, monkeypatch):
    ray = pytest.importorskip("ray", reason="to run this block: pip install ray")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    run_block(BLOCKS[2])
    assert ray.is_initialized()
    ray.shutdown()
