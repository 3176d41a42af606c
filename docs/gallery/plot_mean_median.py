"""
Why do two losses disagree on a skewed target?
==============================================

Incomes are skewed. Squared error predicts the mean, absolute error the median, and the
mean is larger. Neither is wrong: the sum of means predicts the total, a median is the
income of a typical person.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor

rng = np.random.default_rng(0)
years = rng.uniform(0, 30, 2000)
income = np.exp(3.2 + 0.02 * years + 0.7 * rng.standard_normal(2000))
grid = np.linspace(0, 30, 31)
figure = go.Figure(layout={"title": "Mean and median of a skewed target"})
figure.add_scatter(x=years, y=income, mode="markers", name="persons", opacity=0.15)
for loss, name in {"squared_error": "mean", "absolute_error": "median"}.items():
    model = TorchRegressor(loss, hidden_layer_sizes=()).fit(years[:, None], income)
    total = model.predict(years[:, None]).sum() / income.sum()
    print(f"{loss}: predicted total / true total = {total:.2f}")
    figure.add_scatter(x=grid, y=model.predict(grid[:, None]), name=f"{loss}: {name}")
figure.update_layout(xaxis_title="years of work", yaxis_title="income (thousands)")
figure.update_yaxes(range=[0, 120])
