"""Entropy, cross-entropy and divergences of two adjustable distributions."""

from typing import Any

import numpy as np
import streamlit as st

from skloss import report
from skloss.app.parts import frame, moving
from skloss.app.session import links, state
from skloss.app.theorems.theorem import Theorem
from skloss.figures import theory
from skloss.figures.theory.moving_divergences import moving_divergences

_PREFIX = "theory.kl."
# Peak, spread and the smallest spread: P may be one-hot.
_DEFAULTS = {"p": (2.0, 1.0, 0.0), "q": (4.0, 1.5, 0.3)}


def _show() -> str:
    first, second = (_shape(name, *defaults) for name, defaults in _DEFAULTS.items())
    moving.show(
        moving_divergences(first, second, _PREFIX),
        "divergences",
        state.change_setting,
    )
    p, q = theory.peaked(*first), theory.peaked(*second)
    frame.figure(theory.entropy_parts(p, q), key="entropy-parts")
    return (
        "from skloss import divergence\n\n"
        f"p = {_rounded(p)}\nq = {_rounded(q)}\n"
        "p, q = ([value / sum(row) for value in row] for row in (p, q))\n"
        "print(divergence.kl_divergence(p, q), divergence.kl_divergence(q, p))\n"
        "print(divergence.js_divergence(p, q))\n"
        "print(divergence.cross_entropy(p, q), divergence.entropy(p))"
    )


def _shape(name: str, peak: float, spread: float, narrowest: float) -> tuple:
    """Return peak and spread of a distribution, as its sliders have them."""
    found = []
    for part, default, low, high in (
        ("peak", peak, 1.0, 6.0),
        ("spread", spread, narrowest, 5.0),
    ):
        key = f"{_PREFIX}{name}.{part}"
        value = state.setting(key, default)
        if not low <= value <= high:  # of a link
            value = links.within(value, low, high)
            state.change_setting(key, value)
        found.append(value)
    return tuple(found)


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def _on_rows(comparison: Any) -> bool:
    if not comparison.task.has_classes:
        return False
    shares = report.class_shares(comparison)
    known = comparison.predictions.dropna(subset=[f"proba_{shares.index[0]}"])
    if known.empty:
        return False
    mean = [known[f"proba_{label}"].mean() for label in shares.index]
    drawn = theory.divergences(shares.to_numpy(), np.divide(mean, np.sum(mean)))
    frame.figure(drawn, key="divergences-of-rows")
    st.caption(
        "P: shares of the classes in the table, from the rarest. Q: their mean "
        "held-out probability, over all losses."
    )
    return True


THEOREM = Theorem(
    "kl",
    "Cross-entropy and KL divergence",
    "The Kullback-Leibler divergence measures how far Q is from P. It is not "
    "symmetric; the Jensen-Shannon divergence is. Cross-entropy is entropy plus KL "
    "divergence, so training by cross-entropy minimises the divergence from the "
    "labels. For one-hot labels, the entropy is 0 and both are equal:\n\n"
    r"$$D_{KL}(P \| Q) = \sum_x P(x) \log \frac{P(x)}{Q(x)} = H(P, Q) - H(P)$$",
    _show,
    _on_rows,
)
