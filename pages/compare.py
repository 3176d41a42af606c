"""Compare losses: train them on the same folds and read which is best at what."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import (
    baselines,
    checks_panel,
    columns,
    comparison_panel,
    frame,
    pickers,
)

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = comparison_panel.need_result(question).comparison

answer, *details = report.sentences(comparison, markdown.SENTENCES)
with st.container(key="answer"):
    st.subheader(answer, anchor=False)
st.markdown("\n".join(f"- {sentence}" for sentence in details))
design = report.design_sentences(comparison, markdown.SENTENCES)
if design:
    st.caption(" ".join(design))
baselines.matrix(comparison)
with st.expander("What the metrics mean"):
    for label, meaning in report.glossary(comparison).items():
        st.markdown(f"**{label}**: {meaning}")

checks_panel.checks(comparison)

fits, ranking, predictions, curves, worst = st.tabs(
    ["Fits", "Scores", "Predictions", "Learning curves", "Worst rows"],
    key="details",  # with which the browser keeps the chosen tab on every redraw
)
with fits:
    if question.has_one_target:
        feature = pickers.feature_picker(comparison, "fits-feature")
        if feature is not None:
            frame.figure(figures.fits(comparison, feature), key="fits")
    else:
        st.caption("Fits are drawn of one target.")
with ranking:
    metric = pickers.picker(
        "Metric",
        report.metrics_of(comparison),
        "fold-metric",
        format_func=report.label_of,
    )
    found = comparison.baselines
    frame.figure(figures.scores(comparison, metric, found), key="scores")
    frame.figure(figures.fold_scores(comparison, metric), key="folds")
with predictions:
    if question.task.has_numbers:
        output = pickers.output_picker(question, "truth-output")
        frame.figure(figures.prediction_vs_truth(comparison, output), key="truth")
    elif not question.has_one_target:
        label = pickers.picker("Label", comparison.classes, "truth-label")
        frame.figure(figures.precision_recall_curves(comparison, label), key="truth")
    else:
        loss = pickers.loss_picker(comparison, "truth-loss")
        frame.figure(figures.confusion_matrix(comparison, loss), key="truth")
with curves:
    frame.figure(figures.learning_curves(comparison), key="curves")
with worst:
    if question.has_one_target:
        loss = pickers.loss_picker(comparison, "worst-loss")
        columns.show_rows(
            report.worst_rows(comparison, loss),
            alt=f"The rows with the largest errors of {markdown.loss_title(loss)}",
        )
        st.caption(
            "The held-out rows with the largest errors of this loss: outliers, data "
            "errors, or rows that the features cannot explain."
        )
    else:
        st.caption("The worst rows are those of one target.")

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison.")
st.code(comparison.script())
frame.link_to_next(page, question)
