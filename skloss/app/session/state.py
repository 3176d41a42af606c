"""The state of one person's session, and the only file that names its keys.

Pages read and change the session through these functions, so that what is kept, and
what is dropped when the table changes, is decided in one place.
"""

from collections.abc import MutableMapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from skloss import datasets
from skloss.app.session import links, proposals, tables
from skloss.app.session.holding import HOLDER, Held
from skloss.app.session.jobs import Job
from skloss.app.session.question import Question
from skloss.app.session.results import Result
from skloss.app.session.settings import Settings
from skloss.app.session.tables import LoadedTable
from skloss.tasks import Task, TaskProposal

# A result holds predictions and histories in memory, of every session at once.
RESULTS_AT_MOST = 6
_session = st.session_state


# --- the table ---------------------------------------------------------------


def table() -> LoadedTable | None:
    """Return the loaded table, or None."""
    return _session.get("table")


def uploaded() -> LoadedTable | None:
    """Return the last uploaded table, which a sample may have replaced."""
    return _session.get("uploaded")


def set_table(loaded: LoadedTable) -> None:
    """Make a table the current one and propose its target, task and roles."""
    _session["table"] = loaded
    if loaded.sample is None:
        _session["uploaded"] = loaded
    note_upload(_session.get("upload_seen", ("", ""))[0])
    if loaded.frame.shape[1] == 0:
        choose_target("")
    elif loaded.sample is not None:
        choose_target(datasets.load_sample(loaded.sample).target)
    else:
        choose_target(loaded.guess.name)
        others = dict.fromkeys(loaded.together[0][1:], ("target", ""))
        choose_roles(proposals.with_roles(roles(), target(), others))


def use_sample(name: str) -> None:
    """Load a built-in sample."""
    set_table(tables.load_sample(name))


def forget() -> None:
    """Drop the tables and all that was made from them, and stop the session's jobs."""
    HOLDER.let_go(held())
    count = _session.get("forgotten", 0) + 1
    _session.clear()
    _session["forgotten"] = count
    note_router_run()


def upload_key() -> str:
    """Return the key of the uploader: a new one after `forget`, which empties it."""
    return f"upload{_session.get('forgotten', '')}"


def upload_is_new(file_id: str) -> bool:
    """Return whether a file of the uploader has not been read yet."""
    return file_id != _session.get("upload_seen", ("", ""))[0]


def note_upload(file_id: str, error: str = "") -> None:
    """Record that a file has been read, or why it could not be."""
    _session["upload_seen"] = (file_id, error)


def upload_error() -> str:
    """Return why the file in the uploader could not be read; empty if it could."""
    return _session.get("upload_seen", ("", ""))[1]


# --- the question ------------------------------------------------------------


def target() -> str:
    """Return the column to predict; empty if the table has no columns."""
    return _session.get("target", "")


def task() -> Task:
    """Return the task: the proposed one, or the one chosen in its place."""
    return _session["task"]


def proposal() -> TaskProposal:
    """Return the proposed task of the target, with its reason."""
    return _session["proposal"]


def roles() -> pd.DataFrame:
    """Return roles and types of the columns, edits included."""
    return _session["roles"]


def choose_target(name: str) -> None:
    """Set the column to predict, and propose its task and the roles again."""
    _session["target"] = name
    if name:
        proposed, columns = proposals.propose(table().frame, name)
        _session["proposal"], _session["roles"] = proposed, columns
        _session["proposed_roles"] = columns
        choose_task(proposed.task)


def choose_task(task: Task, order: Sequence[Any] = ()) -> None:
    """Override the proposed task, and the order of ordered classes."""
    _session["task"], _session["order"] = task, tuple(order)


def order() -> tuple[Any, ...]:
    """Return the order of the classes that was chosen; empty if none was."""
    return _session.get("order", ())


def choose_roles(columns: pd.DataFrame) -> None:
    """Replace roles and types; the task is proposed again if the targets change."""
    former = proposals.targets_of(target(), roles())
    _session["roles"] = columns
    names = proposals.targets_of(target(), columns)
    if names != former:
        y = table().frame[names if len(names) > 1 else target()]
        _session["proposal"] = proposals.propose_for(y)
        choose_task(_session["proposal"].task)


def proposed_roles() -> pd.DataFrame:
    """Return roles and types of the columns as they were proposed."""
    return _session["proposed_roles"]


def question() -> Question | None:
    """Return the current question, or None while there is no table or target."""
    if table() is None or not target():
        return None
    current = Question.of(table(), target(), task(), roles(), order())
    kept = _session.get("question")
    if kept is None or kept.key != current.key:
        _session["question"] = kept = current
    return kept


# --- settings ----------------------------------------------------------------


def widgets() -> MutableMapping[str, Any]:
    """Return the values of the session's widgets by key."""
    return _session


def widget_key(name: str) -> str:
    """Return the key of the widget of a setting."""
    return f"settings.{name}"


def setting(name: str, default: Any) -> Any:
    """Return the value of the widget of a setting, set to a default at first."""
    start = default if is_drawn(name) else links.start(_session, name, default)
    return _session.setdefault(widget_key(name), start)


def is_drawn(name: str) -> bool:
    """Return whether the widget of a setting has a value, as while its page is open."""
    return widget_key(name) in _session


def change_setting(name: str, value: Any) -> None:
    """Set the widget of a setting to a value, before it is drawn."""
    _session[widget_key(name)] = value


