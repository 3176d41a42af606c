"""Residuals and noise model: the verdict, and the residuals of each loss."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import comparison_panel, frame, noise_panel, pickers
from skloss.app.session import derived, state

page = frame.begin(__file__)
question = frame.need_question(page)
result = comparison_panel.need_result(question)
comparison = result.comparison
output = pickers.output_picker(question, "residuals-output")
noise_panel.verdict(comparison, question, result.settings, output)

st.subheader("Residuals of one loss", anchor=False)
left, right = st.columns(2, vertical_alignment="bottom")
with left:
    start = derived.once(comparison, report.pooled_loss)
    loss = pickers.loss_picker(comparison, "residuals-loss", start)
with right:
    log = st.toggle(
        "Log scale, which shows the tails",
        key=state.widget_key("log-density"),
        persist_state="session",
    )

left, right = st.columns(2)
with left:
    frame.figure(
        derived.once(comparison, figures.residual_histogram, loss, log, output),
        key="histogram",
    )
    drawn = derived.once(comparison, figures.residual_spread, loss, output)
    frame.figure(drawn, key="spread")
with right:
    drawn = derived.once(comparison, figures.residual_qq, loss, output)
    frame.figure(drawn, key="qq")
    drawn = derived.once(comparison, figures.residual_pit, loss, output)
    frame.figure(drawn, key="pit")

st.markdown("**Held-out rows inside the intervals of each noise model**")
covered = derived.once(comparison, report.coverage_table, loss, markdown.CELLS, output)
st.table(covered, border="horizontal")
st.caption(
    "If a noise model is right, each interval contains about its share of the rows. "
    "Bold: the share "
    "differs by more than chance. The models are fitted to the other folds."
)

st.subheader("Noise model for each loss", anchor=False)
models = derived.once(comparison, report.noise_table, markdown.CELLS, output)
st.table(models, border="horizontal")
st.caption(
    "“Noise” is the model that fits the residuals best, “None of these” where it does "
    "not describe them. “Ahead by” is its lead over the closest other model, in nats "
    "per row, and the last columns are log-likelihoods. All are fitted to the pooled "
    "residuals: a spread that changes from row to row looks like heavy tails."
)

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison and draws these figures.")
st.code(noise_panel.script(comparison, loss, output))
frame.link_to_next(page, question)
