"""The session of one person: the only file that spells a key of it.

Pages read and change the session through these functions, so that what is kept, and
what is forgotten when the table changes, is decided in one place.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from skloss import datasets
from skloss.app.session import question as questions
from skloss.app.session.jobs import Job
from skloss.app.session.question import LoadedTable, Question
from skloss.app.session.settings import Settings
from skloss.tasks import TaskProposal

_RESULTS_AT_MOST = 6
_SETTINGS = {"loss", "network", "folds", "epochs", "seed"}
_session = st.session_state


@dataclass(frozen=True, eq=False)
class Result:
    """A comparison with what it was made from."""

    comparison: Any
    question: Question
    settings: Settings
    seconds: float
    out_of_time: bool


# --- the table ---------------------------------------------------------------


def data() -> LoadedTable | None:
    """Return the loaded table, or None."""
    return _session.get("data")


def uploaded() -> LoadedTable | None:
    """Return the last uploaded table, which a sample may have replaced."""
    return _session.get("uploaded")


def set_table(table: LoadedTable) -> None:
    """Make a table the current one and propose its target, task and roles."""
    _session["data"] = table
    if table.sample is None:
        _session["uploaded"] = table
    note_upload(_session.get("upload_seen", ("", ""))[0])
    if table.frame.shape[1] == 0:
        choose_target("")
    elif table.sample is not None:
        choose_target(datasets.load_sample(table.sample).target)
    else:
        choose_target(questions.table.propose_target(table.frame))


def use_sample(name: str) -> None:
    """Load a built-in sample."""
    set_table(questions.load_sample(name))


def upload_is_new(file_id: str) -> bool:
    """Return whether a file of the uploader has not been taken in yet."""
    return file_id != _session.get("upload_seen", ("", ""))[0]


def note_upload(file_id: str, error: str = "") -> None:
    """Remember that a file has been taken in, or why it could not be."""
    _session["upload_seen"] = (file_id, error)


def upload_error() -> str:
    """Return why the file in the uploader could not be read, or nothing."""
    return _session.get("upload_seen", ("", ""))[1]


# --- the question ------------------------------------------------------------


def target() -> str:
    """Return the column to predict; empty if the table has no columns."""
    return _session.get("target", "")


def task() -> str:
    """Return the task: the proposed one, or what the person chose instead."""
    return _session.get("task", "")


def proposal() -> TaskProposal:
    """Return the proposed task of the target, with its reason."""
    return _session["proposal"]


def roles() -> pd.DataFrame:
    """Return roles and types of the columns, edits included."""
    return _session["roles"]


def choose_target(name: str) -> None:
    """Set the column to predict; its task and the roles are proposed anew."""
    _session["target"] = name
    if name:
        proposed, columns = questions.propose(data().frame, name)
        _session["proposal"], _session["roles"] = proposed, columns
        _session["task"] = proposed.task


def choose_task(task: str) -> None:
    """Override the proposed task."""
    _session["task"] = task


def choose_roles(columns: pd.DataFrame) -> None:
    """Replace roles and types of the columns."""
    _session["roles"] = columns


def question() -> Question | None:
    """Return the table with its question, or None while there is none."""
    if data() is None or not target():
        return None
    current = Question(data(), target(), task(), roles())
    kept = _session.get("question")
    if kept is None or kept.key != current.key:
        _session["question"] = kept = current
    return kept


# --- settings ----------------------------------------------------------------


def widget_key(name: str) -> str:
    """Return the key of the widget of a setting."""
    return f"settings.{name}"


def setting(name: str, default: Any) -> Any:
    """Give the widget of a setting its first value and return the current one."""
    return _session.setdefault(widget_key(name), default)


def change_setting(name: str, value: Any) -> None:
    """Give the widget of a setting a value, before it is drawn."""
    _session[widget_key(name)] = value


def asked() -> Settings | None:
    """Return the settings last asked for, by button or address, for this question."""
    current = question()
    return None if current is None else _session.get("asked", {}).get(current.key)


def _ask(question: Question, settings: Settings) -> None:
    kept = _session.setdefault("asked", {})
    kept.pop(question.key, None)
    kept[question.key] = settings
    for oldest in list(kept)[:-_RESULTS_AT_MOST]:
        del kept[oldest]


def pop_settings_from_url() -> Settings | None:
    """Return settings that the address brought, once, for the widgets to take over."""
    return _session.pop("pop_settings_from_url", None)


# --- the comparison ----------------------------------------------------------


class _SessionJobs:
    """Holds the session's jobs, and stops them when the session's page is closed."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def hold(self, job: Job) -> None:
        self._jobs = [other for other in self._jobs if not other.finished] + [job]

    def release(self) -> None:
        for job in self._jobs:
            job.stop()


