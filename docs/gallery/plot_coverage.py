"""
Does a 90% interval contain 90% of the rows?
============================================

On average all three do, or nearly. But the noise of these rows grows with ``x``:
intervals of one width, from squared error, cover too much on the left and too little on
the right. A likelihood with a width for each row is nearly right everywhere. Conformal
intervals hold on average over all rows, and inherit their shape from the model.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor

rng = np.random.default_rng(0)


def draw(rows):
    """Return rows whose noise grows with x."""
    x = rng.uniform(0, 10, rows)
    return x[:, None], np.sin(x) + (0.1 + 0.1 * x) * rng.standard_normal(rows)


X, y = draw(800)
calibration, (X_new, y_new) = draw(300), draw(20_000)
constant = TorchRegressor("squared_error", random_state=0).fit(X, y)
by_row = TorchRegressor("gaussian_nll", random_state=0).fit(X, y)
intervals = {
    "squared error": constant.predict_interval(X_new),
    "squared error, conformal": constant.predict_interval(X_new, conformal=calibration),
    "Gaussian NLL": by_row.predict_interval(X_new),
}
figure = go.Figure(layout={"title": "Share of rows inside a 90% interval"})
place = np.floor(X_new[:, 0]).astype(int)
for name, ends in intervals.items():
    inside = (ends[:, 0] <= y_new) & (y_new <= ends[:, 1])
    print(f"{name:>24}: {inside.mean():.3f}")
    share = [inside[place == k].mean() for k in range(10)]
    figure.add_scatter(x=np.arange(10) + 0.5, y=share, name=name)
figure.add_hline(y=0.9, line_dash="dot")
figure.update_layout(xaxis_title="x", yaxis_title="coverage")
