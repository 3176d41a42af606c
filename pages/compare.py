"""Compare losses: train them on the same folds and read which is best at what."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import baselines, columns, comparison_panel, frame, pickers

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = comparison_panel.need_result(question).comparison

for sentence in report.sentences(comparison, markdown.SENTENCES):
    st.markdown(sentence)
baselines.matrix(comparison)
with st.expander("What the metrics mean"):
    for label, meaning in report.glossary(comparison).items():
        st.markdown(f"**{label}**: {meaning}")

fits, predictions, curves, folds, worst = st.tabs(
    ["Fits", "Predictions", "Learning curves", "By fold", "Worst rows"]
)
with fits:
    feature = pickers.feature_picker(comparison, "fits-feature")
    if feature is not None:
        frame.figure(figures.fits(comparison, feature), key="fits")
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
        report.metrics_of(comparison),
        "fold-metric",
        format_func=report.label_of,
    )
    frame.figure(figures.fold_scores(comparison, metric), key="folds")

with worst:
    loss = pickers.loss_picker(comparison, "worst-loss")
    columns.show_rows(
        report.worst_rows(comparison, loss),
        alt=f"The rows with the largest errors of {markdown.loss_title(loss)}",
    )
    st.caption(
        "The held-out rows with the largest errors of this loss: outliers, data "
        "errors, or rows that the features cannot explain."
    )

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison.")
st.code(comparison.script())
frame.link_to_next(page, question)
