"""KL divergence as a penalty that keeps an estimate close to a reference."""

from typing import Any

import streamlit as st

from skloss import report
from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider, slider_value
from skloss.figures import theory

# Falling, with one value that was never seen, where the penalty matters most.
_COUNTS = (6, 3, 1, 0)


def _show() -> str:
    left, right = st.columns(2)
    with left:
        strength = slider("Penalty β", "theory.penalty.strength", 0.0, 4.0, 0.5, 0.1)
    with right:
        last = slider("Observations of outcome 4", "theory.penalty.last", 0, 10, 0, 1)
    counts = [*_COUNTS[:-1], last]
    frame.figure(theory.kl_penalty(counts, strength=strength), key="kl-penalty")
    return (
        "import numpy as np\nfrom skloss import divergence\n\n"
        f"counts, beta = np.array({counts}), {strength}\n"
        "p = counts / counts.sum()\n"
        "reference = np.full(len(p), 1 / len(p))\n"
        "q = (p + beta * reference) / (1 + beta)\n"
        "print(q)\n"
        "print(divergence.cross_entropy(p, q))\n"
        "print(divergence.kl_divergence(reference, q))"
    )


def _on_rows(comparison: Any) -> bool:
    if not comparison.task.has_classes:
        return False
    strength = slider_value("theory.penalty.strength", 0.5)
    shares = report.class_shares(comparison).to_numpy()
    drawn = theory.kl_penalty(shares, strength=strength)
    frame.figure(drawn, key="kl-penalty-of-rows")
    st.caption("Outcomes are the classes of the table, from the rarest.")
    return True


THEOREM = Theorem(
    "penalty",
    "KL divergence as a penalty",
    "A KL divergence from a reference, added to a loss, keeps the estimate close to "
    "what was known before. With a uniform reference it is label smoothing:\n\n"
    r"$$\min_q H(\hat p, q) + \beta\, D_{KL}(r \| q) \quad\Longrightarrow\quad "
    r"q = \frac{\hat p + \beta r}{1 + \beta}$$",
    _show,
    _on_rows,
)
