"""Scores for probabilities, decisions and rare classes, and tables behind them.

Plain functions of arrays with `sample_weight`: a row of weight 0 is left out, a row of
weight 2 counts twice. Each also exists as a scikit-learn scorer,
``metrics.g_mean_scorer`` or ``metrics.SCORERS["g_mean"]``; greater is better for all of
them, so that losses are negated. `log_score_scorer` is the log score of regressors and
classifiers alike. A function decorated by `register` is added to both.

Classes that a fold lacks
-------------------------
A class without rows in `y_true` has neither recall nor ranking. It is left out of
every average over classes, and a score about that class alone is NaN. Scores that
compare classes (balanced accuracy, G-mean, MCC, PR-AUC, ROC-AUC) are NaN when `y_true`
has a single class. The rule depends on `y_true` only, so that within a fold all losses
are averaged over the same classes. No warning is raised.

Embeddings
----------
`recall_at_1`, `map_at_r` and others take labels, or the embedding of a second view, and
an embedding; their scorers use `transform`. Rows are compared block by block, so that
memory does not grow with the square of the rows.

Examples
--------
>>> from skloss import metrics
>>> metrics.g_mean([0, 0, 0, 1], [0, 0, 0, 0])
0.0
>>> metrics.METRICS["g_mean"].label
'G-mean'
"""

from importlib import import_module

from skloss.metrics.registry import (
    METRICS,
    Metric,
    metrics_for,
    register,
    score_all,
)

# Importing a module registers its metrics, in the order of the columns of all tables.
_MODULES = (
    "regression distribution probability calibration decision ranking money retrieval "
    "geometry"
)
for _module in _MODULES.split():
    import_module(f"{__name__}.{_module}")

from skloss.metrics.calibration import ece_bias  # noqa: E402
from skloss.metrics.feature_effects import feature_effects  # noqa: E402
from skloss.metrics.murphy import decomposition, murphy_diagram  # noqa: E402
from skloss.metrics.retrieval import recall_at_k  # noqa: E402
from skloss.metrics.scorers import (  # noqa: E402
    SCORERS,
    LogScorer,
    Scorer,
    log_score_scorer,
    row_nll,
)
from skloss.metrics.tables import (  # noqa: E402
    confusion,
    per_class_table,
    threshold_table,
    worst_rows,
)
from skloss.metrics.tuning import tuned_thresholds  # noqa: E402

__all__ = [
    "METRICS",
    "SCORERS",
    "LogScorer",
    "Metric",
    "Scorer",
    "confusion",
    "decomposition",
    "ece_bias",
    "feature_effects",
    "log_score_scorer",
    "metrics_for",
    "murphy_diagram",
    "per_class_table",
    "recall_at_k",
    "register",
    "row_nll",
    "score_all",
    "threshold_table",
    "tuned_thresholds",
    "worst_rows",
    *METRICS,
    *(f"{_name}_scorer" for _name in METRICS),
]


def __getattr__(name):
    """Return a metric's function, or its scorer."""
    if name in METRICS:
        return METRICS[name].function
    if name.endswith("_scorer") and name.removesuffix("_scorer") in METRICS:
        return SCORERS[name.removesuffix("_scorer")]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*__all__, *METRICS, *(f"{name}_scorer" for name in METRICS)})
