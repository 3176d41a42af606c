"""Imbalanced classes: decisions, the threshold of a class, and ranking curves."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import comparison_panel, frame, pickers, threshold_picker
from skloss.app.session import derived

page = frame.begin(__file__)
question = frame.need_question(page)
comparison = comparison_panel.need_result(question).comparison

left, right = st.columns(2)
with left:
    loss = pickers.loss_picker(comparison, "imbalance-loss")
with right:
    label = pickers.class_picker(comparison, "imbalance-class")

st.subheader("Confusion matrix at the default threshold", anchor=False)
left, right = st.columns(2)
with left:
    frame.figure(
        derived.once(comparison, figures.confusion_matrix, loss, label), key="confusion"
    )
with right:
    classes = derived.once(comparison, report.class_scores, loss, markdown.CELLS)
    height = "content" if len(classes) <= 10 else 420
    st.table(classes, border="horizontal", height=height)
    st.caption(
        "Recall: fraction of the rows of a class that are predicted as this class. "
        "Precision: fraction of the rows predicted as a class that belong to it. "
        "F1: harmonic mean of the two. The held-out rows of all folds are counted "
        "together; Compare losses shows means over folds, which differ a little."
    )

st.subheader("Choose the threshold", anchor=False)
st.markdown(
    "A row is flagged as this class if its predicted probability is at least the "
    "threshold. Choosing the threshold needs no training."
)
moved = derived.once(comparison, report.threshold_note, markdown.SENTENCES)
if moved:
    st.markdown(moved)
threshold = threshold_picker.threshold(comparison, loss, label)

found = derived.once(comparison, report.tuned_sentence, label, markdown.SENTENCES)
if found:
    st.markdown(found)
tuned = derived.once(comparison, report.tuned_scores, label, markdown.CELLS)
st.table(tuned, border="horizontal")
st.caption(
    "F1 of this class for each loss, at the default threshold and at a tuned one. The "
    "threshold for the rows of a fold is tuned on all other folds."
)

st.subheader("Ranking of the rows", anchor=False)
left, right = st.columns(2)
with left:
    drawn = derived.once(comparison, figures.precision_recall_curves, label)
    frame.figure(drawn, key="pr")
with right:
    frame.figure(derived.once(comparison, figures.roc_curves, label), key="roc")

st.subheader("Probabilities", anchor=False)
left, right = st.columns(2)
with left:
    drawn = derived.once(comparison, figures.class_reliability, label)
    frame.figure(drawn, key="reliability")
with right:
    recovered = derived.once(comparison, figures.recovered_reliability, loss, label)
    frame.figure(recovered, key="recovered")
    st.caption(threshold_picker.RECOVERED)

st.subheader("In Python", anchor=False)
st.caption("This script repeats the comparison and draws these figures.")
st.code(threshold_picker.script(comparison, loss, label, threshold))
frame.link_to_next(page, question)