@st.cache_resource(scope="session", on_release=_SessionJobs.release, show_spinner=False)
def _session_jobs() -> _SessionJobs:
    return _SessionJobs()


def start(job: Job, asked_of: Question, settings: Settings) -> None:
    """Start a comparison, unless one is under way; may raise QueueFullError."""
    if running() is not None:
        return
    job.start()
    _session_jobs().hold(job)
    _session["job"] = (job, asked_of, settings)
    _ask(asked_of, settings)
    _session.pop("failure", None)


def running() -> Job | None:
    """Return the job under way, or None."""
    collect()
    return _session["job"][0] if "job" in _session else None


def running_elsewhere() -> Question | None:
    """Return what the job under way compares, if it is not the current question."""
    if running() is None:
        return None
    asked_of, current = _session["job"][1], question()
    return None if current is not None and current.key == asked_of.key else asked_of


def collect() -> None:
    """Take in the result of a job that has ended."""
    if "job" not in _session or not _session["job"][0].finished:
        return
    job, asked_of, settings = _session.pop("job")
    if job.state == "done":
        results = _session.setdefault("results", {})
        results.pop((asked_of.key, settings), None)
        results[asked_of.key, settings] = Result(
            job.result, asked_of, settings, job.seconds_taken, job.out_of_time
        )
        for oldest in list(results)[:-_RESULTS_AT_MOST]:
            del results[oldest]
    elif job.state == "failed":
        _session["failure"] = (asked_of.key, job.error or _UNEXPECTED)


_UNEXPECTED = (
    "The comparison ended with an error of ours; the server's log has the details. "
    "Other losses or a simpler network may work."
)


def failure() -> str:
    """Return why the last comparison of the current question failed, or nothing."""
    key, sentence = _session.get("failure", ("", ""))
    current = question()
    return sentence if current is not None and current.key == key else ""


def result() -> Result | None:
    """Return the comparison of the current question that was last asked for."""
    collect()
    current, settings = question(), asked()
    if current is None or settings is None:
        return None
    return _session.get("results", {}).get((current.key, settings))


def yardsticks(comparison: Any, begin: Callable[[Any], Job | None]) -> Job | None:
    """Return the job that computes a comparison's references, begun when first asked.

    None where there is none: too much to compute, or too many people for now.
    """
    kept = _session.setdefault("yardsticks", {})
    if id(comparison) not in kept:
        job = begin(comparison)
        if job is None:
            return None
        _session_jobs().hold(job)
        kept[id(comparison)] = (comparison, job)
        for oldest in list(kept)[:-_RESULTS_AT_MOST]:
            del kept[oldest]
    return kept[id(comparison)][1]


def forget_yardsticks(comparison: Any) -> None:
    """Have a comparison's references begun anew when they are next asked for."""
    _session.get("yardsticks", {}).pop(id(comparison), None)


# --- the address -------------------------------------------------------------


def address() -> dict[str, str | list[str]]:
    """Return what the address should say: never data, only names and settings."""
    query: dict[str, str | list[str]] = {}
    current = question()
    if current is not None:
        if current.data.sample is not None:
            query["sample"] = current.data.sample
        query["target"] = current.target
        query["task"] = current.task
    if asked() is not None:
        query |= asked().to_query()
    return query


def follow_address() -> None:
    """Take over what the address says, if it is news, and keep the address complete.

    A link opened cold, and the browser's Back, arrive here alike.
    """
    said = {key: st.query_params.get_all(key) for key in st.query_params}
    if not said and data() is None and os.environ.get("SKLOSS_SAMPLE"):
        said = {"sample": [os.environ["SKLOSS_SAMPLE"]]}
    if said != _session.get("address"):
        _take_over(said)
    wanted = address()
    _session["address"] = {
        key: [value] if isinstance(value, str) else value
        for key, value in wanted.items()
    }
    if _session["address"] != said:
        st.query_params.from_dict(wanted)


def _take_over(said: dict[str, list[str]]) -> None:
    sample = said.get("sample", [""])[0]
    if sample in datasets.list_samples() and (
        data() is None or data().sample != sample
    ):
        use_sample(sample)
    if data() is not None:
        wanted = said.get("target", [""])[0]
        if wanted != target() and wanted in data().frame.columns:
            choose_target(wanted)
        task = said.get("task", [""])[0]
        if task in questions.TASKS and target():
            choose_task(task)
    if _SETTINGS & set(said):
        settings = Settings.from_query(said)
        _session["pop_settings_from_url"] = settings
        if question() is not None:
            _ask(question(), settings)


# --- once per session --------------------------------------------------------


def entered() -> bool:
    """Return whether the router has run in this session."""
    return _session.get("entered", False)


def enter() -> None:
    """Note that the router has run in this session."""
    _session["entered"] = True
