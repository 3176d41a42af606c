"""Jobs run two at a time, wait in a bounded queue, and can be stopped."""

import os
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from skloss import TorchRegressor, compare_losses
from skloss.app.session.jobs import CancelledError, Job, Queue, QueueFullError


def epoch(number, fraction=0.0):
    row = {"loss": "huber", "fold": 0, "member": 0, "epoch": number, "train": 1.0}
    return SimpleNamespace(rows=[row], fraction=fraction, epoch=number, max_iter=200)


def endless(on_epoch):
    number = 0
    while not on_epoch(epoch(number, fraction=0.5)):
        number += 1
        time.sleep(0.01)
    return number


@pytest.fixture
def queue():
    return Queue(at_once=2, waiting=1)


@pytest.fixture
def started(queue):
    jobs = []

    def start(work=endless, **options):
        jobs.append(Job(work, queue=queue, **options).start())
        return jobs[-1]

    yield start
    for job in jobs:
        job.stop()
    for job in jobs:
        job.join(5)


def wait_until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_a_job_returns_what_its_work_returns(started):
    job = started(lambda on_epoch: "result")
    job.join(5)
    assert (job.state, job.result, job.finished) == ("done", "result", True)


def test_a_stopped_job_keeps_what_its_work_returns(started):
    job = started()
    wait_until(lambda: job.progress().epoch > 3)
    requested = time.monotonic()
    job.stop()
    job.join(5)
    assert job.state == "done"
    assert job.result > 3
    assert time.monotonic() - requested < 1


def test_a_job_stopped_before_its_first_epoch_is_over_at_once_but_keeps_its_place(
    started, queue
):
    begun, over = threading.Event(), threading.Event()
    job = started(lambda on_epoch: begun.set() or over.wait(5))
    assert begun.wait(5)
    assert not job.finished
    job.stop()
    assert job.finished
    others = started(), started()
    assert others[1].progress().position == 1
    over.set()
    job.join(5)
    wait_until(lambda: others[1].progress().position == 0)


def test_a_job_that_has_trained_is_over_when_its_results_are_there(started):
    job = started()
    wait_until(lambda: job.progress().epoch > 0)
    job.stop()
    wait_until(lambda: job.finished)
    assert job.state == "done"


def test_the_third_job_waits_for_its_turn(started):
    first, second, third = started(), started(), started()
    wait_until(lambda: (first.state, second.state) == ("running", "running"))
    assert third.state == "waiting"
    assert third.progress().position == 1
    first.stop()
    wait_until(lambda: third.state == "running")
    assert third.progress().position == 0


def test_a_waiting_job_can_be_stopped(started):
    jobs = [started(), started(), started()]
    jobs[2].stop()
    jobs[2].join(5)
    assert jobs[2].state == "cancelled"


def test_a_full_queue_refuses_a_job(started):
    for _ in range(3):
        started()
    with pytest.raises(QueueFullError, match="3 comparisons are already running"):
        started()


def test_the_time_limit_stops_a_job(started):
    job = started(seconds=0.1)
    job.join(5)
    assert (job.state, job.out_of_time) == ("done", True)


def test_the_time_limit_stops_work_without_epochs(queue):
    def wait(on_epoch):
        while not job.should_stop():
            time.sleep(0.01)

    job = Job(wait, seconds=0.1, queue=queue)
    assert not job.should_stop()  # the time starts with its turn
    job.start().join(5)
    assert (job.state, job.out_of_time) == ("done", True)


@pytest.mark.skipif(sys.platform != "linux", reason="threads share a priority")
def test_threads_that_train_give_way_to_pages_and_the_scoring_does_not(started):
    def priority():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work(on_epoch):
        found = []

        def train():
            found.extend((on_epoch(epoch(n)), priority())[1] for n in (1, 2))

        thread = threading.Thread(target=train)
        thread.start()
        thread.join()
        return [*found, priority()]

    job = started(work)
    job.join(5)
    lower = min(priority() + 10, 19)
    assert job.result == [lower, lower, priority()]


def test_a_value_error_is_kept_as_its_message(started):
    def refuse(on_epoch):
        raise ValueError("Class b has one row.")

    job = started(refuse)
    job.join(5)
    assert (job.state, job.error) == ("failed", "Class b has one row.")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_unexpected_error_ends_the_job_and_frees_its_place(started, queue):
    job = started(lambda on_epoch: {}["missing"])
    job.join(5)
    assert (job.state, job.result, job.error) == ("failed", None, "")
    assert queue.position(job) == 0
    assert started(lambda on_epoch: 1).join(5) is None


