"""Which loss serves me? Fit several on the same folds and read who wins what."""

import streamlit as st

from skloss import figures
from skloss.app import columns, comparing, findings, run, shell, widgets, yardsticks

shell.enter()
shell.header("compare")
problem = shell.need_problem("diabetes")
result = comparing.need_result(problem)
comparison, unit = result.comparison, problem.unit
styles = figures.loss_styles(comparison.table.index)

for sentence in findings.sentences(comparison, unit):
    st.markdown(sentence)
yardsticks.matrix(comparison, unit)
with st.expander("What the columns mean"):
    for line in findings.glossary(comparison):
        st.markdown(line)

truth, curves, folds, worst = st.tabs(
    ["Predictions against truth", "Learning curves", "By fold", "Worst rows"]
)
with truth:
    if problem.task == "regression":
        shell.figure(
            figures.prediction_vs_truth(
                comparison.predictions, problem.target, unit, styles
            ),
            key="truth",
        )
    else:
        loss = widgets.loss_of(comparison, "truth-loss")
        shell.figure(
            figures.confusion_matrix(findings.confusion(comparison, loss), loss),
            key="truth",
        )
with curves:
    shell.figure(figures.learning_curves(comparison.histories, styles), key="curves")
with folds:
    metric = widgets.one_of(
        "Metric",
        findings.metrics_of(comparison),
        "fold-metric",
        format_func=findings.label_of,
    )
    shell.figure(
        figures.fold_scores(comparison.folds, metric, unit, styles), key="folds"
    )

with worst:
    loss = widgets.loss_of(comparison, "worst-loss")
    rows = findings.worst_rows(comparison, loss, problem.split[0], problem.target)
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
st.code(run.script(result.problem, result.settings))
shell.next_page(problem)
