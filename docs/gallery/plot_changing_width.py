"""
Laplace noise, or Gaussian noise of changing width?
===================================================

Gaussian noise whose variance is exponentially distributed is exactly Laplace noise when
all rows are pooled: a histogram of residuals cannot separate them. A model of the width
can, because the width depends on the columns here. The bars are held-out log scores per
row.
"""

import numpy as np
import plotly.graph_objects as go

from skloss import TorchRegressor, noise_verdict

rng = np.random.default_rng(0)
X = rng.uniform(0, 1, (600, 2))
variance = -np.log(X[:, 0])  # exponentially distributed
y = X[:, 1] + np.sqrt(variance) * rng.standard_normal(600)
candidates = ["gaussian", "laplace", "gaussian_heteroscedastic"]
model = TorchRegressor(hidden_layer_sizes=(32,))
verdict = noise_verdict(X, y, candidates, estimator=model, cv=5)
print(verdict.text)
figure = go.Figure(go.Bar(x=verdict.nats.index, y=verdict.nats, name="nats"))
figure.update_layout(title="Held-out log score", yaxis_title="nats per row")
