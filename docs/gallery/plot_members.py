"""
How many members does an ensemble need?
=======================================

Networks from other initial weights, batches and validation rows make other errors, and
their average is better than each. Most of the gain comes from the first few members.
All members train in one stack, so that eight take far less than eight times as long as
one.
"""

import time

import plotly.graph_objects as go
from sklearn.datasets import load_diabetes
from sklearn.model_selection import cross_val_score

from skloss import TorchRegressor

X, y = load_diabetes(return_X_y=True)
sizes = [1, 2, 4, 8]
errors, times = [], []
for members in sizes:
    start = time.perf_counter()
    model = TorchRegressor(n_members=members, random_state=0)
    scores = cross_val_score(model, X, y, cv=5, scoring="neg_root_mean_squared_error")
    errors.append(-scores.mean())
    times.append(time.perf_counter() - start)
    slower = times[-1] / times[0]
    print(f"{members} members: RMSE {errors[-1]:.1f}, {slower:.1f} times as long")

figure = go.Figure(go.Scatter(x=sizes, y=errors, mode="lines+markers", name="RMSE"))
figure.update_layout(title="RMSE of an ensemble on held-out rows")
figure.update_xaxes(type="log", title="members", tickvals=sizes)
figure.update_yaxes(title="RMSE")
