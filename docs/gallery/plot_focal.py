"""
When does focal loss help?
==========================

Machines of which one in twenty fails. As ``gamma`` grows, the scores of focal loss are
flattened; ``predict_proba`` recovers the probabilities from them, and the log loss
stays. So does the order of the rows, measured by the area under the precision-recall
curve: what focal loss changes on a table like this is the gradient, not the answer.
Where it may help is a network on many easy rows; on a linear model move the threshold
instead.
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
