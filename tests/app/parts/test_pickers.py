"""Pickers keep their value as long as it is one of the options."""

from streamlit.testing.v1 import AppTest


def picked(options, kept=None):
    def app(options):
        import streamlit as st

        from skloss.app.parts import pickers

        st.write(pickers.picker("Metric", options, "metric"))

    shown = AppTest.from_function(app, args=(options,))
    shown.session_state["settings.metric"] = kept
    return shown.run().markdown[0].value


def test_the_first_option_is_the_default():
    assert picked(["rmse", "mae"]) == "rmse"


def test_a_kept_value_stays():
    assert picked(["rmse", "mae"], kept="mae") == "mae"


def test_a_value_of_another_comparison_is_replaced():
    assert picked(["log_loss", "brier"], kept="mae") == "log_loss"
