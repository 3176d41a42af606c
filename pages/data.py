"""What have I got? Load a table, look at it, and say which column to predict."""

import streamlit as st

from skloss.app import columns, loading, shell, state, text

shell.enter()
shell.header("data")

data = state.data()
with st.expander("Load another table", expanded=data is None, key="load"):
    left, right = st.columns([2, 3], gap="large")
    with left:
        loading.uploader()
        loading.back_to_upload()
    with right:
        st.caption("Or take a built-in sample:")
        loading.samples()

if data is None:
    st.stop()

problem = state.problem()
if problem is None:
    st.info("This table has no columns. Load another one.")
    st.stop()

st.subheader("What to predict", anchor=False)
columns.target_and_task(data)
obstacle = problem.obstacle(folds=2)
if obstacle:
    st.warning(text.escape(obstacle, 400))
else:
    features, _, notices = problem.split
    shell.say([*data.notices, *notices])
    st.page_link(
        "pages/compare.py",
        label=f"Compare losses on {text.count(features.shape[1], 'feature')}",
        icon=":material/arrow_forward:",
        query_params=state.address(),
    )

st.subheader("What was read", anchor=False)
columns.preview(data)
loading.guesses(data)

st.subheader("Columns", anchor=False)
st.caption("Change a role or a type where the guess is wrong.")
columns.roles(problem)
