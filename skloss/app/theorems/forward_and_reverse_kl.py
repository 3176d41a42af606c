"""Fitting one Gaussian to two humps by both directions of KL divergence."""

import streamlit as st

from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory


def _show() -> str:
    left, right = st.columns(2)
    with left:
        distance = slider(
            "Distance of the humps", "theory.fits.distance", 0.0, 8.0, 7.0, 0.5
        )
    with right:
        share = slider("Right hump's share", "theory.fits.share", 0.0, 1.0, 0.6, 0.05)
    frame.figure(theory.kl_fits(distance, share), key="kl-fits")
    return (
        "from skloss.figures import theory\n\n"
        f"theory.kl_fits(distance={distance}, share={share}).show()"
    )


THEOREM = Theorem(
    "fits",
    "Forward and reverse KL",
    "An approximation q of p can minimise either direction. Forward KL, which maximum "
    "likelihood minimises, averages over p and must cover all of it. Reverse KL, used "
    "in variational inference and as a penalty that keeps a model close to a "
    "reference, averages over q and may ignore a part of p:\n\n"
    r"$$\min_q D_{KL}(p \| q) \qquad \text{or} \qquad \min_q D_{KL}(q \| p)$$",
    _show,
)
