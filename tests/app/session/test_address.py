"""The URL and the session agree, and a link is followed once."""

import pytest
import streamlit as st

from skloss.app.session import address, state
from skloss.app.session.question import read_upload
from skloss.app.session.settings import Choice, Settings

pytestmark = pytest.mark.usefixtures("held")
SETTINGS = Settings((Choice("huber"),), folds=3)


class Query(dict):
    """The query of a URL, as `st.query_params` offers it."""

    def get_all(self, key):
        return self[key] if isinstance(self[key], list) else [self[key]]

    def from_dict(self, query):
        self.clear()
        self.update(query)


@pytest.fixture
def url(monkeypatch):
    query = Query()
    monkeypatch.setattr(st, "query_params", query)
    monkeypatch.delenv("SKLOSS_SAMPLE", raising=False)
    return query


def load():
    state.set_table(read_upload("houses.csv", b"x,y\n1,2.5\n2,3.5\n3,5.5\n4,6.5\n"))


def test_the_url_holds_names_and_settings():
    state.use_sample("diabetes")
    state.request(state.question(), SETTINGS)
    assert address.url_query() == {
        "sample": "diabetes",
        "target": "progression",
        "task": "regression",
        "loss": ["huber"],
        "network": "64-64",
        "folds": "3",
        "epochs": "200",
        "seed": "0",
    }


def test_the_url_of_an_upload_names_neither_file_nor_sample():
    load()
    assert address.url_query() == {"target": "y", "task": "regression"}


def test_a_link_is_followed_once(url):
    url.update(sample="diabetes", target="bmi", folds="4", loss=["huber"])
    address.follow_url()
    assert state.target() == "bmi"
    assert state.requested_settings().folds == 4
    assert state.pop_settings_from_url().folds == 4
    address.follow_url()
    assert state.pop_settings_from_url() is None


def test_the_url_is_completed(url):
    url.update(sample="diabetes")
    address.follow_url()
    assert url == {"sample": "diabetes", "target": "progression", "task": "regression"}


def test_back_in_the_browser_restores_the_former_question(url):
    url.update(sample="diabetes")
    address.follow_url()
    former = dict(url)
    state.choose_target("bmi")
    address.follow_url()
    assert url["target"] == "bmi"
    url.from_dict(former)
    address.follow_url()
    assert state.target() == "progression"


def test_the_sample_of_the_server_is_the_first_table(url, monkeypatch):
    monkeypatch.setenv("SKLOSS_SAMPLE", "rare_class")
    address.follow_url()
    assert state.table().sample == "rare_class"
    load()
    url.clear()
    address.follow_url()
    assert state.table().sample is None


@pytest.mark.parametrize(
    "query",
    [{"sample": "../x"}, {"target": "z"}, {"task": "multilabel"}, {"task": "x"}],
)
def test_invalid_parameters_change_nothing(url, query):
    load()
    before = state.question()
    url.update(query)
    address.follow_url()
    assert state.question() is before
