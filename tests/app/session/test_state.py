"""State that the session keeps or drops."""

import dataclasses
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from skloss.app.session import state
from skloss.app.session.holding import HOLDER, Held
from skloss.app.session.jobs import CancelledError, Job
from skloss.app.session.settings import Choice, Settings
from skloss.app.session.tables import read_upload

pytestmark = pytest.mark.usefixtures("held")
SETTINGS = Settings((Choice("huber"),), folds=3)


def load(name="houses.csv", content=b"x,y\n1,2.5\n2,3.5\n3,5.5\n4,6.5\n"):
    state.set_table(read_upload(name, content))
    return state.table()


def run(work=lambda on_epoch: "comparison", settings=SETTINGS):
    """Run a job to its end, as the Compare page does."""
    job = Job(work)
    state.start(job, state.question(), settings)
    job.join(5)
    return job


def test_a_new_session_is_empty():
    assert (state.table(), state.question(), state.result()) == (None, None, None)
    assert (state.failure(), state.upload_error(), state.target()) == ("", "", "")


def test_a_table_comes_with_a_question():
    load()
    question = state.question()
    assert (question.target, question.task) == ("y", "regression")
    assert state.proposal().task == state.task()


def test_a_sample_comes_with_its_target():
    state.use_sample("breast_cancer")
    assert (state.target(), state.task()) == ("diagnosis", "binary")


def test_a_sample_keeps_the_uploaded_table():
    loaded = load()
    state.use_sample("diabetes")
    assert state.uploaded() is loaded
    assert state.table().sample == "diabetes"


def test_nothing_of_a_forgotten_table_is_left(held):
    load()
    run()
    job = Job(lambda on_epoch: time.sleep(0.05))
    state.start(job, state.question(), SETTINGS)
    state.forget()
    assert job.stopping
    assert (state.table(), state.uploaded(), state.question()) == (None, None, None)
    assert state.result() is None
    assert set(state._session) == {"forgotten", "router_has_run"}


def test_the_uploader_is_a_new_one_after_each_time_a_table_is_forgotten():
    keys = [state.upload_key()]
    for _ in range(2):
        state.forget()
        keys.append(state.upload_key())
    assert keys == ["upload", "upload1", "upload2"]


def test_another_target_gets_its_own_task_and_roles():
    load(content=b"x,kind\n1,a\n2,b\n3,a\n4,b\n")
    assert (state.target(), state.task()) == ("kind", "binary")
    state.choose_target("x")
    assert state.roles().loc["kind", "role"] == "feature"
    assert state.roles().loc["x", "role"] == "target"


def test_an_unchanged_question_is_the_same_object():
    load()
    first = state.question()
    assert state.question() is first
    state.choose_roles(state.roles().assign(role="ignore"))
    assert state.question() is not first


def test_an_upload_is_new_until_it_is_noted():
    assert state.upload_is_new("one")
    state.note_upload("one", "not a table")
    assert not state.upload_is_new("one")
    assert state.upload_error() == "not a table"
    load()
    assert state.upload_error() == ""
    assert not state.upload_is_new("one")


def test_a_setting_keeps_its_first_value_until_it_is_changed():
    assert state.setting("folds", 5) == 5
    assert state.setting("folds", 9) == 5
    state.change_setting("folds", 7)
    assert state.setting("folds", 5) == 7


def test_a_finished_job_becomes_the_result_of_its_question():
    load()
    job = run()
    result = state.result()
    assert (result.comparison, result.settings) == ("comparison", SETTINGS)
    assert result.question is state.question()
    assert result.seconds == job.seconds_taken
    assert not result.out_of_time
    assert state.running() is None


def test_results_of_a_former_table_are_kept():
    load()
    run()
    state.use_sample("diabetes")
    assert state.result() is None
    load()
    assert state.result().comparison == "comparison"


def test_the_last_result_of_a_question_is_found_while_another_is_computed():
    load()
    assert state.last_result(state.question()) is None
    run()
    first = state.result()
    state.request(state.question(), dataclasses.replace(SETTINGS, folds=9))
    assert state.result() is None
    assert state.last_result(state.question()) is first
    state.use_sample("diabetes")
    assert state.last_result(state.question()) is None


def test_a_restored_result_is_shown_below_the_settings_of_the_session():
    load()
    run()
    result, later = state.result(), dataclasses.replace(SETTINGS, folds=9)
    state.restore(state.question(), later, result)
    assert state.result() is result
    assert state.pop_settings_from_url() == later


