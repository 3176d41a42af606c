"""The URL of the session: what it reproduces, and what following a link changes."""

import os
import re
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from skloss import datasets
from skloss.app.session import links, proposals, state, tables
from skloss.app.session.proposals import COLUMN_TASKS, ROLES, TARGET_TASKS, TYPES
from skloss.app.session.settings import QUERY_KEYS, Settings
from skloss.tasks import as_task

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
# Characters of a name in an address: browsers and proxies cut long ones.
_NAME_AT_MOST = 200
# A URL has room for some columns only; the session file has all of them.
_COLUMNS_AT_MOST = _CLASSES_AT_MOST = 100
# A link with one of these is about columns: those without a role have the proposed one.
_COLUMN_KEYS = frozenset({"target", "role", "type"})

Query = dict[str, list[str]]


@dataclass(frozen=True)
class Awaited:
    """A link about an uploaded table, which the session does not have.

    Attributes
    ----------
    name : str
        Name of the file. It may be hostile.
    fingerprint : str
        SHA-256 of the file in hexadecimal digits.
    page : str
        Path of the page that the link opened.
    query : dict of str to list of str
    """

    name: str
    fingerprint: str
    page: str
    query: Query


def url_query() -> dict[str, str | list[str]]:
    """Return the query of the session's URL: names and settings, never data."""
    waiting = awaited()
    if waiting is not None:
        return dict(waiting.query)
    query: dict[str, str | list[str]] = dict(links.query(state.widgets()))
    current = state.question()
    if current is not None:
        loaded = current.table
        if loaded.sample is not None:
            query["sample"] = loaded.sample
        else:
            query["file"] = loaded.name[:_NAME_AT_MOST]
            query["sha256"] = loaded.fingerprint
            if loaded.overrides.get("sample_rows", 0) is None:
                query["rows"] = "all"
        query["target"] = current.target
        query["task"] = current.shown_task
        if state.order():
            query["order"] = [str(value) for value in state.order()]
        query |= _roles_to_query(current.roles)
    settings = state.requested_settings()
    return query if settings is None else query | settings.to_query()


def clear() -> None:
    """Drop the query, so that the URL does not name a table that was forgotten."""
    st.query_params.clear()


def awaited() -> Awaited | None:
    """Return the link that waits for its table, None if there is none."""
    return None if state.table() is not None else state.cache("address").get("awaited")


def open_table(name: str, content: bytes) -> str | None:
    """Follow the link that waits for a table, if an upload is that table.

    Parameters
    ----------
    name : str
    content : bytes
        Content of the upload.

    Returns
    -------
    str or None
        Path of the page of the link; None if the upload is another table.

    Raises
    ------
    skloss.table.TableError
        If the file does not hold a table.
    """
    link = awaited()
    if link is None or tables.digest(content) != link.fingerprint:
        return None
    every = {"sample_rows": None} if _first(link.query, "rows") == "all" else {}
    state.set_table(tables.read_upload(name, content, **every))
    _apply_to_table(link.query)
    return link.page


def follow_url(page: str = "") -> None:
    """Apply the URL's query if it has changed, and keep the URL complete.

    An opened link and the browser's Back button both arrive here.

    Parameters
    ----------
    page : str, default=""
        Path of the page, without the query.
    """
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    if not query and state.table() is None and os.environ.get("SKLOSS_SAMPLE"):
        query = {"sample": [os.environ["SKLOSS_SAMPLE"]]}
    kept = state.cache("address")
    if query != kept.get("query"):
        _apply(query, page)
    complete = url_query()
    kept["query"] = links.as_lists(complete)
    if kept["query"] != query:
        st.query_params.from_dict(complete)


def _apply(query: Query, page: str) -> None:
    links.follow(state.widgets(), query)
    sample, fingerprint = _first(query, "sample"), _first(query, "sha256")
    is_other = state.table() is None or state.table().sample != sample
    if is_other and sample in datasets.list_samples():
        state.use_sample(sample)
    elif _FINGERPRINT.fullmatch(fingerprint):
        upload = state.uploaded()
        if upload is not None and upload.fingerprint == fingerprint:
            if state.table() is not upload:
                state.set_table(upload)
        else:
            name = _first(query, "file")[:_NAME_AT_MOST] or "a table"
            kept = Awaited(name, fingerprint, page, query)
            state.cache("address")["awaited"] = kept
    _apply_to_table(query)


def _apply_to_table(query: Query) -> None:
    if state.table() is not None:
        column = _first(query, "target")
        if column != state.target() and column in state.table().frame.columns:
            state.choose_target(column)
        if _COLUMN_KEYS & set(query) and state.target():
            _choose_roles(query)
        if state.target():
            _choose_task(query)
    if QUERY_KEYS & set(query):
        settings = Settings.from_query(query)
        # The links between pages have those of the result: widgets keep later ones.
        if settings != state.requested_settings():
            state.show_settings(settings)
            if state.question() is not None:
                state.request(state.question(), settings)


def _roles_to_query(roles: pd.DataFrame) -> Query:
    """Return the parameters ``role`` and ``type``, such as ``group:hospital``."""
    proposed = state.proposed_roles()
    changed = proposals.changed_roles(proposed, roles)
    shown = [one for one in changed.items() if len(one[0]) <= _NAME_AT_MOST]
    shown = shown[:_COLUMNS_AT_MOST]
    query = {
        name: [
            f"{values[place]}:{column}"
            for column, values in shown
            if values[place] != proposed.at[column, name]
        ]
        for place, name in enumerate(("role", "type"))
    }
    return {name: values for name, values in query.items() if values}


def _choose_task(query: Query) -> None:
    """Choose the task of a link, if the targets can have it."""
    task, roles = _first(query, "task"), state.roles()
    names = proposals.targets_of(state.target(), roles)
    offered = COLUMN_TASKS if len(names) == 1 else TARGET_TASKS
    column = state.table().frame[state.target()]
    if task in offered:
        state.choose_task(as_task(task))
    elif task == "ordinal" and proposals.can_be_ordered(column):
        order = query.get("order", ())[:_CLASSES_AT_MOST]
        state.choose_task(as_task(task), proposals.named_order(column, order))


def _choose_roles(query: Query) -> None:
    """Choose roles and types of a link; other columns get the proposed ones."""
    changed: dict[str, list[str]] = {}
    for place, (name, known) in enumerate((("role", ROLES), ("type", TYPES))):
        for text in query.get(name, ())[:_COLUMNS_AT_MOST]:
            value, _, column = text.partition(":")
            if value in known:
                changed.setdefault(column, ["", ""])[place] = value
    proposed, target = state.proposed_roles(), state.target()
    chosen = {name: (role, kind) for name, (role, kind) in changed.items()}
    state.choose_roles(proposals.with_roles(proposed, target, chosen))


def _first(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "")
