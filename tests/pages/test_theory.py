"""The Theory page: each theorem has controls, a figure and code that runs."""

import json
import re

import pytest

from skloss.app import theorems
from skloss.app.theorems import THEOREMS
from skloss.wording import number
from tests.pages.steps import compare, csv_of, go, move, moving, ok, text_of, upload

KEYS = [theorem.key for theorem in THEOREMS]


@pytest.fixture
def theory(dashboard):
    return go(dashboard, "theory")


def choose(app, key):
    return ok(app.selectbox(key="settings.theorem").set_value(key).run())


def captions(app):
    """Captions of the figures, those that move included."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    drawn = [spec["layout"]["meta"]["caption"] for spec in specs]
    texts = [caption.value.replace("\\", "") for caption in app.caption]
    return [text for text in texts if "How to read" in text] + drawn


def printed(app, capsys):
    exec(compile(app.code[0].value, "theorem", "exec"), {"__name__": "script"})
    return capsys.readouterr().out


def test_the_page_needs_no_table(theory):
    assert "No table is loaded" not in text_of(theory)
    assert theory.selectbox(key="settings.theorem").options == [
        theorem.title for theorem in THEOREMS
    ]


@pytest.mark.parametrize("key", KEYS)
def test_each_theorem_has_a_claim_a_figure_and_controls_that_change_it(theory, key):
    choose(theory, key)
    before = captions(theory)
    assert before
    assert "$$" in theory.markdown[0].value or "$$" in text_of(theory)
    name, low, high = first_control(theory)
    move(theory, name, high)
    changed = captions(theory)
    move(theory, name, low)
    assert captions(theory) != changed or changed != before


def first_control(app):
    """Name and range of the first slider, of a moving figure if there is one."""
    sliders = [(s.key.removeprefix("settings."), s.min, s.max) for s in app.slider]
    moved = [("theory.kl.p.peak", 1.0, 6.0) for _ in moving(app)]
    return (moved + sliders)[0]


@pytest.mark.parametrize("key", ["noise", "gradients", "focal"])
def test_the_code_of_a_theorem_prints_numbers(theory, key, capsys):
    choose(theory, key)
    words = re.findall(r"-?\d+\.\d+", printed(theory, capsys))
    assert len(words) >= 2


def test_the_printed_losses_equal_the_log_densities(theory, capsys):
    choose(theory, "noise")
    lines = [line.split() for line in printed(theory, capsys).splitlines()]
    for nll, scaled in lines:
        assert float(nll) == pytest.approx(float(scaled))


def test_the_printed_divergences_are_those_of_the_caption(theory, capsys):
    choose(theory, "kl")
    forward, reverse, jsd, *_ = map(float, printed(theory, capsys).split())
    caption = captions(theory)[0]
    assert f"KL(P‖Q) is {forward:.3g}" in caption
    assert f"KL(Q‖P) is {reverse:.3g}" in caption
    assert f"divergence is {jsd:.3g}" in caption


def test_the_printed_likelihood_is_that_of_the_caption(theory, capsys):
    choose(theory, "likelihood")
    product, nll = map(float, printed(theory, capsys).split())
    assert f"is {product:.2e}" in captions(theory)[0]
    assert f"logarithms is {nll:.3g}" in captions(theory)[0]


def test_the_printed_loss_of_the_keys_is_that_of_the_caption(theory, capsys):
    choose(theory, "info_nce")
    assert captions(theory)[0].startswith(
        f"The loss is {float(printed(theory, capsys)):.3g} nats"
    )


def test_the_curves_of_training_are_those_of_the_script(theory, capsys):
    choose(theory, "stability")
    lines = printed(theory, capsys).splitlines()
    highest = [float(line.split()[-1]) for line in lines]
    for value in highest:
        assert number(value) in captions(theory)[0]
    assert highest[0] > 1e3 * highest[2]


def test_values_stay_when_the_page_is_left(theory):
    choose(theory, "gradients")
    ok(theory.slider(key="settings.theory.gradients.score").set_value(3.0).run())
    go(theory, "data")
    go(theory, "theory")
    assert theory.slider(key="settings.theory.gradients.score").value == 3.0


@pytest.mark.parametrize(
    ("columns", "keys"),
    [
        ({}, ["noise", "likelihood", "stability"]),
        (
            {"kind": ["rare", *["common"] * 5] * 20},
            ["kl", "penalty", "gradients", "focal"],
        ),
    ],
)
def test_theorems_are_shown_on_the_rows_of_the_comparison(dashboard, columns, keys):
    upload(dashboard, csv_of(**columns))
    compare(dashboard, epochs=2)
    go(dashboard, "theory")
    for key in keys:
        choose(dashboard, key)
        specs = [json.loads(part.proto.spec) for part in dashboard.get("plotly_chart")]
        assert len(specs) + len(moving(dashboard)) >= 2
        assert "On the loaded table" in text_of(dashboard)


NEW = """
import streamlit as st
from skloss.app.theorems.theorem import Theorem, slider

def _show():
    size = slider("Size of the error", "theory.new.size", 0.0, 5.0, 1.0, 0.5)
    st.caption(f"How to read: the squared error is {size**2}.")
    return f"print({size} ** 2)"

THEOREM = Theorem("new", "Squares", "A double error costs four times as much.", _show)
"""


def test_a_new_theorem_is_one_file_and_one_entry(
    dashboard, temporary_module, monkeypatch, capsys
):
    new = temporary_module("new_theorem", NEW).THEOREM
    monkeypatch.setattr(theorems, "THEOREMS", (*THEOREMS, new))
    app = choose(go(dashboard, "theory"), "new")
    assert app.subheader[0].value == "Squares"
    assert "A double error costs four times as much." in text_of(app)
    ok(app.slider(key="settings.theory.new.size").set_value(3.0).run())
    assert captions(app) == ["How to read: the squared error is 9.0."]
    assert printed(app, capsys) == "9.0\n"
