"""Embeddings: rows as points, where rows that belong together are close."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import (
    checks_panel,
    columns,
    embedding_example,
    embedding_panel,
    frame,
    pickers,
)

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = embedding_panel.result(question)

if comparison is not None:
    for sentence in report.sentences(comparison, markdown.SENTENCES):
        st.markdown(sentence)
    embedding_panel.matrix(comparison)
    checks_panel.checks(comparison)
    frame.figure(figures.recall_at_k(comparison), key="recall")

    loss = pickers.loss_picker(comparison, "embedding-loss")
    left, right = st.columns(2)
    with left:
        frame.figure(figures.embedding_scatter(comparison, loss), key="scatter")
    with right:
        frame.figure(figures.similarity_matrix(comparison, loss), key="similarity")

    st.subheader("The nearest rows of one row", anchor=False)
    row = embedding_panel.row_picker(comparison, loss)
    columns.show_rows(
        report.nearest_rows(comparison, loss, row),
        alt="The picked row and those that the loss places closest to it",
    )
    st.caption(embedding_panel.how_to_read_neighbours(comparison))

    with st.expander("Scores by fold"):
        metric = pickers.picker(
            "Metric",
            report.metrics_of(comparison),
            "embedding-metric",
            format_func=report.label_of,
        )
        frame.figure(figures.fold_scores(comparison, metric), key="embedding-folds")

st.subheader("What temperature and margin do", anchor=False)
st.markdown(
    "Two losses on a few rows, so that every number can be followed. Drag the points, "
    "or move them with the arrow keys."
)
embedding_example.show()

st.subheader("In Python", anchor=False)
if comparison is None:
    st.caption("This script gives the losses of both examples, as they begin.")
    st.code(embedding_example.script())
else:
    st.caption("This script repeats the comparison.")
    st.code(comparison.script())
frame.link_to_next(page, question)
