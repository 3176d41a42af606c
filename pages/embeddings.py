"""Embeddings: places for rows, so that rows of one class are close to each other."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import columns, embedding_panel, frame, pickers

page = frame.begin(__file__)
question = frame.need_question(page)
if not (question.task.has_classes and question.task.is_compared):
    st.info(
        "An embedding is learned from classes, and this target has none: choose a "
        "column of classes as the target."
    )
    frame.link_to_data("Choose another target")
    st.stop()
comparison = embedding_panel.need_result(question)

for sentence in report.sentences(comparison, markdown.SENTENCES):
    st.markdown(sentence)
found = embedding_panel.baselines(comparison)
st.table(
    report.matrix_text(comparison, found, markup=markdown.CELLS), border="horizontal"
)
st.caption(
    f"{report.BEST} best of its column · {report.TIED} not clearly worse than the best "
    "· ± standard error over the folds · in brackets, baselines that are not ranked. "
    "Scores are of held-out rows: Recall@1 is the share of rows whose nearest "
    "neighbour has the same class."
)

loss = pickers.loss_picker(comparison, "embedding-loss")
left, right = st.columns(2)
with left:
    frame.figure(figures.embedding_scatter(comparison, loss), key="scatter")
with right:
    frame.figure(figures.similarity_matrix(comparison, loss), key="similarity")

st.subheader("The nearest rows of one row", anchor=False)
columns.show_rows(
    report.nearest_rows(comparison, loss, embedding_panel.row_picker(comparison, loss)),
    alt="The picked row and those that the loss places closest to it",
)
st.caption("The row itself comes first; the others are held-out rows of its fold.")

st.subheader("Recall@k by fold", anchor=False)
metric = pickers.picker(
    "Metric",
    report.metrics_of(comparison),
    "embedding-metric",
    format_func=report.label_of,
)
frame.figure(figures.fold_scores(comparison, metric), key="embedding-folds")

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison.")
st.code(comparison.script())
frame.link_to_next(page, question)
