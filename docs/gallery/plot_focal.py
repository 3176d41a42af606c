"""
When does focal loss help?
==========================

Machines of which one in twenty fails. Whatever ``gamma``, the order of the rows stays
nearly the same, measured by the area under the precision-recall curve, and so do the
decisions. The log loss stays the same as well, although focal loss flattens the outputs
of the network, because ``predict_proba`` recovers the probabilities from the loss. On a
linear model focal loss changes nothing that matters: move the threshold instead. Where
it may help is a network on very many easy rows, whose gradient it reduces.
"""

import plotly.graph_objects as go
from sklearn.pipeline import make_pipeline

from skloss import TorchClassifier, compare_losses, datasets, get_loss
from skloss.table import make_preprocessor

sample = datasets.load_sample("rare_class")
X, y = sample.frame.drop(columns=sample.target), sample.frame[sample.target]
linear = make_pipeline(make_preprocessor(X), TorchClassifier(hidden_layer_sizes=()))
gammas = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0]
losses = [get_loss("focal", gamma=gamma) for gamma in gammas]
table = compare_losses(X, y, losses, estimator=linear, cv=5).table

figure = go.Figure(layout={"title": "Focal loss by its gamma"})
for metric, name in {
    "pr_auc": "area under the precision-recall curve",
    "balanced_accuracy": "balanced accuracy at the default threshold",
    "log_loss": "log loss (lower is better)",
}.items():
    mean, se = table[metric, "mean"], table[metric, "se"]
    figure.add_scatter(x=gammas, y=mean, error_y={"array": se}, name=name)
figure.update_layout(xaxis_title="gamma", yaxis_title="held-out score")
figure
