"""
What does one outlier do to each loss?
======================================

One of thirty rows is moved, and straight lines are fitted with four losses. Under
squared error the pull of a row on the line grows with its distance. It is constant
under absolute error, limited under Huber, and returns to zero under
:class:`skloss.losses.GeneralRobust` with ``alpha=-2``.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor, get_loss

rng = np.random.default_rng(0)
x = np.linspace(0, 10, 30)
y = 1 + 0.5 * x + 0.3 * rng.standard_normal(30)
y[27] += 12.0

losses = {
    "squared error": "squared_error",
    "absolute error": "absolute_error",
    "Huber": "huber",
    "general robust": get_loss("general_robust", alpha=-2.0),
}
figure = go.Figure(go.Scatter(x=x, y=y, mode="markers", name="rows"))
for name, loss in losses.items():
    line = TorchRegressor(loss, hidden_layer_sizes=(), random_state=0).fit(
        x[:, None], y
    )
    print(f"{name:>15}: slope {line.coef_[0]:.2f}, true slope 0.50")
    figure.add_scatter(x=x, y=line.predict(x[:, None]), mode="lines", name=name)
figure.update_layout(title="One outlier, four losses")
figure
