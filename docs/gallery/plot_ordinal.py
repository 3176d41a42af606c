"""
Does the order of classes matter?
=================================

Five ordered grades depend on one hidden quantity, and training tables are small.
``corn`` uses the order, cross-entropy treats grades as names. The error is the mean
distance between predicted and true grade on new rows; the difference shrinks as rows
are added.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchClassifier

rng = np.random.default_rng(0)
weights = rng.standard_normal(8)


def draw(rows):
    """Return columns and grades 0 to 4."""
    X = rng.standard_normal((rows, 8))
    hidden = X @ weights + rng.logistic(size=rows)
    return X, np.digitize(hidden, [-4.0, -1.5, 1.5, 4.0])


X_test, y_test = draw(4000)
sizes = [40, 80, 160, 320]
errors = {"corn": [], "cross_entropy": []}
for rows in sizes:
    tables = [draw(rows) for _ in range(8)]
    for loss, means in errors.items():
        model = TorchClassifier(loss, hidden_layer_sizes=(), alpha=1.0)
        found = [model.fit(*table).predict(X_test) for table in tables]
        means.append(np.mean([np.abs(f - y_test).mean() for f in found]))

figure = go.Figure(layout={"title": "Mean distance to the true grade"})
for loss, means in errors.items():
    figure.add_scatter(x=sizes, y=means, name=loss)
figure.update_xaxes(type="log", title="training rows", tickvals=sizes)
figure.update_yaxes(title="grades")
