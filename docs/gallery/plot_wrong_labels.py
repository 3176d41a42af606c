"""
Which loss survives wrong labels?
=================================

A share of the training labels is replaced at random; test labels are correct.
Cross-entropy has an unbounded loss for a confident wrong label, and a network that
trains long enough memorises such labels. ``generalized_cross_entropy`` limits
what one label can cost.
"""

import warnings

import numpy as np
import plotly.graph_objects as go
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skloss import TorchClassifier

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.4, random_state=0)
rng = np.random.default_rng(0)
shares = [0.0, 0.3, 0.6]
# The networks are to memorise labels: no early stopping, a fixed number of epochs.
warnings.simplefilter("ignore", ConvergenceWarning)
to_the_end = {"early_stopping": False, "n_iter_no_change": np.inf, "max_iter": 30}
to_the_end["n_members"] = 1
losses = ["cross_entropy", "label_smoothing", "generalized_cross_entropy"]
accuracy = {loss: [] for loss in losses}
for share in shares:
    wrong = rng.uniform(size=len(y)) < share
    labels = np.where(wrong, rng.integers(0, 10, len(y)), y)
    for loss, scores in accuracy.items():
        model = TorchClassifier(loss, **to_the_end, random_state=0)
        scores.append(model.fit(X, labels).score(X_test, y_test))

figure = go.Figure(layout={"title": "Accuracy on correct labels"})
for loss, scores in accuracy.items():
    figure.add_scatter(x=shares, y=scores, name=loss)
figure.update_layout(
    xaxis_title="share of random training labels", yaxis_title="accuracy"
)
