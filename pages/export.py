"""Export: predictions of new rows, the fitted pipeline, report, script and tables."""

import streamlit as st

from skloss.app.parts import comparison_panel, exports, frame, pickers

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = comparison_panel.need_result(question).comparison

st.subheader("Report, script and tables", anchor=False)
st.caption("The session file, at the top of each page, restores settings and results.")
exports.files(comparison)
st.caption("Text in tables that a spreadsheet would run as a formula is escaped.")

st.subheader("Model", anchor=False)
loss = pickers.loss_picker(comparison, "export-loss")
st.caption(
    "The comparison trained a model for each fold. For new rows, one model is trained "
    "on all rows, with the same preprocessing, network and seed."
)
model = exports.need_model(comparison, loss)
if model is not None:
    exports.model_file(model)
    st.subheader("Predictions for new rows", anchor=False)
    exports.predictions(question, model)

st.subheader("In Python", anchor=False)
st.caption("This script compares again, and fits and predicts like this page.")
st.code(exports.script(comparison, loss))
frame.link_to_next(page, question)
