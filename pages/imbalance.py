"""Do I catch the rare class? Decisions, curves, and a threshold to move."""

import streamlit as st

from skloss import figures, wording
from skloss.app import findings
from skloss.app.parts import comparison_panel, frame, settings_form
from skloss.app.session import state

frame.enter()
frame.header("imbalance")
question = frame.need_task(
    ("binary", "multiclass"),
    "Imbalance is about classes, and this table's task is to predict a number. "
    "Residuals is the page for that.",
    sample="rare_class",
)
comparison = comparison_panel.need_result(question).comparison
shares = findings.rarest_first(comparison)

left, right = st.columns(2)
with left:
    loss = settings_form.loss_of(comparison, "imbalance-loss")
with right:
    label = settings_form.one_of(
        "Class to catch",
        list(shares.index),
        "imbalance-class",
        format_func=lambda label: (
            f"{wording.shorten(label, 60)}, {shares[label]:.1%} of rows"
        ),
        help="The rarest class comes first.",
    )

st.subheader("What the loss decided", anchor=False)
left, right = st.columns(2)
with left:
    frame.figure(
        figures.confusion_matrix(findings.confusion(comparison, loss), loss),
        key="confusion",
    )
with right:
    classes = findings.per_class(comparison, loss)
    height = "content" if len(classes) <= 10 else 420
    st.table(classes, border="horizontal", height=height)
    st.caption(
        "Recall: share of the class that was found. Precision: share of the calls that "
        "were right. F1: their balance."
    )

st.subheader("Where the threshold goes", anchor=False)
st.markdown(
    "Class weights and logit adjustment move the threshold, not the ranking: they "
    "call the class more often, and order the rows no better. Focal without alpha does "
    "not even move it, it flattens probabilities. Moving the threshold by hand costs "
    "nothing: from which probability on is a row called this class?"
)
threshold = st.slider(
    "Threshold",
    0.0,
    1.0,
    0.5,
    0.01,
    key=state.widget_key("threshold"),
    persist_state="session",
)
with st.container(horizontal=True, key="at-threshold"):
    for title, value in findings.at_threshold(comparison, loss, label, threshold):
        st.metric(title, value, width="content")
frame.figure(
    figures.threshold_curve(
        findings.thresholds(comparison, loss, label), threshold, loss
    ),
    key="threshold-curve",
)

st.table(findings.tuned(comparison, label), border="horizontal")
st.caption(
    "What each loss catches of this class by its own decisions, and once its threshold "
    "is tuned: for the rows of each fold, on all other folds. What a loss gains by "
    "weights, a tuned threshold mostly gives to every loss."
)

st.subheader("Who ranks the class best", anchor=False)
styles = figures.loss_styles(comparison.table.index)
left, right = st.columns(2)
with left:
    frame.figure(
        figures.precision_recall_curves(comparison.predictions, label, styles),
        key="pr",
    )
with right:
    frame.figure(figures.roc_curves(comparison.predictions, label, styles), key="roc")
