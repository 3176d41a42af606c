"""The session file: settings and results in JSON, with the fingerprint of the data."""

import json
import re
from dataclasses import dataclass
from typing import Any

from skloss import wording
from skloss.app.session import links, proposals, tables, work
from skloss.app.session.proposals import ROLES, TARGET_TASKS, TYPES
from skloss.app.session.question import Question
from skloss.app.session.results import Result
from skloss.app.session.settings import Settings
from skloss.app.session.tables import MEGABYTES_AT_MOST, LoadedTable
from skloss.datasets import list_samples
from skloss.tasks import Task, as_task

#: Key of the version of the format, by which a session file is recognised.
FORMAT = "skloss_session"
# Increased with each change that the previous version cannot read.
_VERSION = 1
_TEXT_AT_MOST = 10_000  # the longest name of a column that a table may have
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Thirty years: a longer duration in a file cannot have been measured.
_SECONDS_AT_MOST = 1e9
# Those of the form on the page Data, with the types of their values in JSON; the limits
# of `read_table` are not among them.
_OVERRIDES = {
    **dict.fromkeys(("encoding", "delimiter", "decimal", "thousands"), (str,)),
    **dict.fromkeys(("dayfirst", "quotes"), (bool,)),
    "header": (bool, int),
    **{"skip_rows": (int,), "sample_rows": (int, type(None)), "types": (dict,)},
    "skip_lines": (list, tuple),
}


class SessionFileError(ValueError):
    """A file is not a session file, or not one of this table."""


@dataclass(frozen=True)
class Saved:
    """What a session file holds, validated apart from the results.

    Attributes
    ----------
    name : str
        Name of the table.
    sample : str or None
        Name of the built-in sample, None for an upload.
    fingerprint : str
        SHA-256 of the file or of the sample's rows.
    overrides : dict
        Options that an upload was read with.
    target : str
    task : Task
    order : tuple of str
        Classes from the lowest to the highest; empty unless the task is ordinal.
    roles : dict of str to (str, str)
        Role and type of the columns that the user changed.
    settings : Settings
    results : object
        Not validated; None if there are none.
    """

    name: str
    sample: str | None
    fingerprint: str
    overrides: dict[str, Any]
    target: str
    task: Task
    order: tuple[str, ...]
    roles: dict[str, tuple[str, str]]
    settings: Settings
    results: Any


def write(question: Question, settings: Settings, result: Result | None = None) -> str:
    """Return the content of a session file; no row of the data is part of it.

    Parameters
    ----------
    question : Question
    settings : Settings
    result : Result, optional
        Its settings may be others than those of the page, while a comparison runs.

    Returns
    -------
    str
    """
    loaded = question.table
    _, proposed = proposals.propose(loaded.frame, question.target)
    content = {
        FORMAT: _VERSION,
        "table": {
            "name": loaded.name,
            "sample": loaded.sample,
            "sha256": loaded.fingerprint,
            "overrides": loaded.overrides,
        },
        "target": question.target,
        "task": question.shown_task,
        "order": [str(value) for value in question.order],
        "roles": proposals.changed_roles(proposed, question.roles),
        "settings": links.as_lists(settings.to_query()),
        "result": None if result is None else _stored(result),
    }
    text = json.dumps(content, allow_nan=False)
    if len(text) > MEGABYTES_AT_MOST * 2**20 and result is not None:
        # Results of this many rows are kept without the distributions.
        content["result"]["comparison"]["distributions"] = []
        text = json.dumps(content, allow_nan=False)
    return text


def _stored(result: Result) -> dict[str, Any]:
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import store_comparison

    return {
        "seconds": result.seconds,
        "out_of_time": result.out_of_time,
        "settings": links.as_lists(result.settings.to_query()),
        "comparison": store_comparison(result.comparison),
    }


def read(content: bytes) -> Saved:
    """Read a session file, which may come from anyone.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Saved

    Raises
    ------
    SessionFileError
        If it is too large or not a session file.
    """
    if len(content) > MEGABYTES_AT_MOST * 2**20:
        raise SessionFileError(
            f"This session file is larger than the limit of {MEGABYTES_AT_MOST} MB."
        )
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SessionFileError("This is not a session file of skloss.") from error
    if not isinstance(found, dict) or FORMAT not in found:
        raise SessionFileError("This is not a session file of skloss.")
    if found[FORMAT] != _VERSION:
        raise SessionFileError(
            "This session file was written by another version of skloss. Write it "
            "again with this version."
        )
    try:
        return _saved(found)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SessionFileError("This session file is incomplete or damaged.") from error


