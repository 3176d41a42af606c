"""Theory: theorems about losses, with figures that follow their controls."""

import streamlit as st

from skloss.app.parts import frame, pickers
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
st.subheader("In Python", anchor=False)
st.caption("This script gives the same numbers.")
st.code(code)