def requested_settings() -> Settings | None:
    """Return the settings last requested for this question, by button or link."""
    current = question()
    return None if current is None else _session.get("requested", {}).get(current.key)


def request(question: Question, settings: Settings) -> None:
    """Record the settings last requested for a question."""
    kept = _session.setdefault("requested", {})
    kept.pop(question.key, None)
    kept[question.key] = settings
    for oldest in list(kept)[:-RESULTS_AT_MOST]:
        del kept[oldest]


def show_settings(settings: Settings) -> None:
    """Set the widgets to settings when they are drawn next."""
    _session["settings_from_url"] = settings


def pop_settings_from_url() -> Settings | None:
    """Return the settings of the URL, once, to set the widgets to."""
    return _session.pop("settings_from_url", None)


# --- the comparison ----------------------------------------------------------


def held() -> Held:
    """Return what the server holds for this session, from its first run on."""
    if "held" not in _session:
        _session["held"] = _new_held()
        HOLDER.hold(_session["held"])
    return _session["held"]


def _new_held() -> Held:
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():  # in a test there is no browser
        return Held()
    server, session_id, values = (
        runtime.get_instance(),
        context.session_id,
        context.session_state,
    )

    def drop() -> None:
        for name in values.filtered_state:
            del values[name]

    return Held(
        session_id,
        lambda: server.is_active_session(session_id),
        drop,
        lambda: values.filtered_state,
    )


def take_over(key: str) -> bool:
    """Take over what a session without a browser keeps, and its jobs; return whether.

    Parameters
    ----------
    key : str
        Key of the former session of the same tab.

    Returns
    -------
    bool
    """
    former = HOLDER.find(key)
    # A tab that was duplicated has the key of a session that is in use.
    if former is None or former is held() or former.is_connected():
        return False
    kept = {name: one for name, one in former.values().items() if _is_kept(name)}
    _session.update(kept)
    former.hand_over(held())
    HOLDER.let_go(former)
    return True


def _is_kept(name: str) -> bool:
    """Return whether a reload keeps a value; widgets take theirs from the URL."""
    return name in _KEPT or (name.startswith("cache.") and name != "cache.address")


_KEPT = frozenset(
    "table uploaded target proposal task order roles proposed_roles question job "
    "requested results failure".split()
)


def end_with_session(job: Job) -> Job:
    """Stop a job when its session is released; return the job."""
    held().add(job)
    return job


def start(job: Job, question: Question, settings: Settings) -> None:
    """Start a comparison unless one is running.

    Raises
    ------
    QueueFullError
        If too many comparisons are running or waiting on this server.
    """
    if running() is not None:
        return
    job.start()
    end_with_session(job)
    _session["job"] = (job, question, settings)
    request(question, settings)
    _session.pop("failure", None)


def running() -> Job | None:
    """Return the running job, or None."""
    collect_result()
    return _session["job"][0] if "job" in _session else None


def other_running_question() -> Question | None:
    """Return the question of the running job if it is not the current one."""
    if running() is None:
        return None
    of_job = _session["job"][1]
    return None if getattr(question(), "key", "") == of_job.key else of_job


def collect_result() -> None:
    """Store the result of a job that has ended."""
    if "job" not in _session or not _session["job"][0].finished:
        return
    job, of_job, settings = _session.pop("job")
    if job.state == "done":
        _keep(Result(job.result, of_job, settings, job.seconds_taken, job.out_of_time))
    elif job.state == "failed":
        _session["failure"] = (of_job.key, job.error or _UNEXPECTED)
    else:
        _session["failure"] = (of_job.key, "")  # stopped, which is no fault


def _keep(result: Result) -> None:
    results = _session.setdefault("results", {})
    results.pop((result.question.key, result.settings), None)
    results[result.question.key, result.settings] = result
    for oldest in list(results)[:-RESULTS_AT_MOST]:
        del results[oldest]


def restore(question: Question, settings: Settings, result: Result | None) -> None:
    """Set the widgets to settings, and show a result that was not computed here."""
    request(question, settings if result is None else result.settings)
    show_settings(settings)
    if result is not None:
        _keep(result)


_UNEXPECTED = (
    "The comparison ended with an internal error; the server's log has the details. "
    "Other losses or a simpler network may work."
)


def failure() -> str:
    """Return why the last comparison of the current question failed, or ''."""
    key, sentence = _session.get("failure", ("", ""))
    current = question()
    return sentence if current is not None and current.key == key else ""


def stopped_untrained() -> bool:
    """Return whether the question's last comparison was stopped without a result."""
    return _session.get("failure") == (getattr(question(), "key", None), "")


def result() -> Result | None:
    """Return the last requested comparison of the current question, or None."""
    collect_result()
    current, settings = question(), requested_settings()
    if current is None or settings is None:
        return None
    return _session.get("results", {}).get((current.key, settings))


def last_result(question: Question) -> Result | None:
    """Return the last finished comparison of a question, or None."""
    kept = reversed(_session.get("results", {}).values())
    return next((one for one in kept if one.question.key == question.key), None)


def cache(name: str) -> dict[Any, Any]:
    """Return a dict that is kept for the session."""
    return _session.setdefault(f"cache.{name}", {})


# --- the router -----------------------------------------------------------------


def router_has_run() -> bool:
    """Return whether the router has run in this session."""
    return _session.get("router_has_run", False)


def note_router_run() -> None:
    """Record that the router has run in this session."""
    _session["router_has_run"] = True
