"""InfoNCE on a query and three keys."""

import streamlit as st

from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory

# A match that is the most similar, a near miss and a dissimilar key.
_DEFAULTS = (0.8, 0.5, -0.2)


def _show() -> str:
    similarities = []
    for k, (column, default) in enumerate(zip(st.columns(3), _DEFAULTS, strict=True)):
        with column:
            label = f"q · k{k}, the match" if k == 0 else f"q · k{k}"
            similarities.append(
                slider(label, f"theory.info_nce.{k}", -1.0, 1.0, default, 0.05)
            )
    temperature = slider(
        "Temperature τ", "theory.info_nce.temperature", 0.05, 2.0, 0.5, 0.05
    )
    frame.figure(theory.info_nce(similarities, temperature), key="info-nce")
    return (
        "import torch\n\n"
        f"similarities = torch.tensor([{similarities}])\n"
        "match = torch.tensor([0])  # the key k0\n"
        f"logits = similarities / {temperature}\n"
        "print(torch.nn.functional.cross_entropy(logits, match).item())"
    )


THEOREM = Theorem(
    "info_nce",
    "InfoNCE",
    "InfoNCE is the cross-entropy of choosing the matching key of a query among all "
    "keys, with similarities as logits. A low temperature directs the gradient to the "
    "most similar wrong keys:\n\n"
    r"$$\mathcal{L} = -\log \frac{\exp(q \cdot k_0 / \tau)}"
    r"{\sum_i \exp(q \cdot k_i / \tau)}$$",
    _show,
)
