"""Residuals and noise model: the residuals of each loss, Gaussian or Laplace."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import comparison_panel, frame, pickers
from skloss.app.session import state

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = comparison_panel.need_result(question).comparison

left, right = st.columns(2, vertical_alignment="bottom")
with left:
    loss = pickers.loss_picker(comparison, "residuals-loss")
with right:
    log = st.toggle(
        "Log scale, which shows the tails",
        key=state.widget_key("log-density"),
        persist_state="session",
    )

left, right = st.columns(2)
with left:
    frame.figure(
        figures.residual_histogram(comparison, loss, log_density=log), key="histogram"
    )
with right:
    frame.figure(figures.residual_qq(comparison, loss), key="qq")

st.subheader("Noise model for each loss", anchor=False)
verdicts = report.noise_table(comparison, markdown.CELLS)
st.table(verdicts, border="horizontal")
st.caption(
    "Log-likelihood of the residuals in nats per row, under a Gaussian and a Laplace "
    "noise model fitted by maximum likelihood. “Laplace ahead by” is the difference: "
    "negative values favour Gaussian. “Noise” is the model that fits better, Student t "
    "where it is clearly better than both, and “Neither” where neither describes the "
    "residuals. All are fitted to the pooled residuals: a spread that changes from "
    "row to row looks like heavy tails."
)
