"""The URL and the session agree, and a link is followed once."""

import dataclasses
import hashlib

import pytest
import streamlit
from hypothesis import given, settings
from hypothesis import strategies as st

from skloss.app.session import address, state
from skloss.app.session.settings import Choice, Settings
from skloss.app.session.tables import read_upload

pytestmark = pytest.mark.usefixtures("held")
SETTINGS = Settings((Choice("huber"),), folds=3)
CSV = b"x,y\n1,2.5\n2,3.5\n3,5.5\n4,6.5\n"
NAMES = st.sampled_from(
    ["sample", "file", "sha256", "target", "task", "loss", "folds", "decide.costs"]
)
TEXTS = st.lists(
    st.text(max_size=20)
    | st.sampled_from(["diabetes", "bmi", "binary", "a" * 64, "huber(delta=9)"]),
    max_size=3,
)


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
    monkeypatch.setattr(streamlit, "query_params", query)
    monkeypatch.delenv("SKLOSS_SAMPLE", raising=False)
    return query


def load():
    state.set_table(read_upload("houses.csv", CSV))


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


def test_the_url_of_an_upload_holds_its_name_and_fingerprint_and_no_row():
    load()
    assert address.url_query() == {
        "file": "houses.csv",
        "sha256": hashlib.sha256(CSV).hexdigest(),
        "target": "y",
        "task": "regression",
    }


def link_to_upload(url):
    """A link about an upload with the target x, opened in a new session."""
    load()
    state.choose_target("x")
    state.request(state.question(), SETTINGS)
    link = address.url_query()
    state.widgets().clear()
    url.update(link)
    address.follow_url("decide")
    return link


def test_a_link_about_an_upload_waits_for_it_and_stays_in_the_url(url):
    link = link_to_upload(url)
    assert address.awaited().name == "houses.csv"
    assert address.awaited().fingerprint == hashlib.sha256(CSV).hexdigest()
    assert state.table() is None
    address.follow_url()
    assert url == link | {"loss": ["huber"]}


def test_the_same_file_under_any_name_follows_the_link(url):
    link_to_upload(url)
    assert address.open_table("renamed.csv", CSV) == "decide"
    assert (state.table().name, state.target()) == ("renamed.csv", "x")
    assert state.requested_settings() == SETTINGS
    assert address.awaited() is None


def test_a_link_about_all_rows_of_a_file_reads_all_of_them(url):
    state.set_table(read_upload("houses.csv", CSV, sample_rows=None))
    link = address.url_query()
    assert link["rows"] == "all"
    state.widgets().clear()
    url.update(link)
    address.follow_url()
    address.open_table("houses.csv", CSV)
    assert state.table().overrides == {"sample_rows": None}


def test_another_file_does_not_follow_the_link(url):
    link_to_upload(url)
    assert address.open_table("houses.csv", CSV + b"5,7.5\n") is None
    assert state.table() is None


def test_another_table_ends_the_wait(url):
    link_to_upload(url)
    state.use_sample("diabetes")
    assert address.awaited() is None
    assert address.url_query()["sample"] == "diabetes"


def test_back_in_the_browser_leads_from_a_sample_to_the_upload(url):
    load()
    upload = state.table()
    address.follow_url()
    former = dict(url)
    state.use_sample("diabetes")
    address.follow_url()
    url.from_dict(former)
    address.follow_url()
    assert state.table() is upload
    assert url == former


@pytest.mark.parametrize("digest", ["", "ab", "A" * 64, "g" * 64, "a" * 65, "../x"])
def test_what_is_not_a_fingerprint_is_not_waited_for(url, digest):
    url.update(file="houses.csv", sha256=digest)
    address.follow_url()
    assert address.awaited() is None
    assert url == {}


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(NAMES | st.text(max_size=20), TEXTS, max_size=8))
def test_any_query_gives_a_url_that_is_followed_once(query):
    state.widgets().clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streamlit, "query_params", Query(query))
        address.follow_url("compare")
        first = dict(streamlit.query_params)
        address.follow_url("compare")
        assert dict(streamlit.query_params) == first
    assert len(str(first)) <= len(str(query)) + 1000


def test_a_link_is_followed_once(url):
    url.update(sample="diabetes", target="bmi", folds="4", loss=["huber"])
    address.follow_url()
    assert state.target() == "bmi"
    assert state.requested_settings().folds == 4
    assert state.pop_settings_from_url().folds == 4
    address.follow_url()
    assert state.pop_settings_from_url() is None


def test_a_link_sets_roles_of_the_proposed_target(url):
    url.update(sample="diabetes", role=["ignore:bmi", "time:age"])
    url.update(type=["category:sex"])
    address.follow_url()
    assert state.target() == "progression"
    roles = state.roles()
    assert roles.loc[["bmi", "age"], "role"].tolist() == ["ignore", "time"]
    assert roles.at["sex", "type"] == "category"
    assert url["role"] == ["time:age", "ignore:bmi"]


def test_widgets_keep_settings_that_are_later_than_those_of_the_result(url):
    state.use_sample("diabetes")
    state.request(state.question(), SETTINGS)
    state.show_settings(dataclasses.replace(SETTINGS, folds=9))
    url.update(address.url_query())
    address.follow_url()
    assert state.pop_settings_from_url().folds == 9


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
