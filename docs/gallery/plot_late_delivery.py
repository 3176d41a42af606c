"""
What is a late delivery worth?
==============================

A shop promises a delivery time. Each day too late costs a voucher, each day too early
costs storage. The model predicts a distribution of the time and is trained without the
costs; :func:`skloss.decide` returns the promise of least expected cost for any ratio of
the two. The more a late day costs, the longer the promise: it is the quantile
late / (late + early).
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor, costs, decide

rng = np.random.default_rng(0)
distance = rng.uniform(50, 800, 600)
days = rng.gamma(4, (0.6 + distance / 400) / 4)
model = TorchRegressor("gamma", hidden_layer_sizes=()).fit(
    distance[:, None] / 100, days
)

grid = np.linspace(50, 800, 60)
predicted = model.predict_distribution(grid[:, None] / 100)
figure = go.Figure(layout={"title": "Promise by the cost of a late day"})
figure.add_scatter(x=distance, y=days, mode="markers", name="deliveries", opacity=0.3)
for late in (1, 3, 10):
    promise = decide(predicted, costs.Linear(under=late, over=1))
    figure.add_scatter(x=grid, y=promise, name=f"late costs {late}, early 1")
figure.update_layout(xaxis_title="distance (km)", yaxis_title="days")
figure

# %%
# What the promises cost on new deliveries, if a late day costs ten times an early one:

distance = rng.uniform(50, 800, 5000)
days = rng.gamma(4, (0.6 + distance / 400) / 4)
predicted = model.predict_distribution(distance[:, None] / 100)
truth = costs.Linear(under=10, over=1)
for assumed in (1, 3, 10):
    promise = decide(predicted, costs.Linear(under=assumed, over=1))
    print(f"decided for {assumed:2d}: {truth(days, promise).mean():.2f} per delivery")
