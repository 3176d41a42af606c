"""A session is held for a minute after its connection dropped, and then released."""

import threading

import pytest

from skloss.app.session import holding
from skloss.app.session.holding import SECONDS_HELD, Held, Holder
from skloss.app.session.jobs import Job


class Browser:
    """A clock, a connection, and what the server does with both."""

    def __init__(self):
        self.now = 0.0
        self.is_connected = True
        self.dropped = []
        self.holder = Holder(clock=lambda: self.now)
        self.held = Held(
            "id", lambda: self.is_connected, lambda: self.dropped.append(self.now)
        )
        self.holder.hold(self.held)

    def after(self, seconds):
        self.now += seconds
        return self.holder.sweep()


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def job():
    over = threading.Event()
    job = Job(lambda on_epoch: over.wait(10)).start()
    yield job
    over.set()
    job.join(5)


def test_a_minute_is_promised():
    assert SECONDS_HELD == 60.0


def test_a_connection_lost_for_thirty_seconds_loses_nothing(browser, job):
    browser.held.add(job)
    browser.after(600.0)
    browser.is_connected = False
    assert [browser.after(1.0) for _ in range(30)] == [0] * 30
    browser.is_connected = True
    assert browser.after(1.0) == 0
    assert browser.after(600.0) == 0
    assert (job.stopping, browser.dropped) == (False, [])


def test_a_session_is_released_a_minute_after_its_connection_was_lost(browser, job):
    browser.held.add(job)
    browser.is_connected = False
    assert browser.after(60.0) == 0
    assert not job.stopping
    assert browser.after(0.1) == 1
    assert job.stopping
    assert browser.dropped == [60.1]
    assert browser.after(60.0) == 0  # once


def test_the_minute_begins_again_with_each_loss_of_the_connection(browser):
    for connected in (False, True) * 5:
        browser.is_connected = connected
        browser.after(50.0)
    assert browser.dropped == []


def test_the_server_is_notified_of_released_sessions_only(browser):
    released = []
    browser.holder.on_release = released.append
    other = Held("other")
    browser.holder.hold(other)
    browser.is_connected = False
    browser.after(61.0)
    browser.holder.let_go(other)
    assert released == [browser.held]


def test_a_session_that_is_given_up_is_released_at_once(browser, job):
    browser.held.add(job)
    browser.holder.let_go(browser.held)
    assert job.stopping
    assert browser.dropped == [0.0]
    assert browser.holder.find(browser.held.key) is None


def test_keys_cannot_be_guessed_and_lead_to_their_session_alone(browser):
    other = Held("other")
    browser.holder.hold(other)
    assert browser.holder.find(browser.held.key) is browser.held
    assert browser.holder.find(other.key) is other
    assert browser.holder.find("id") is None
    assert min(len(browser.held.key), len(other.key)) >= 43  # 256 bits in base 64


def test_finished_jobs_are_not_kept(browser):
    first = Job(lambda on_epoch: 1).start()
    first.join(5)
    browser.held.add(first)
    browser.held.add(Job(lambda on_epoch: 2))
    assert first not in browser.held._jobs


def test_the_server_sweeps_by_itself_and_gives_memory_back(browser, monkeypatch):
    given_back = threading.Event()
    monkeypatch.setattr(holding, "_SECONDS_BETWEEN_SWEEPS", 0.01)
    monkeypatch.setattr(holding.memory, "give_back", given_back.set)
    browser.is_connected = False
    browser.now = 61.0
    browser.holder.sweep_in_background()
    assert given_back.wait(5)
    assert browser.dropped == [61.0]
