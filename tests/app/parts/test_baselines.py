"""The job of the baselines starts again if it was refused, and ends with the page."""

import threading
from types import SimpleNamespace

import numpy as np
from sklearn.dummy import DummyRegressor

from skloss import TorchRegressor, compare_losses
from skloss.app.parts import baselines
from skloss.app.session import derived, jobs
from skloss.app.session.jobs import Job, Queue
from skloss.comparison import baselines as package_baselines


def test_a_refused_job_is_started_again_and_a_started_one_is_kept(held):
    job = Job(lambda on_epoch: "references")
    answers = iter([None, job])
    found = [derived.baselines_job("one", lambda _: next(answers)) for _ in range(3)]
    assert found == [None, job, job]


def test_a_waiting_job_ends_with_the_page(held):
    queue, over = Queue(at_once=1), threading.Event()
    first = Job(lambda on_epoch: over.wait(10), queue=queue).start()
    waiting = Job(lambda on_epoch: "references", queue=queue).start()
    derived.baselines_job("one", lambda _: waiting)
    held.release()
    waiting.join(5)
    over.set()
    first.join(5)
    assert (waiting.state, waiting.result) == ("cancelled", None)


def test_a_running_job_ends_with_the_page_after_the_current_fit(held, monkeypatch):
    fits, begun, over = [], threading.Event(), threading.Event()

    class Slow(DummyRegressor):
        def fit(self, X, y, sample_weight=None):
            fits.append(len(y))
            begun.set()
            over.wait(10)
            return super().fit(X, y, sample_weight)

    monkeypatch.setattr(
        package_baselines, "HistGradientBoostingRegressor", lambda random_state: Slow()
    )
    X, y = np.arange(60.0).reshape(30, 2), np.arange(30.0)
    once = TorchRegressor(max_iter=1)
    comparison = compare_losses(X, y, "squared_error", cv=5, estimator=once)
    job = derived.baselines_job(comparison, baselines.begin)
    assert begun.wait(10)
    held.release()
    over.set()
    job.join(10)
    assert (job.state, fits) == ("done", [24])
    assert job.result is None
    assert len(comparison.references()) == 3  # a stopped computation is not kept


def comparison_with(n_classes, baselines=None):
    return SimpleNamespace(
        baselines=baselines,
        classes=list(range(n_classes)),
        references=lambda should_stop, keep: should_stop(),
    )


def test_thirty_classes_have_baselines():
    job = baselines.begin(comparison_with(30))
    job.join(5)
    assert (job.state, job.result) == ("done", False)


def test_thirty_one_classes_have_no_baselines():
    assert baselines.begin(comparison_with(31)) is None


def test_baselines_of_a_session_file_are_not_computed_again():
    assert baselines.begin(comparison_with(2, baselines="known")) is None


def test_a_full_queue_leaves_the_baselines_for_later(monkeypatch):
    monkeypatch.setattr(jobs, "QUEUE", Queue(at_once=0, waiting=0))
    assert baselines.begin(comparison_with(2)) is None
