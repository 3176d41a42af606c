"""Jobs of a panel: they stop with their session, and the last ones are kept."""

import threading

import streamlit as st

from skloss.app.parts import kept_jobs
from skloss.app.session import jobs, state

TITLES = {"title": "Counting", "page": "residuals"}


def count_to(number):
    return lambda on_epoch, should_stop: number


def test_the_last_jobs_of_a_kind_are_kept_with_their_results(held):
    for number in range(8):
        kept_jobs.start(count_to(number), "numbers", number, **TITLES)
        state.cache("numbers")[number].join(10)
    kept = state.cache("numbers")
    assert list(kept) == [2, 3, 4, 5, 6, 7]
    assert [job.result for job in kept.values()] == list(kept)


def test_a_job_stops_with_its_session(held):
    over = threading.Event()

    def run(on_epoch, should_stop):
        while not should_stop():
            over.wait(0.01)
        return "stopped"

    kept_jobs.start(run, "numbers", 0, **TITLES)
    job = state.cache("numbers")[0]
    held.release()
    job.join(10)
    assert job.finished


def test_a_full_queue_is_reported_and_nothing_is_kept(held, monkeypatch):
    shown = []

    def refuse(job):
        raise jobs.QueueFullError("Too many comparisons are running.")

    monkeypatch.setattr(jobs.Job, "start", refuse)
    monkeypatch.setattr(st, "toast", shown.append)
    kept_jobs.start(count_to(1), "numbers", 1, **TITLES)
    assert shown == ["Too many comparisons are running."]
    assert not state.cache("numbers")
