"""The URL of the session: what it reproduces, and what following a link changes."""

import os

import streamlit as st

from skloss import datasets
from skloss.app.session import links, state
from skloss.app.session.question import COLUMN_TASKS
from skloss.app.session.settings import QUERY_KEYS, Settings
from skloss.tasks import as_task


def url_query() -> dict[str, str | list[str]]:
    """Return the query of the session's URL: names and settings, never data."""
    query: dict[str, str | list[str]] = dict(links.query(state.widgets()))
    current = state.question()
    if current is not None:
        if current.table.sample is not None:
            query["sample"] = current.table.sample
        query["target"] = current.target
        query["task"] = str(current.task)
    settings = state.requested_settings()
    return query if settings is None else query | settings.to_query()


def follow_url() -> None:
    """Apply the URL's query if it has changed, and keep the URL complete.

    An opened link and the browser's Back button both arrive here.
    """
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    if not query and state.table() is None and os.environ.get("SKLOSS_SAMPLE"):
        query = {"sample": [os.environ["SKLOSS_SAMPLE"]]}
    kept = state.cache("address")
    if query != kept.get("query"):
        _apply(query)
    complete = url_query()
    kept["query"] = links.as_lists(complete)
    if kept["query"] != query:
        st.query_params.from_dict(complete)


def _apply(query: dict[str, list[str]]) -> None:
    links.follow(state.widgets(), query)
    sample = query.get("sample", [""])[0]
    is_other = state.table() is None or state.table().sample != sample
    if is_other and sample in datasets.list_samples():
        state.use_sample(sample)
    if state.table() is not None:
        column = query.get("target", [""])[0]
        if column != state.target() and column in state.table().frame.columns:
            state.choose_target(column)
        task = query.get("task", [""])[0]
        if task in COLUMN_TASKS and state.target():
            state.choose_task(as_task(task))
    if QUERY_KEYS & set(query):
        settings = Settings.from_query(query)
        state.show_settings(settings)
        question = state.question()
        if question is not None:
            state.request(question, settings)
