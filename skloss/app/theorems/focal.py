"""Focal loss: gamma is for hard rows, alpha for rare classes."""

from typing import Any

import streamlit as st

from skloss import report
from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider, slider_value
from skloss.figures import theory


def _show() -> str:
    left, right = st.columns(2)
    with left:
        gamma = slider("Gamma", "theory.focal.gamma", 0.0, 5.0, 2.0, 0.5)
        rare = slider(
            "Share of the rare class", "theory.focal.rare", 0.01, 0.5, 0.1, 0.01
        )
    with right:
        alpha = slider(
            "Alpha, weight of the rare class",
            "theory.focal.alpha",
            0.05,
            0.95,
            0.5,
            0.05,
        )
        hard = slider("Share of hard rows", "theory.focal.hard", 0.01, 0.5, 0.1, 0.01)
    frame.figure(theory.focal_share(gamma, alpha, rare, hard), key="focal-share")
    return (
        "import torch\nfrom skloss import get_loss\n\n"
        f'loss = get_loss("focal", gamma={gamma}, alpha={alpha})\n'
        "p = torch.tensor([0.95, 0.3])  # an easy and a hard row of the rare class\n"
        "z = torch.logit(p)[:, None].requires_grad_()\n"
        "loss.pointwise(z, torch.ones(2)).sum().backward()\n"
        "print(z.grad.abs().ravel() / (1 - p))  # next to cross-entropy"
    )


def _on_rows(comparison: Any) -> bool:
    if not comparison.task.has_classes:
        return False
    is_rare, p_true = report.true_probabilities(comparison)
    gamma = slider_value("theory.focal.gamma", 2.0)
    alpha = slider_value("theory.focal.alpha", 0.5)
    drawn = theory.focal_share_of_rows(p_true, is_rare, gamma, alpha)
    frame.figure(drawn, key="focal-of-rows")
    return True


THEOREM = Theorem(
    "focal",
    "Focal loss",
    "Focal loss multiplies the cross-entropy of each row by a factor that is small "
    "for easy rows. Gamma moves gradient from easy to hard rows of every class; alpha "
    "weights the classes:\n\n"
    r"$$\mathrm{FL}(p_t) = -\alpha_t\,(1 - p_t)^\gamma \log p_t$$",
    _show,
    _on_rows,
)
