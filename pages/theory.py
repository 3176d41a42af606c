"""Theory: theorems about losses, with figures that follow their controls."""

import streamlit as st

from skloss.app.parts import explorer, frame, pickers
from skloss.app.theorems import THEOREMS

frame.begin(__file__)
titles = {theorem.key: theorem for theorem in THEOREMS}
theorem = titles[
    pickers.picker(
        "Theorem", list(titles), "theorem", format_func=lambda key: titles[key].title
    )
]
st.subheader(theorem.title, anchor=False)
st.markdown(theorem.claim)
code = theorem.show()
if theorem.on_rows is not None:
    st.subheader("On the loaded table", anchor=False)
    comparison = explorer.compared()
    if comparison is None:
        st.caption("Compare losses on a table to see this on its rows.")
    elif not theorem.on_rows(comparison):
        st.caption("This is not defined for the target of the loaded table.")
st.subheader("In Python", anchor=False)
st.caption("This script gives the same numbers.")
st.code(code)
