"""Losses: value, gradient and curvature of each loss, and the pull of rows."""

import streamlit as st

from skloss.app.parts import explorer, frame, loss_cards, tug_of_war
from skloss.figures import theory

frame.begin(__file__)
names = explorer.choose_losses()
losses = explorer.with_parameters(names)
if not losses:
    st.info("Select at least one loss.")
    frame.end()

quantity = explorer.choose_quantity()
for number, curves in enumerate(explorer.curves_by_axis(losses)):
    frame.figure(
        theory.loss_curves(
            curves, quantity, rug=explorer.rug(curves), losses=list(losses)
        ),
        key=f"loss-curves-{number}",
    )

rows = explorer.rows()
if explorer.task().has_numbers:
    st.subheader("Tug of war", anchor=False)
    st.markdown(explorer.TUG_OF_WAR)
    tug_of_war.show(losses, rows.values, rows.name, explorer.colors(losses))

st.subheader("The selected losses", anchor=False)
for name, loss in losses.items():
    loss_cards.card(name, loss)