def _saved(found: dict[str, Any]) -> Saved:
    table = found["table"]
    sample = table["sample"]
    _require(sample is None or sample in list_samples())
    _require(_DIGEST.fullmatch(table["sha256"]))
    _require(found["task"] in (*TARGET_TASKS, "ordinal"))
    order = found.get("order", [])  # which an earlier version did not store
    _require(isinstance(order, list) and all(map(_is_text, order)))
    roles = {}
    for name, (role, kind) in found["roles"].items():
        _require(role in ROLES and kind in TYPES)
        roles[name] = (role, kind)
    _require(_is_text(table["name"]) and _is_text(found["target"]))
    for name, value in table["overrides"].items():
        _require(name in _OVERRIDES and type(value) in _OVERRIDES[name])
    header = table["overrides"].get("header", True)
    _require(type(header) is bool or header == 2)
    lines = table["overrides"].get("skip_lines", ())
    _require(all(type(line) is int for line in lines))
    for pair in table["overrides"].get("types", {}).items():
        _require(all(map(_is_text, pair)))
    return Saved(
        table["name"],
        sample,
        table["sha256"],
        table["overrides"],
        found["target"],
        as_task(found["task"]),
        tuple(order),
        roles,
        _settings_of(found["settings"]),
        found["result"],
    )


def _settings_of(query: Any) -> Settings:
    _require(isinstance(query, dict) and len(query) <= 20)
    for values in query.values():
        _require(isinstance(values, list) and len(values) <= 100)
        _require(all(_is_text(value) for value in values))
    return Settings.from_query(query)


def _require(condition: Any) -> None:
    if not condition:
        raise ValueError("a part of the file is not valid")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _TEXT_AT_MOST


def load_table(saved: Saved, name: str = "", content: bytes = b"") -> LoadedTable:
    """Return the table of a session: the sample, or the uploaded file read again.

    Parameters
    ----------
    saved : Saved
    name : str
    content : bytes
        Content of an upload.

    Returns
    -------
    LoadedTable

    Raises
    ------
    ValueError
        If it is not the table that the session was made from.
    """
    if saved.sample is not None:
        loaded = tables.load_sample(saved.sample)
    else:
        try:
            loaded = tables.read_upload(name, content, **saved.overrides)
        except LookupError as error:  # such as an encoding that does not exist
            raise SessionFileError("The reading options are not valid.") from error
    if loaded.fingerprint != saved.fingerprint:
        raise SessionFileError(
            f"This is not the table that the session was made from: "
            f"{wording.quoted(saved.name)} had other content."
        )
    return loaded


def question_of(saved: Saved, loaded: LoadedTable) -> Question:
    """Return the question of a session about its table.

    Parameters
    ----------
    saved : Saved
    loaded : LoadedTable

    Returns
    -------
    Question

    Raises
    ------
    SessionFileError
        If the table has no such target.
    """
    if saved.target not in loaded.frame.columns:
        raise SessionFileError("The target of the session is not in this table.")
    _, proposed = proposals.propose(loaded.frame, saved.target)
    roles = proposals.with_roles(proposed, saved.target, saved.roles)
    order = proposals.named_order(loaded.frame[saved.target], saved.order)
    return Question.of(loaded, saved.target, saved.task, roles, order)


def result_of(saved: Saved, question: Question) -> Result | None:
    """Return the result of a session, None if it has none.

    Parameters
    ----------
    saved : Saved
    question : Question

    Returns
    -------
    Result or None

    Raises
    ------
    ValueError
        If the results are damaged, or not those of the question and settings.
    """
    stored = saved.results
    if stored is None:
        return None
    damaged = SessionFileError("The results of the session are damaged.")
    if not isinstance(stored, dict) or set(stored) - {"settings"} != {
        *("seconds", "out_of_time", "comparison")
    }:
        raise damaged
    seconds, out_of_time = stored["seconds"], stored["out_of_time"]
    is_time = isinstance(seconds, (int, float)) and 0 <= seconds <= _SECONDS_AT_MOST
    if not is_time or not isinstance(out_of_time, bool):
        raise damaged
    try:
        settings = _settings_of(
            stored.get("settings", links.as_lists(saved.settings.to_query()))
        )
    except ValueError as error:
        raise damaged from error
    problem = question.problem_with(settings.folds)
    if problem:
        raise SessionFileError(problem)
    unknown = [c for c in settings.choices if not question.takes(c)]
    if unknown or not settings.choices:
        raise SessionFileError("The losses of the session are not for this target.")
    try:
        comparison = work.restored_comparison(question, settings, stored["comparison"])
    except TypeError as error:  # such as a parameter that a loss does not have
        raise SessionFileError("The losses of the session are not valid.") from error
    return Result(comparison, question, settings, float(seconds), out_of_time)
