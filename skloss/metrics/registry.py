"""The metrics by name: what each is called, needs, and which way is better."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn import config_context

from . import decision, probability, regression


@dataclass(frozen=True)
class Metric:
    """One score, and all that a table or a picker needs to show it.

    Attributes
    ----------
    name : str
        Key in `METRICS` and column name in every frame.
    label : str
        Short column title.
    function : callable
        ``function(y_true, values, sample_weight=)``, for classification also
        ``classes=``; `nll` takes the per-row values alone.
    greater_is_better : bool
    kind : {"regression", "classification"}
    input : {"y_pred", "y_proba", "nll"}
        What is scored.
    help : str
        One sentence on what the score rewards.
    unit : {"", "target", "nats"}
        "target" stands for the unit of the target, "nats" for nats per row.
    ranks : bool
        True when only the order of the scores matters, so that decision values
        serve as well as probabilities.
    """

    name: str
    label: str
    function: Callable
    greater_is_better: bool
    kind: str
    input: str
    help: str
    unit: str = ""
    ranks: bool = False


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            name="rmse",
            label="RMSE",
            function=regression.rmse,
            greater_is_better=False,
            kind="regression",
            input="y_pred",
            unit="target",
            help="Typical miss when large misses hurt most (root mean squared error).",
        ),
        Metric(
            name="mae",
            label="MAE",
            function=regression.mae,
            greater_is_better=False,
            kind="regression",
            input="y_pred",
            unit="target",
            help="Typical miss when every unit hurts alike (mean absolute error).",
        ),
        Metric(
            name="r2",
            label="R²",
            function=regression.r2,
            greater_is_better=True,
            kind="regression",
            input="y_pred",
            help="Share of the target's variance explained: 1 is perfect, 0 is no "
            "better than always saying the mean.",
        ),
        Metric(
            name="nll",
            label="NLL",
            function=regression.nll,
            greater_is_better=False,
            kind="regression",
            input="nll",
            unit="nats",
            help="Surprise per held-out row under the noise that the loss implies "
            "(negative log-likelihood); the one scale on which all losses meet.",
        ),
        Metric(
            name="log_loss",
            label="Log-loss",
            function=probability.log_loss,
            greater_is_better=False,
            kind="classification",
            input="y_proba",
            unit="nats",
            help="Surprise per row at the true label: punishes confident mistakes.",
        ),
        Metric(
            name="brier",
            label="Brier",
            function=probability.brier,
            greater_is_better=False,
            kind="classification",
            input="y_proba",
            help="Squared distance between probabilities and what happened: gentler "
            "on confident mistakes than log-loss.",
        ),
        Metric(
            name="accuracy",
            label="Accuracy",
            function=decision.accuracy,
            greater_is_better=True,
            kind="classification",
            input="y_pred",
            help="Share of rows decided right; blind to rare classes.",
        ),
        Metric(
            name="balanced_accuracy",
            label="Balanced accuracy",
            function=decision.balanced_accuracy,
            greater_is_better=True,
            kind="classification",
            input="y_pred",
            help="Share found of each class, averaged: a rare class counts like a "
            "common one.",
        ),
        Metric(
            name="f1",
            label="F1",
            function=decision.f1,
            greater_is_better=True,
            kind="classification",
            input="y_pred",
            help="Balance of catching the class (recall) and not crying wolf "
            "(precision); of the positive class, or averaged over classes.",
        ),
        Metric(
            name="g_mean",
            label="G-mean",
            function=decision.g_mean,
            greater_is_better=True,
            kind="classification",
            input="y_pred",
            help="Share found of each class, multiplied: 0 as soon as one class is "
            "never found (geometric mean of recalls).",
        ),
        Metric(
            name="mcc",
            label="MCC",
            function=decision.mcc,
            greater_is_better=True,
            kind="classification",
            input="y_pred",
            help="Correlation of decisions with the truth: 0 is guessing, 1 perfect, "
            "whatever the class sizes (Matthews).",
        ),
        Metric(
            name="pr_auc",
            label="PR-AUC",
            function=probability.pr_auc,
            greater_is_better=True,
            kind="classification",
            input="y_proba",
            ranks=True,
            help="How well the ranking puts the class on top, judged among the rows "
            "called positive (average precision); guessing scores the class's share.",
        ),
        Metric(
            name="roc_auc",
            label="ROC-AUC",
            function=probability.roc_auc,
            greater_is_better=True,
            kind="classification",
            input="y_proba",
            ranks=True,
            help="Chance that a row of the class outranks one outside of it; 0.5 is "
            "guessing.",
        ),
    )
}

_KIND_OF_TASK = {
    "regression": "regression",
    "binary": "classification",
    "multiclass": "classification",
    "multilabel": "classification",
}


def metrics_for(task):
    """List the names of the metrics of a task, in the order of the columns.

    Parameters
    ----------
    task : {"regression", "binary", "multiclass", "multilabel"}

    Returns
    -------
    list of str

    Examples
    --------
    >>> metrics_for("regression")
    ['rmse', 'mae', 'r2', 'nll']
    """
    if task not in _KIND_OF_TASK:
        raise ValueError(
            f"There are no metrics for the task {task!r}; choose one of "
            f"{', '.join(_KIND_OF_TASK)}."
        )
    kind = _KIND_OF_TASK[task]
    return [name for name, metric in METRICS.items() if metric.kind == kind]


def score_all(
    task, y_true, y_pred, y_proba=None, nll=None, classes=None, sample_weight=None
):
    """Score one set of held-out rows on every metric of the task.

    Parameters
    ----------
    task : {"regression", "binary", "multiclass", "multilabel"}
    y_true, y_pred : array-like of shape (n,), (n, n_targets) or (n, n_labels)
    y_proba : array-like of shape (n,), (n, n_classes) or (n, n_labels), optional
    nll : array-like of shape (n,), optional
        Negative log density of each row, in nats.
    classes : sequence, optional
        All labels of the problem in the order of the columns of `y_proba`. Give it
        whenever a fold may lack a class.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    dict of str to float
        In the order of `metrics_for`. NaN where the score is undefined, or where
        what it needs is not given or has missing values.

    Examples
    --------
    >>> scores = score_all("regression", [1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> {name: round(value, 3) for name, value in scores.items()}
    {'rmse': 0.577, 'mae': 0.333, 'r2': 0.5, 'nll': nan}
    """
    given = {"y_pred": y_pred, "y_proba": y_proba, "nll": nll}
    usable = {name: _is_complete(values) for name, values in given.items()}
    # The parameters are ours: to have every metric check them takes half of the time.
    with config_context(skip_parameter_validation=True):
        return _scores(task, given, usable, y_true, classes, sample_weight)


def _scores(task, given, usable, y_true, classes, sample_weight):
    scores = {}
    for name in metrics_for(task):
        metric = METRICS[name]
        values = given[metric.input]
        if not usable[metric.input]:
            scores[name] = float("nan")
        elif metric.input == "nll":
            scores[name] = metric.function(values, sample_weight=sample_weight)
        elif metric.kind == "regression":
            scores[name] = metric.function(y_true, values, sample_weight=sample_weight)
        else:
            named = None if task == "multilabel" else classes
            scores[name] = metric.function(
                y_true, values, classes=named, sample_weight=sample_weight
            )
    return scores


def _is_complete(values):
    if values is None:
        return False
    values = np.asarray(values)
    return values.dtype.kind != "f" or bool(np.isfinite(values).all())
