"""Compare losses: train them on the same folds and show which is best."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import (
    baselines,
    checks_panel,
    columns,
    comparison_panel,
    confusion_panel,
    frame,
    pickers,
    rows_panel,
)
from skloss.app.session import derived

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = comparison_panel.need_result(question).comparison

key = f"sentences {comparison.baselines is None}"  # made again with baselines
answer, *details = derived.remembered(
    comparison, key, lambda: report.sentences(comparison, markdown.SENTENCES)
)
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

time, group = question.of_rows("time"), question.of_rows("group")
names = ["Fits", "Scores", "Predictions", "Learning curves", "Worst rows"]
if time is not None or group is not None:
    names.append("Time and groups")
# By their key the browser keeps the chosen tab on every redraw.
fits, ranking, predictions, curves, worst, *by_rows = st.tabs(names, key="details")
with fits:
    label = output = None
    if question.task.has_numbers:
        output = pickers.output_picker(question, "fits-output")
    elif len(comparison.classes) > 2 or not question.has_one_target:
        label = pickers.class_picker(comparison, "fits-label")
    left, right = st.columns([2, 1])
    with left:
        feature = pickers.feature_picker(comparison, "fits-feature", label, output)
    if feature is not None:
        with right:
            coverage = pickers.coverage_picker(comparison, "fits-coverage")
        drawn = derived.once(comparison, figures.fits, feature, label, output, coverage)
        frame.figure(drawn, key="fits")
with ranking:
    names, title = report.metrics_of(comparison), report.label_of
    metric = pickers.picker("Metric", names, "fold-metric", format_func=title)
    drawn = figures.scores(comparison, metric, comparison.baselines)
    frame.figure(drawn, key="scores")
    frame.figure(derived.once(comparison, figures.fold_scores, metric), key="folds")
with predictions:
    if question.task.has_numbers:
        output = pickers.output_picker(question, "truth-output")
        drawn = derived.once(comparison, figures.prediction_vs_truth, output)
    else:
        loss = pickers.loss_picker(comparison, "truth-loss")
        several = not question.has_one_target
        label = pickers.class_picker(comparison, "truth-label") if several else None
        drawn = derived.once(comparison, figures.confusion_matrix, loss, label)
    frame.figure(drawn, key="truth")
    if comparison.task.has_classes and question.has_one_target:
        confusion_panel.rows_of_a_cell(comparison, loss)
with curves:
    frame.figure(derived.once(comparison, figures.learning_curves), key="curves")
with worst:
    loss = pickers.loss_picker(comparison, "worst-loss")
    output = pickers.output_picker(question, "worst-output")
    columns.show_rows(
        derived.once(comparison, report.worst_rows, loss, output=output),
        alt=f"The rows with the largest errors of {markdown.loss_title(loss)}",
        computed=3,
        height="content",
    )
    st.caption(
        "The held-out rows with the largest errors of this loss: outliers, data "
        "errors, or rows that the features cannot explain."
    )

for tab in by_rows:
    with tab:
        rows_panel.errors_by_row(question, comparison, time, group)

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison.")
st.code(comparison.script())
frame.link_to_next(page, question)
