"""
What if most amounts are exactly zero?
======================================

Most policies have no claim in a year. Tweedie loss describes both the zeros and the
amounts, by a variance proportional to mean\\ :sup:`power`. Gamma refuses zeros, and
squared error on a linear model predicts negative amounts for careful drivers.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor, get_loss

rng = np.random.default_rng(0)
risk = rng.uniform(-2, 2, 3000)
claims = rng.poisson(0.15 * np.exp(0.8 * risk))
amount = np.array([rng.gamma(2.0, 0.5, n).sum() for n in claims])
print(f"share of zeros: {(amount == 0).mean():.2f}")

grid = np.linspace(-2, 2, 41)
figure = go.Figure(layout={"title": "Expected claims by risk"})
figure.add_scatter(
    x=grid, y=0.15 * np.exp(0.8 * grid), name="true mean", line_dash="dot"
)
for loss in (get_loss("tweedie", power=1.5), "squared_error"):
    model = TorchRegressor(loss, hidden_layer_sizes=()).fit(risk[:, None], amount)
    figure.add_scatter(x=grid, y=model.predict(grid[:, None]), name=model.loss_.name)
figure.update_layout(xaxis_title="risk", yaxis_title="expected amount")
