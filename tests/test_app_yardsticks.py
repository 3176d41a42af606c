"""The job behind the yardsticks: asked for again when refused, ended with the page."""

import threading

import pytest

from skloss.app import state
from skloss.app.jobs import Job, Queue


@pytest.fixture
def leash(monkeypatch):
    """A session of one's own, outside of Streamlit."""
    one = state._Leash()
    monkeypatch.setattr(state, "_session", {})
    monkeypatch.setattr(state, "_leash", lambda: one)
    return one


def test_a_refused_job_is_asked_for_again_and_a_begun_one_is_kept(leash):
    job = Job(lambda on_epoch: "references")
    answers = iter([None, job])
    found = [state.yardsticks("one", lambda _: next(answers)) for _ in range(3)]
    assert found == [None, job, job]


def test_a_job_that_waits_ends_with_the_page(leash):
    queue, over = Queue(at_once=1), threading.Event()
    first = Job(lambda on_epoch: over.wait(10), queue=queue).start()
    waiting = Job(lambda on_epoch: "references", queue=queue).start()
    state.yardsticks("one", lambda _: waiting)
    leash.release()
    waiting.join(5)
    over.set()
    first.join(5)
    assert (waiting.state, waiting.result) == ("cancelled", None)