def test_the_oldest_results_are_dropped():
    load()
    for folds in range(2, 2 + state.RESULTS_AT_MOST + 1):
        run(settings=dataclasses.replace(SETTINGS, folds=folds))
        state.collect_result()
    kept = [settings.folds for _, settings in state._session["results"]]
    assert kept == [3, 4, 5, 6, 7, 8]


def test_one_comparison_runs_at_a_time():
    load()
    over = threading.Event()
    first = Job(lambda on_epoch: over.wait(5))
    second = Job(lambda on_epoch: "second")
    state.start(first, state.question(), SETTINGS)
    state.start(second, state.question(), SETTINGS)
    assert state.running() is first
    assert second.state == "waiting"
    over.set()
    first.join(5)


def test_a_job_of_another_question_is_named():
    load()
    over = threading.Event()
    job = Job(lambda on_epoch: over.wait(5))
    state.start(job, state.question(), SETTINGS)
    assert state.other_running_question() is None
    before = state.question()
    state.use_sample("diabetes")
    assert state.other_running_question() is before
    over.set()
    job.join(5)
    assert state.other_running_question() is None


def test_a_failure_is_shown_for_its_question_until_the_next_start():
    def fail(on_epoch):
        raise ValueError("Class b has one row.")

    load()
    run(fail)
    assert state.result() is None
    assert state.failure() == "Class b has one row."
    state.use_sample("diabetes")
    assert state.failure() == ""
    load()
    run()
    assert state.failure() == ""


def test_a_stop_without_a_result_is_shown_for_its_question_until_the_next_start():
    def cancel(on_epoch):
        raise CancelledError

    load()
    run(cancel)
    assert (state.result(), state.failure()) == (None, "")
    assert state.stopped_untrained()
    state.use_sample("diabetes")
    assert not state.stopped_untrained()
    load()
    run()
    assert state.result() is not None
    assert not state.stopped_untrained()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_unexpected_error_points_to_the_log():
    load()
    run(lambda on_epoch: {}["missing"])
    state.collect_result()
    assert "internal error; the server's log has the details" in state.failure()


def test_jobs_stop_when_the_session_is_released(held):
    load()
    over = threading.Event()
    job = Job(lambda on_epoch: over.wait(5))
    state.start(job, state.question(), SETTINGS)
    held.release()
    assert job.stopping
    over.set()
    job.join(5)


def test_a_session_records_that_the_router_has_run():
    assert not state.router_has_run()
    state.note_router_run()
    assert state.router_has_run()


def test_only_the_state_and_the_address_import_streamlit():
    modules = Path(state.__file__).parent.glob("*.py")
    importing = [
        path.name for path in modules if "import streamlit" in path.read_text()
    ]
    assert sorted(importing) == ["address.py", "state.py"]


@pytest.fixture
def former(held, monkeypatch):
    """A session with a table, a result and a running job, whose page was reloaded."""
    load()
    run()
    result, over = state.result(), threading.Event()
    job = Job(lambda on_epoch: over.wait(5))
    state.start(job, state.question(), SETTINGS)
    values = dict(state.widgets()) | {"settings.folds": 9, "upload_seen": ("a", "")}
    former = Held("former", lambda: False, values=lambda: values)
    former.add(job)
    HOLDER.hold(former)
    state.widgets().clear()
    yield SimpleNamespace(held=former, result=result, job=job)
    over.set()
    job.join(5)
    HOLDER.let_go(former)


def test_a_reloaded_page_takes_over_table_results_and_the_running_job(held, former):
    assert state.take_over(former.held.key)
    assert state.table().name == "houses.csv"
    assert state.running() is former.job
    assert not former.job.stopping
    assert state.result() is former.result
    assert not {"settings.folds", "upload_seen"} & set(state.widgets())
    held.release()  # the new session answers for the job
    assert former.job.stopping
    assert not state.take_over(former.held.key)  # once


def test_a_session_that_is_in_use_is_not_taken_over(former):
    former.held.is_connected = lambda: True
    assert not state.take_over(former.held.key)
    assert state.table() is None


@pytest.mark.parametrize("key", ["", "a guess", "x" * 43, "é"])
def test_another_key_leads_to_no_session(former, key):
    assert not state.take_over(key)
    assert state.table() is None
