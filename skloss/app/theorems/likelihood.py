"""Maximum likelihood: a product of densities, or the mean of their logarithms."""

from typing import Any

import numpy as np
import streamlit as st

from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory


def _show() -> str:
    left, middle, right = st.columns(3)
    with left:
        n_rows = slider("Rows", "theory.likelihood.rows", 5, 2000, 20, 5)
    with middle:
        location = slider("Location", "theory.likelihood.mu", -2.0, 6.0, 0.5, 0.1)
    with right:
        scale = slider("Scale", "theory.likelihood.sigma", 0.5, 4.0, 1.5, 0.1)
    y = np.random.default_rng(0).normal(2.0, 1.5, n_rows)
    frame.figure(theory.likelihood(y, location, scale), key="likelihood")
    return (
        "import numpy as np\nfrom scipy import stats\n\n"
        f"y = np.random.default_rng(0).normal(2.0, 1.5, {n_rows})\n"
        f"model = stats.norm({location}, {scale})\n"
        "print(np.prod(model.pdf(y)), -np.mean(model.logpdf(y)))"
    )


def _on_rows(comparison: Any) -> bool:
    if not comparison.task.has_numbers or "y_true" not in comparison.predictions:
        return False
    y = comparison.predictions.drop_duplicates("row")["y_true"].to_numpy(dtype=float)
    scale = float(np.std(y)) or 1.0
    drawn = theory.likelihood(y, float(np.median(y)), scale)
    frame.figure(drawn, key="likelihood-of-rows")
    st.caption(
        "The rows are the target of the loaded table, and the chosen location is their "
        "median."
    )
    return True


THEOREM = Theorem(
    "likelihood",
    "Maximum likelihood",
    "Maximum likelihood looks for the parameters under which the rows are most "
    "probable. The likelihood is a product over rows, and soon too small for a "
    "floating-point number; the mean of the negative logarithms has the same optimum "
    "and is the loss:\n\n"
    r"$$\max_\theta \prod_i p(y_i \mid x_i; \theta) \quad\Longleftrightarrow\quad "
    r"\min_\theta -\frac1N \sum_i \log p(y_i \mid x_i; \theta)$$",
    _show,
    _on_rows,
)
