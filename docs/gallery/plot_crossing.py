"""
Do quantiles cross?
===================

Nine quantiles, each fitted alone, and all nine fitted together by ``multi_quantile``.
Alone they cross in many rows, most of all where rows are few: then the 60% quantile
lies below the 50% quantile. Fitted together they cannot cross, because each is the one
below plus a positive amount.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor, get_loss

rng = np.random.default_rng(0)
x = rng.uniform(-3, 3, 250)[:, None]
y = np.sin(x[:, 0]) + 0.3 * rng.standard_normal(250)
levels = np.linspace(0.1, 0.9, 9)
grid = np.linspace(-4, 4, 161)[:, None]
alone = np.column_stack(
    [
        TorchRegressor(get_loss("quantile", quantile=q), random_state=k)
        .fit(x, y)
        .predict(grid)
        for k, q in enumerate(levels)
    ]
)
together = TorchRegressor(get_loss("multi_quantile", quantiles=levels), random_state=0)
together = together.fit(x, y).predict_quantiles(grid, levels)
for name, curves in {"alone": alone, "together": together}.items():
    crossed = (np.diff(curves, axis=1) < 0).any(axis=1).mean()
    print(f"fitted {name}: quantiles cross at {crossed:.0%} of the places")

figure = go.Figure(layout={"title": "Quantiles fitted alone cross"})
figure.add_scatter(x=x[:, 0], y=y, mode="markers", name="rows", opacity=0.3)
for level, curve in zip(levels, alone.T, strict=True):
    figure.add_scatter(x=grid[:, 0], y=curve, name=f"{level:.0%}", line_width=1.5)
figure
