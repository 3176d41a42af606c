"""Which noise is this? Residuals of each loss against Gaussian and Laplace."""

import streamlit as st

from skloss import figures, residuals
from skloss.app import findings
from skloss.app.parts import comparison_panel, frame, settings_form
from skloss.app.session import state

frame.enter()
frame.header("residuals")
question = frame.need_task(
    ("regression",),
    "Residuals are distances between numbers, and this table's task is to tell classes "
    "apart. Imbalance is the page for that.",
    sample="heavy_tailed",
)
result = comparison_panel.need_result(question)
comparison = result.comparison

verdicts = residuals.residual_table(comparison.predictions)
left, right = st.columns(2, vertical_alignment="bottom")
with left:
    loss = settings_form.loss_of(comparison, "residuals-loss")
with right:
    log = st.toggle(
        "Log density, to see the tails",
        key=state.widget_key("log-density"),
        persist_state="session",
    )

left, right = st.columns(2)
with left:
    frame.figure(
        figures.residual_histogram(
            comparison.predictions, loss, unit=question.unit, log_density=log
        ),
        key="histogram",
    )
with right:
    frame.figure(
        figures.residual_qq(comparison.predictions, loss, unit=question.unit), key="qq"
    )

st.subheader("Which fits better, for each loss", anchor=False)
st.table(findings.verdicts(verdicts), border="horizontal")
st.caption(
    "Log-likelihood of the residuals under each noise model, fitted to them by maximum "
    "likelihood, in nats per row. Ahead by a negative number means behind."
)
