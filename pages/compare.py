"""Which loss serves me? Fit several on the same folds and read who wins what."""

import streamlit as st

from skloss import figures
from skloss.app import findings
from skloss.app.parts import (
    baselines,
    columns,
    comparison_panel,
    frame,
    settings_form,
)
from skloss.app.session import work

frame.enter()
frame.header("compare")
question = frame.need_question("diabetes")
result = comparison_panel.need_result(question)
comparison, unit = result.comparison, question.unit
styles = figures.loss_styles(comparison.table.index)

for sentence in findings.sentences(comparison, unit):
    st.markdown(sentence)
baselines.matrix(comparison, unit)
with st.expander("What the columns mean"):
    for line in findings.glossary(comparison):
        st.markdown(line)

truth, curves, folds, worst = st.tabs(
    ["Predictions against truth", "Learning curves", "By fold", "Worst rows"]
)
with truth:
    if question.task == "regression":
        frame.figure(
            figures.prediction_vs_truth(
                comparison.predictions, question.target, unit, styles
            ),
            key="truth",
        )
    else:
        loss = settings_form.loss_of(comparison, "truth-loss")
        frame.figure(
            figures.confusion_matrix(findings.confusion(comparison, loss), loss),
            key="truth",
        )
with curves:
    frame.figure(figures.learning_curves(comparison.histories, styles), key="curves")
with folds:
    metric = settings_form.one_of(
        "Metric",
        findings.metrics_of(comparison),
        "fold-metric",
        format_func=findings.label_of,
    )
    frame.figure(
        figures.fold_scores(comparison.folds, metric, unit, styles), key="folds"
    )

with worst:
    loss = settings_form.loss_of(comparison, "worst-loss")
    rows = findings.worst_rows(comparison, loss, question.split[0], question.target)
    st.dataframe(
        rows,
        column_config=columns.date_columns(rows),
        alt=f"The rows that {findings.name_of(loss)} serves worst",
    )
    st.caption(
        "The held-out rows that this loss serves worst: outliers, slips in the data, "
        "or what the features cannot tell."
    )

st.subheader("In Python", anchor=False)
st.caption("These lines repeat this screen.")
st.code(work.script(result.question, result.settings))
frame.next_page(question)
