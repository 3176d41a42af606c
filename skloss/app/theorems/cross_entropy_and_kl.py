"""Entropy, cross-entropy and divergences of two adjustable distributions."""

import numpy as np
import streamlit as st

from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory


def _show() -> str:
    left, right = st.columns(2)
    with left:
        p = _distribution("P", "p", 2.0, 1.0, 0.0)
    with right:
        q = _distribution("Q", "q", 4.0, 1.5, 0.3)
    left, right = st.columns(2)
    with left:
        frame.figure(theory.divergences(p, q), key="divergences")
    with right:
        frame.figure(theory.entropy_parts(p, q), key="entropy-parts")
    return (
        "from skloss import divergence\n\n"
        f"p = {_rounded(p)}\nq = {_rounded(q)}\n"
        "p, q = ([value / sum(row) for value in row] for row in (p, q))\n"
        "print(divergence.kl_divergence(p, q), divergence.kl_divergence(q, p))\n"
        "print(divergence.js_divergence(p, q))\n"
        "print(divergence.cross_entropy(p, q), divergence.entropy(p))"
    )


def _distribution(
    name: str, key: str, peak: float, spread: float, narrowest: float
) -> np.ndarray:
    """Draw the controls of a distribution over six outcomes, and return it."""
    peak = slider(f"Peak of {name}", f"theory.kl.{key}.peak", 1.0, 6.0, peak, 0.5)
    help_ = "At 0 the distribution is one-hot." if narrowest == 0 else None
    spread = slider(
        f"Spread of {name}",
        f"theory.kl.{key}.spread",
        narrowest,
        5.0,
        spread,
        0.1,
        help=help_,
    )
    return theory.peaked(peak, spread)


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


THEOREM = Theorem(
    "kl",
    "Cross-entropy and KL divergence",
    "The Kullback-Leibler divergence measures how far Q is from P. It is not "
    "symmetric; the Jensen-Shannon divergence is. Cross-entropy is entropy plus KL "
    "divergence, so training by cross-entropy minimises the divergence from the "
    "labels. For one-hot labels, the entropy is 0 and both are equal:\n\n"
    r"$$D_{KL}(P \| Q) = \sum_x P(x) \log \frac{P(x)}{Q(x)} = H(P, Q) - H(P)$$",
    _show,
)