def test_a_job_that_cannot_start_leaves_the_queue(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    queue = Queue(at_once=1, waiting=0)
    with monkeypatch.context() as short_of_threads:
        short_of_threads.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            Job(lambda on_epoch: 1, queue=queue).start()
    job = Job(lambda on_epoch: 2, queue=queue).start()
    job.join(5)
    assert job.result == 2


def test_progress_never_moves_backwards(started):
    reported, go_on = threading.Event(), threading.Event()

    def falter(on_epoch):
        on_epoch(epoch(40, fraction=0.6))
        on_epoch(epoch(3, fraction=0.2))
        reported.set()
        go_on.wait(5)

    job = started(falter)
    assert reported.wait(5)
    assert (job.progress().epoch, job.progress().fraction) == (40, 0.6)
    go_on.set()


def test_a_job_that_waits_is_noticed_and_one_that_has_just_begun_is_not(started):
    running = [started() for _ in range(2)]
    waiting = started()
    wait_until(lambda: all(job.state == "running" for job in running))
    assert [job.is_noticed for job in (*running, waiting)] == [False, False, True]


def test_a_job_forecasts_the_time_left(started, monkeypatch):
    reported, go_on = threading.Event(), threading.Event()

    def work(on_epoch):
        on_epoch(epoch(10, fraction=0.05))
        reported.set()
        go_on.wait(5)

    job = started(work)
    assert reported.wait(5)
    assert job.progress().left is None  # too early for a forecast
    monkeypatch.setattr(job._forecast, "left", lambda now: 18.0)
    assert job.progress().left == 18.0
    go_on.set()


def test_a_job_that_is_cancelled_by_its_work_has_neither_result_nor_error(started):
    def work(on_epoch):
        raise CancelledError("stopped while it was prepared")

    job = started(work)
    job.join(5)
    assert (job.state, job.result, job.error) == ("cancelled", None, "")


def test_a_job_out_of_time_before_its_first_epoch_states_it(started):
    go_on = threading.Event()

    def work(on_epoch):
        go_on.wait(5)
        while not job.should_stop():
            time.sleep(0.01)
        raise CancelledError("stopped while it was prepared")

    job = started(work, seconds=0.05)
    go_on.set()
    job.join(5)
    assert job.state == "failed"
    assert "before anything was trained" in job.error


def test_too_little_memory_is_an_error_with_a_remedy(started):
    def fill(on_epoch):
        raise MemoryError

    job = started(fill)
    job.join(5)
    assert job.error == (
        "The server does not have enough memory for this. "
        "Use fewer rows, columns or folds."
    )


def test_learning_curves_are_means_over_folds(started):
    def two_folds(on_epoch):
        for number in range(5):
            record = epoch(number)
            low, high = dict(record.rows[0]), dict(record.rows[0], fold=1)
            low["train"], high["train"] = 1.0 * number, 3.0 * number
            record.rows = [low, high]
            on_epoch(record)

    job = started(two_folds)
    job.join(5)
    curves = job.curves()
    assert curves["epoch"].tolist() == [0, 1, 2, 3, 4]
    assert curves["train"].tolist() == [0, 2, 4, 6, 8]
    assert curves["validation"].isna().all()


def test_long_learning_curves_are_thinned(started):
    job = started(lambda on_epoch: [on_epoch(epoch(n)) for n in range(1000)])
    job.join(5)
    curves = job.curves()
    assert 60 <= len(curves) <= 130
    assert curves["epoch"].diff().dropna().nunique() == 1


def test_a_comparison_stops_within_a_second(started):
    numbers = np.random.default_rng(0)
    X, y = numbers.normal(size=(400, 6)), numbers.normal(size=400)
    network = TorchRegressor(max_iter=10_000, early_stopping=False)

    def work(on_epoch):
        losses = ["squared_error", "absolute_error", "huber"]
        return compare_losses(X, y, losses, estimator=network, on_epoch=on_epoch)

    job = started(work)
    wait_until(lambda: job.progress().epoch > 3, seconds=30)
    # Time of the processor, as other tests run at the same time.
    requested = time.process_time()
    job.stop()
    job.join(60)
    assert time.process_time() - requested < 1
    assert job.result.stopped == ("squared_error", "absolute_error", "huber")
    assert job.result.table.notna().all(axis=None)
