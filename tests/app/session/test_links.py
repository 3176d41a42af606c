"""Settings in the query of a URL: written when changed, read within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.app.session import links


def session_of(url=(), **defaults):
    """A session that opened a link and drew widgets at once."""
    session = {}
    links.follow(session, dict(url))
    for name, default in defaults.items():
        name = name.replace("__", ".")
        session[f"settings.{name}"] = links.start(session, name, default)
    return session


def test_values_that_differ_from_their_defaults_are_parameters():
    session = session_of(decide__under=3.0, decide__row=1, theorem="noise")
    assert links.query(session) == {}
    session["settings.decide.under"], session["settings.theorem"] = 4.5, "kl"
    assert links.query(session) == {"decide.under": ["4.5"], "theorem": ["kl"]}


@pytest.mark.parametrize(
    ("default", "value"),
    [
        (3.0, 0.1),
        (1, 17),
        ("loss", "gradient"),
        (False, True),
        (["a"], ["b", "c"]),
        (None, 2.5),
    ],
)
def test_a_link_gives_the_value_again(default, value):
    first = session_of(explore__x=default)
    first["settings.explore.x"] = value
    second = session_of(links.query(first), explore__x=default)
    assert second["settings.explore.x"] == value
    assert links.query(second) == links.query(first)


@pytest.mark.parametrize("text", ["", "nan", "inf", "many", "1e999", "[1]"])
def test_what_is_not_a_number_leaves_the_default(text):
    for default in (3.0, 1):
        session = session_of({"decide.under": [text]}, decide__under=default)
        assert session["settings.decide.under"] == default


def test_other_settings_are_not_part_of_the_link():
    session = session_of({"folds": ["9"], "param.huber": ["1"]}, folds=5)
    assert session["settings.folds"] == 5
    session["settings.folds"] = 7
    assert links.query(session) == {}


def test_the_link_of_a_page_that_was_not_opened_is_kept():
    url = {"theory.kl.p.peak": ["4.0"]}
    session = session_of(url, decide__row=1)
    assert links.query(session) == url


def test_another_link_replaces_its_values_and_keeps_the_others():
    session = session_of({"decide.under": ["4.0"]}, decide__under=3.0, decide__row=1)
    session["settings.decide.row"] = 9
    links.follow(session, {"decide.row": ["5"]})
    assert session["settings.decide.under"] == 4.0
    assert "settings.decide.row" not in session
    assert links.start(session, "decide.row", 1) == 5


def test_values_that_a_link_cannot_hold_are_left_out():
    session = session_of(decide__matrix=object(), explore__losses=["a"])
    session["settings.explore.losses"] = []
    assert links.query(session) == {}


def test_sizes_are_bounded():
    url = {f"decide.{k}": ["x" * 1000] * 100 for k in "abcdefghij" * 20}
    url |= {f"decide.a{k}": ["1"] for k in range(500)}
    url["decide." + "a" * 100] = ["1"]
    session = session_of(url)
    kept = session["links.linked"]
    assert len(kept) <= 60
    assert all(len(name) <= 81 for name in kept)
    assert all(len(texts) <= 40 for texts in kept.values())
    assert all(len(text) <= 200 for texts in kept.values() for text in texts)


@given(st.dictionaries(st.text(), st.lists(st.text())), st.text(max_size=20))
def test_any_url_gives_values_of_the_type_of_the_default(url, text):
    url = url | {"decide.a": [text], "decide.b": [text], "decide.c": [text]}
    session = session_of(url, decide__a=1.5, decide__b=2, decide__c=["x"])
    kinds = [type(session[f"settings.decide.{name}"]) for name in "abc"]
    assert kinds == [float, int, list]
