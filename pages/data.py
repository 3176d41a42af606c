"""What have I got? Load a table, look at it, and say which column to predict."""

import streamlit as st

from skloss import wording
from skloss.app import text
from skloss.app.parts import columns, frame, reading_form, upload
from skloss.app.session import state

frame.enter()
frame.header("data")

data = state.data()
# A key for each table, so that it folds itself up once another one is there.
with st.expander(
    "Load a table" if data is None else "Load another table",
    expanded=data is None,
    key=f"load-{data.digest if data else ''}",
):
    left, right = st.columns([2, 3], gap="large")
    with left:
        upload.uploader()
        upload.back_to_upload()
    with right:
        st.caption("Or take a built-in sample:")
        upload.samples()

question = state.question()
if question is None:
    st.stop()

st.subheader("What to predict", anchor=False)
columns.target_and_task(data)
obstacle = question.problem_with(folds=2)
if obstacle:
    st.warning(text.escape(obstacle, 400))
else:
    features, _, notices = question.split
    frame.show_notices(notices)
    go = st.button(
        f"Compare losses on {wording.count(features.shape[1], 'feature')}",
        type="primary",
        icon=":material/arrow_forward:",
        key="to-compare",
    )
    if go:
        st.switch_page("pages/compare.py", query_params=state.address())

st.subheader("What was read", anchor=False)
frame.show_notices(data.notices)
columns.preview(data)
reading_form.of_table(data)

st.subheader("Columns", anchor=False)
st.caption("Change a role or a type where the guess is wrong.")
columns.roles(question)
