"""Losses: value, gradient, curvature and noise of each loss, and the pull of rows."""

import streamlit as st

from skloss import report
from skloss.app import markdown
from skloss.app.parts import explorer, frame, loss_cards, moving, tug_of_war

frame.begin(__file__)
losses = explorer.chosen_losses()
if not losses:
    st.info("Select at least one loss.")
    frame.end()

quantity = explorer.choose_quantity()
for number, curves in enumerate(explorer.moving_figures(losses, quantity)):
    moving.show(curves, f"loss-curves-{number}", explorer.move)

for number, densities in enumerate(explorer.density_figures(losses)):
    frame.figure(densities, key=f"densities-{number}")

comparison = explorer.compared()
if comparison is not None:
    hardest = report.hardest_rows(comparison, losses, markup=markdown.CELLS)
    if len(hardest.columns):
        st.subheader("Which rows pull hardest", anchor=False)
        st.table(hardest, border="horizontal")
        found = report.hardest_sentence(comparison, losses)
        st.caption(f"{markdown.escape(found, 1000)} {explorer.HARDEST}")

rows = explorer.rows()
if explorer.task().has_numbers:
    st.subheader("Tug of war", anchor=False)
    st.markdown(explorer.TUG_OF_WAR)
    tug_of_war.show(losses, rows.values, rows.name, explorer.colors(losses))

st.subheader("The selected losses", anchor=False)
for name, loss in losses.items():
    loss_cards.card(name, loss)

st.subheader("In Python", anchor=False)
st.caption("This script draws the same curves.")
st.code(explorer.script(losses, quantity))
