"""Every component has the files of its name, which the package contains."""

from pathlib import Path

import pytest
import streamlit as st

import skloss.app.parts
from skloss.app.parts.components import component

PARTS = Path(skloss.app.parts.__file__).parent


@pytest.fixture
def registered(monkeypatch):
    """What was registered with Streamlit."""
    found = {}
    monkeypatch.setattr(
        st.components.v2, "component", lambda name, **parts: found.update({name: parts})
    )
    component.clear()
    yield found
    component.clear()


@pytest.mark.parametrize("name", ["tug_of_war", "embedding_example", "sorted_table"])
def test_styles_and_script_are_the_files_of_the_name(registered, name):
    component(name, "<p></p>", isolate_styles=False)
    assert registered[f"skloss.{name}"] == {
        "html": "<p></p>",
        "css": (PARTS / f"{name}.css").read_text(encoding="utf-8"),
        "js": (PARTS / f"{name}.js").read_text(encoding="utf-8"),
        "isolate_styles": False,
    }


def test_scripts_follow_each_other_and_styles_may_be_missing(registered):
    component("reload", scripts=("moving_values", "reload"))
    script = registered["skloss.reload"]["js"]
    first, second = (
        (PARTS / f"{n}.js").read_text() for n in ("moving_values", "reload")
    )
    assert script == first + second
    assert registered["skloss.reload"]["css"] is None
