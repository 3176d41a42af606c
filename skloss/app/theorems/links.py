"""Softmax and sigmoid, and the cross-entropies that belong to them."""

import streamlit as st

from skloss.app.parts import frame, pickers
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory

# Scores of three classes of which each has a visible share.
_DEFAULTS = (2.0, 0.5, -1.0)


def _show() -> str:
    scores = []
    for k, (column, default) in enumerate(zip(st.columns(3), _DEFAULTS, strict=True)):
        with column:
            label = f"Score of class {k + 1}"
            scores.append(slider(label, f"theory.links.{k}", -6.0, 6.0, default, 0.25))
    true = pickers.picker("True class", ["1", "2", "3"], "theory.links.true")
    place = int(true) - 1
    frame.figure(theory.link_functions(scores, place), key="link-functions")
    return (
        "import torch\nfrom skloss import get_loss\n\n"
        f"scores = torch.tensor([{scores}])\n"
        f"true = torch.tensor([{place}])\n"
        "print(scores.softmax(1), torch.sigmoid(scores))\n"
        'loss = get_loss("cross_entropy")\n'
        "print(loss(scores, true).item())  # CCE\n"
        "labels = torch.nn.functional.one_hot(true, 3)\n"
        "print(loss(scores, labels).item())  # BCE, summed over the labels"
    )


THEOREM = Theorem(
    "links",
    "NLL and cross-entropy, softmax and sigmoid",
    "A link turns raw scores into probabilities, and the negative log-likelihood of "
    "the label is the cross-entropy. A softmax is for one class out of several; a "
    "sigmoid for each label is for labels that occur together. With one-hot y:\n\n"
    r"$$P(y \mid x) = \prod_j \hat y_j^{\,y_j} \quad\Longrightarrow\quad "
    r"-\log P(y \mid x) = -\sum_j y_j \log \hat y_j$$",
    _show,
)
