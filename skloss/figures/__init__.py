"""Figures: pure functions from tidy frames to plotly figures.

Each asks a question in its title and carries two plain texts in ``layout.meta``:
``"caption"``, the answer and how to read it, and ``"alt"``, what it shows for those
who cannot see it. Both hold names from the data as they are; escape them for where
they are shown. What stands inside the figure is escaped already.

Examples
--------
>>> import pandas as pd
>>> from skloss import figures
>>> frame = pd.DataFrame({"loss": "huber", "fold": [0, 1], "metric": "mae",
...                       "value": [4.0, 5.0]})
>>> figure = figures.fold_scores(frame, "mae", unit="mm")
>>> figure.layout.title.text
'Does the same loss win every fold?'
>>> figure.layout.meta["caption"].split(". ")[0]
'Mean over folds: huber 4.5 mm'
"""

from .confusion import confusion_matrix
from .curves import fold_scores, learning_curves
from .ranking import precision_recall_curves, roc_curves, threshold_curve
from .regression import prediction_vs_truth, residual_histogram, residual_qq
from .style import LossStyle, loss_styles
from .text import plot_text

__all__ = [
    "LossStyle",
    "confusion_matrix",
    "fold_scores",
    "learning_curves",
    "loss_styles",
    "plot_text",
    "precision_recall_curves",
    "prediction_vs_truth",
    "residual_histogram",
    "residual_qq",
    "roc_curves",
    "threshold_curve",
]
