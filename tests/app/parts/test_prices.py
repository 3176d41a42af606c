"""The cost matrix of several classes, which a link holds."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from skloss.app.parts import prices
    from skloss.app.session import address, state

    address.follow_url()
    if state.question() is None:
        state.use_sample("wine")
    st.code(prices._of_classes(state.question(), ["a", "b", "c"]).expression)
    st.json(address.url_query())


@pytest.fixture
def app():
    return AppTest.from_function(page, default_timeout=60)


def opened(app, *rows):
    app.query_params["decide.costs"] = list(rows)
    app.run()
    assert not app.exception
    return app.code[0].value


def test_a_link_holds_the_rows_that_were_changed(app):
    shown = opened(app, "2:1,9.5,0", "1:7,0,2.5")
    assert "[[0.0, 1.0, 1.0], [7.0, 0.0, 2.5], [1.0, 9.5, 0.0]]" in shown
    # Drawn again without a change, the matrix stays and is in the link.
    app.run()
    assert app.code[0].value == shown
    link = json.loads(app.json[0].value)
    assert link["decide.costs"] == ["1:7,0,2.5", "2:1,9.5,0"]


def test_another_link_changes_the_matrix_that_is_shown(app):
    assert "[7.0, 0.0, 2.5]" in opened(app, "1:7,0,2.5")
    assert "[[0.0, 3.0, 1.0], [1.0, 0.0, 1.0], " in opened(app, "0:0,3,1")


def test_another_table_starts_with_equal_costs(app):
    assert "[7.0, 0.0, 2.5]" in opened(app, "1:7,0,2.5")
    app.query_params["target"] = "alcohol"
    app.run()
    assert "[[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], " in app.code[0].value


@pytest.mark.parametrize(
    "row",
    [
        "",
        "1",
        "1:",
        "1:2,0",
        "1:nan,0,1",
        "1:-1,0,1",
        "1:1e300,0,1",
        "7:1,1,0",
        "²:1,1,0",
    ],
)
def test_what_is_not_a_row_of_costs_changes_nothing(app, row):
    assert "[[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]" in opened(app, row)
