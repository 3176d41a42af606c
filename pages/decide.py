"""Decide: what an error costs, the decision that follows, and money per row."""

import streamlit as st

from skloss import figures, report
from skloss.app import markdown
from skloss.app.parts import columns, comparison_panel, frame, pickers, prices

page = frame.begin(__file__)
question = frame.need_question(page)
if not (question.task.has_numbers or question.task.has_classes):
    st.info("Costs are for one target of numbers or classes, not for several labels.")
    frame.end()
result = comparison_panel.need_result(question)

chosen = prices.prices(question, result.comparison)
priced, ranked = prices.decisions(result.comparison, chosen)
answer, *details = report.decision_sentences(priced, ranked, markdown.SENTENCES)
with st.container(key="answer"):
    st.subheader(answer, anchor=False)
st.markdown("\n".join(f"- {sentence}" for sentence in details))
prices.offer_training(question, result.settings, chosen.cost)

frame.figure(figures.decision_costs(priced, ranked), key="decision-costs")
st.table(report.decision_table(ranked, markdown.CELLS), border="horizontal")
st.caption(
    "Money per held-out row. “Predicted” takes the loss's own prediction as the "
    "decision; “decided” takes the best decision under its predicted distribution, so "
    "that one fit works for every cost. Intervals of differences are paired by rows."
)

frame.figure(prices.murphy(priced, chosen), key="murphy")

st.subheader("One row", anchor=False)
left, right = st.columns([3, 1])
with left:
    loss = pickers.loss_picker(priced, "decide.loss")
with right:
    row = prices.row(priced)
draw = figures.decision if question.task.has_numbers else figures.class_decision
frame.figure(draw(priced, loss, row), key="decision")
columns.show_rows(priced.X.iloc[[row]], alt="The features of this row")

st.subheader("In Python", anchor=False)
st.caption("This script gives the same numbers.")
st.code(report.decision_script(result.comparison, chosen.expression, row, loss))
frame.link_to_next(page, question)
