"""Progress and stops of tasks in other processes of this machine."""

import itertools
import tempfile
import time

import joblib
import pandas as pd
import pytest

from skloss import TorchRegressor, compare_losses
from skloss.comparison.remote import progress
from skloss.training import Progress
from tests.comparison.remote.clusters import (
    ENDLESS,
    LOSSES,
    SMALL,
    assert_equal_results,
)


def test_processes_of_joblib_give_the_numbers_of_this_process(diabetes, here):
    received = []
    with joblib.parallel_config(backend="loky"):
        there = compare_losses(
            *diabetes, LOSSES, n_jobs=2, on_epoch=received.append,
            estimator=TorchRegressor(**SMALL),
        )  # fmt: skip
    assert_equal_results(there, here)
    assert received[-1].fraction == pytest.approx(1.0)
    rows = pd.DataFrame(
        itertools.chain.from_iterable(record.rows for record in received)
    )
    assert len(rows) == len(here.histories)


def test_processes_of_joblib_report_each_epoch_and_stop_at_once(
    diabetes, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    received = []

    def stop_later(record):
        received.append(record)
        return record.epoch >= 20

    started = time.monotonic()
    with joblib.parallel_config(backend="loky"):
        comparison = compare_losses(
            *diabetes, LOSSES, n_jobs=2, on_epoch=stop_later,
            estimator=TorchRegressor(**ENDLESS),
        )  # fmt: skip
    assert time.monotonic() - started < 20
    assert set(comparison.stopped) == set(LOSSES)
    rows = pd.DataFrame(
        itertools.chain.from_iterable(record.rows for record in received)
    )
    assert set(rows["loss"]) == set(LOSSES)
    assert 0 < received[0].fraction < 1e-3
    assert not list(tmp_path.glob("skloss-*"))


def test_a_task_without_the_callers_folder_trains_to_its_end(tmp_path):
    with progress.Reporter((progress._Folder, str(tmp_path / "away")), 0) as reporter:
        reporter._last_sent -= 1.0
        assert not reporter(Progress(0.5, 1, 2, [{"epoch": 1}]))
    assert reporter.rows == [{"epoch": 1}]
