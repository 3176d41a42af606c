"""Scores for probabilities, decisions and rare classes, and tables behind them.

Plain functions of arrays with `sample_weight`; weight 0 is the row gone, weight 2
the row twice. Each also exists as a scikit-learn scorer: ``metrics.g_mean_scorer``
or ``metrics.SCORERS["g_mean"]``, greater is better throughout, so that losses are
negated.

One rule for what a fold lacks
------------------------------
A class without rows in `y_true` has no recall and no ranking. It is left out of
every average over classes, and a score about that class alone is NaN. Scores that
set classes against each other (balanced accuracy, G-mean, MCC, PR-AUC, ROC-AUC) are
NaN when `y_true` has a single class. The rule looks at `y_true` alone: in the same
fold, all losses are averaged over the same classes. No warning is raised.

Examples
--------
>>> from skloss import metrics
>>> metrics.g_mean([0, 0, 0, 1], [0, 0, 0, 0])
0.0
>>> metrics.METRICS["g_mean"].label
'G-mean'
"""

from .decision import accuracy, balanced_accuracy, f1, g_mean, mcc
from .probability import brier, log_loss, pr_auc, roc_auc
from .registry import METRICS, Metric, metrics_for, score_all
from .regression import mae, nll, r2, rmse
from .scorers import SCORERS, Scorer, row_nll
from .tables import confusion, per_class_table, threshold_table, worst_rows
from .tuning import tuned_thresholds

rmse_scorer = SCORERS["rmse"]
mae_scorer = SCORERS["mae"]
r2_scorer = SCORERS["r2"]
nll_scorer = SCORERS["nll"]
log_loss_scorer = SCORERS["log_loss"]
brier_scorer = SCORERS["brier"]
accuracy_scorer = SCORERS["accuracy"]
balanced_accuracy_scorer = SCORERS["balanced_accuracy"]
f1_scorer = SCORERS["f1"]
g_mean_scorer = SCORERS["g_mean"]
mcc_scorer = SCORERS["mcc"]
pr_auc_scorer = SCORERS["pr_auc"]
roc_auc_scorer = SCORERS["roc_auc"]

__all__ = [
    "METRICS",
    "SCORERS",
    "Metric",
    "Scorer",
    "accuracy",
    "accuracy_scorer",
    "balanced_accuracy",
    "balanced_accuracy_scorer",
    "brier",
    "brier_scorer",
    "confusion",
    "f1",
    "f1_scorer",
    "g_mean",
    "g_mean_scorer",
    "log_loss",
    "log_loss_scorer",
    "mae",
    "mae_scorer",
    "mcc",
    "mcc_scorer",
    "metrics_for",
    "nll",
    "nll_scorer",
    "per_class_table",
    "pr_auc",
    "pr_auc_scorer",
    "r2",
    "r2_scorer",
    "rmse",
    "rmse_scorer",
    "roc_auc",
    "roc_auc_scorer",
    "row_nll",
    "score_all",
    "threshold_table",
    "tuned_thresholds",
    "worst_rows",
]
