"""Compare losses: train them on the same folds and read which is best at what."""

import streamlit as st

from skloss import figures
from skloss.app import findings
from skloss.app.parts import baselines, columns, comparison_panel, frame, pickers
from skloss.app.session import work

page = frame.begin(__file__)
question = frame.need_question(page)
result = comparison_panel.need_result(question)
comparison, unit = result.comparison, question.unit

for sentence in findings.sentences(comparison, unit):
    st.markdown(sentence)
baselines.matrix(comparison, unit)
with st.expander("What the metrics mean"):
    for line in findings.glossary(comparison):
        st.markdown(line)

predictions, curves, folds, worst = st.tabs(
    ["Predictions", "Learning curves", "By fold", "Worst rows"]
)
with predictions:
    if question.task.has_numbers:
        frame.figure(figures.prediction_vs_truth(comparison), key="truth")
    else:
        loss = pickers.loss_picker(comparison, "truth-loss")
        frame.figure(figures.confusion_matrix(comparison, loss), key="truth")
with curves:
    frame.figure(figures.learning_curves(comparison), key="curves")
with folds:
    metric = pickers.picker(
        "Metric",
        findings.metrics_of(comparison),
        "fold-metric",
        format_func=findings.label_of,
    )
    frame.figure(figures.fold_scores(comparison, metric), key="folds")

with worst:
    loss = pickers.loss_picker(comparison, "worst-loss")
    rows = findings.worst_rows(comparison, loss, question.split[0], question.target)
    st.dataframe(
        rows,
        column_config=columns.date_columns(rows),
        alt=f"The rows with the largest errors of {findings.name_of(loss)}",
    )
    st.caption(
        "The held-out rows with the largest errors of this loss: outliers, data "
        "errors, or rows that the features cannot explain."
    )

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison.")
st.code(work.script(result.question, result.settings))
frame.link_to_next(page, question)
