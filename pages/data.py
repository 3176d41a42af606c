"""Data: load a table, look at it, and choose the column to predict."""

import streamlit as st

from skloss import datasets
from skloss.app import markdown
from skloss.app.parts import (
    columns,
    data_script,
    distributions,
    frame,
    pages,
    reading_form,
    upload,
    welcome,
)
from skloss.app.session import state

page = frame.begin(__file__)

st.markdown(welcome.WHAT_IT_IS)
loaded = state.table()
if loaded is None:
    welcome.first_page()
else:
    # One key per table, so that the section closes once another table is loaded.
    with st.expander("Load another table", key=f"load-{loaded.digest}"):
        left, right = st.columns(2, gap="large")
        with left:
            upload.uploader()
            upload.back_to_upload()
            upload.forget_button()
        with right:
            upload.samples()

question = state.question()
if question is None:
    frame.end()

st.subheader("What to predict", anchor=False)
columns.target_and_task(loaded)
if loaded.sample is not None:
    st.caption(datasets.load_sample(loaded.sample).story)
problem = question.problem_with(folds=2)
if problem:
    st.warning(markdown.escape(problem, 400))
else:
    _, _, notices = question.split
    frame.show_notices(notices)
    if question.design:
        st.caption(f":material/splitscreen: {question.design}")
    following = pages.next_page(page, question.task, not question.has_one_target)
    if st.button(
        f"Next: {following.title}",
        type="primary",
        icon=":material/arrow_forward:",
        key="to-next",
    ):
        frame.switch_to(following)
    distributions.target(question)

st.subheader("Table", anchor=False)
frame.show_notices(loaded.notices)
reading_form.rows_button(loaded, key="rows")
columns.preview(loaded)
reading_form.for_table(loaded)

st.subheader("Columns", anchor=False)
st.caption("Change a role or a type that was proposed wrongly.")
columns.roles(question)
distributions.columns(question)

st.subheader("In Python", anchor=False)
st.caption("This script reads the table in the same way and draws these figures.")
st.code(data_script.script(question))
