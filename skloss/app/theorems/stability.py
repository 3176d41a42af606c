"""Training with a large learning rate, with and without clipping and warm-up."""

from typing import Any

import numpy as np
import streamlit as st

import skloss
from skloss import figures
from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
from skloss.figures import theory

_OPTIONS = {
    "neither": {"clip_grad_norm": None},
    "clipping": {"clip_grad_norm": 1.0},
    "clipping and warm-up": {"clip_grad_norm": 1.0, "warmup_fraction": 0.5},
}
_CODE = """\
import numpy as np
from skloss import TorchRegressor

rng = np.random.default_rng({seed})
X = rng.normal(size=(400, 5))
y = 2 * X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * rng.normal(size=400)
outliers = rng.random(400) < 0.03
y[outliers] += 60 * rng.standard_t(2, size=outliers.sum())
for settings in {ways}:
    model = TorchRegressor(
        "laplace_nll", learning_rate={rate}, max_iter=12, early_stopping=False,
        batch_size=16, n_members=1, numeric_encoding=None, random_state={seed},
        **settings,
    ).fit(X, y)
    print(settings, max(model.loss_curve_))
"""


def _show() -> str:
    left, right = st.columns(2)
    with left:
        rate = slider(
            "Learning rate",
            "theory.stability.rate",
            0.001,
            0.301,
            0.301,
            0.05,
            format="%.3f",
        )
    with right:
        seed = slider("Seed", "theory.stability.seed", 0, 9, 1, 1)
    curves = _curves(rate, seed)
    frame.figure(theory.training_curves(curves), key="training-curves")
    return _CODE.format(rate=rate, seed=seed, ways=list(_OPTIONS.values()))


@st.cache_data(max_entries=32, show_spinner="Training three small networks")
def _curves(rate: float, seed: int) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(400, 5))
    y = 2 * X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * rng.normal(size=400)
    outliers = rng.random(400) < 0.03
    y[outliers] += 60 * rng.standard_t(2, size=outliers.sum())
    return {
        name: skloss.TorchRegressor(
            "laplace_nll",
            learning_rate=rate,
            max_iter=12,
            early_stopping=False,
            batch_size=16,
            n_members=1,
            numeric_encoding=None,
            random_state=seed,
            **options,
        )
        .fit(X, y)
        .loss_curve_
        for name, options in _OPTIONS.items()
    }


def _on_rows(comparison: Any) -> bool:
    if comparison.histories.empty:
        return False
    frame.figure(figures.learning_curves(comparison), key="training-of-rows")
    return True


THEOREM = Theorem(
    "stability",
    "Clipping and warm-up",
    "A loss curve becomes unstable when steps are too long or a gradient explodes. "
    "Warm-up increases the learning rate from 0 over the first steps; clipping bounds "
    "the norm of each gradient, so that training recovers after a spike:\n\n"
    r"$$g \leftarrow g \cdot \min\left(1, \frac{c}{\|g\|}\right) \qquad "
    r"\eta_t = \eta \cdot \min\left(1, \frac{t}{t_\text{warm-up}}\right)$$",
    _show,
    _on_rows,
)
