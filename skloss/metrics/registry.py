"""The metrics by name: label, input, unit and direction of each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn import config_context

from skloss.tasks import TASKS, as_task

__all__ = ["METRICS", "Metric", "metrics_for", "register", "score_all"]


@dataclass(frozen=True)
class Metric:
    """A score, with everything that tables and pickers show about it.

    Parameters
    ----------
    name : str
        Key in `METRICS` and column name in every frame.
    label : str
        Short column title.
    function : callable
        ``function(y_true, values, sample_weight=)``, for classification also
        ``classes=``; `nll` takes the per-row values alone.
    greater_is_better : bool
    kind : {"regression", "classification", "retrieval", "embedding", "cost"}
        "retrieval" stands for embeddings with labels or a second view, "embedding" for
        those with labels alone, "cost" for what only a comparison with a cost has.
    input : {"y_pred", "y_proba", "nll", "distribution", "cost", "cost_decided"}
        What is scored.
    help : str
        One sentence on what the score measures.
    unit : {"", "target", "nats"}
        "target" stands for the unit of the target, "nats" for nats per row.
    ranks : bool
        True when only the order of the scores matters, so that decision values work
        as well as probabilities.
    row_scores : callable or None
        Called as ``function``; returns one value for each row of positive weight. Their
        weighted mean is the score. For a mean over rows they are the scores of the
        rows; otherwise score + W d score / d w_i, with the weight w_i of the row and
        the sum W of all weights (the infinitesimal jackknife), so that their spread
        gives the variance of the score. With None, or a function that returns None, the
        spread over folds is used.
    is_default : bool
        Whether every comparison of the kind has it; any other one by ``scoring=``.
    is_ranked : bool
        False for a description that a bad model can have as well as a good one, such as
        the width of its intervals: no loss wins it.

    Examples
    --------
    >>> from skloss.metrics import METRICS
    >>> METRICS["brier"].label, METRICS["brier"].input
    ('Brier', 'y_proba')
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
    row_scores: Callable | None = None
    is_default: bool = True
    is_ranked: bool = True


#: Metrics by name, in the order of the columns of every table.
METRICS: dict[str, Metric] = {}


def register(
    *,
    label,
    greater_is_better,
    kind,
    input,
    help,
    unit="",
    ranks=False,
    row_scores=None,
    is_default=True,
    is_ranked=True,
):
    """Return a decorator that enters a function in `METRICS` under its own name.

    It is then a column of every comparison of its kind, unless ``is_default`` is False,
    a scorer, and an attribute of `skloss.metrics`.

    Parameters
    ----------
    label, greater_is_better, kind, input, help, unit
    ranks, row_scores, is_default, is_ranked
        As described for `Metric`.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If a metric of that name exists.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import metrics
    >>> @metrics.register(label="Bias", greater_is_better=False, kind="regression",
    ...                   input="y_pred", help="Mean of prediction minus truth.")
    ... def bias(y_true, y_pred, *, sample_weight=None):
    ...     return float(np.average(np.subtract(y_pred, y_true), weights=sample_weight))
    >>> metrics.score_all("regression", [1.0, 2.0], [2.0, 4.0])["bias"]
    1.5
    >>> del metrics.METRICS["bias"]
    """

    def enter(function):
        name = function.__name__
        if name in METRICS:
            raise ValueError(f"A metric called {name!r} exists; rename the function.")
        METRICS[name] = Metric(
            *(name, label, function, greater_is_better, kind, input, help, unit, ranks),
            row_scores=row_scores,
            is_default=is_default,
            is_ranked=is_ranked,
        )
        return function

    return enter


def metrics_for(task, *, optional=False):
    """Return the names of the metrics of a task, in the order of the columns.

    Parameters
    ----------
    task : {"regression", "binary", "multiclass", "multilabel", "embedding", "pairs"}
    optional : bool, default False
        Whether to include metrics that a comparison has only if they are named.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If the task is not one of those.

    Examples
    --------
    >>> from skloss.metrics import metrics_for
    >>> metrics_for("regression")
    ['rmse', 'mae', 'r2', 'nll']
    """
    scored = [str(known) for known in TASKS if known.is_compared]
    if task not in scored:
        raise ValueError(
            f"task={task!r} has no metrics; choose one of {', '.join(scored)}."
        )
    kinds = _kinds(as_task(task))
    return [
        name
        for name, metric in METRICS.items()
        if metric.kind in kinds and (optional or metric.is_default)
    ]


def _kinds(task):
    """Return the kinds of metrics of a task."""
    if task.has_embeddings:
        return {"retrieval"} if task.has_views else {"retrieval", "embedding"}
    return {"regression" if task.has_numbers else "classification"}


def score_all(
    task, y_true, y_pred, y_proba=None, nll=None, classes=None, sample_weight=None
):
    """Score one set of held-out rows on all metrics of a task.

    Parameters
    ----------
    task : {"regression", "binary", "multiclass", "multilabel", "embedding", "pairs"}
    y_true, y_pred : array-like of shape (n,), (n, n_targets) or (n, n_labels)
        For "embedding" labels of shape (n,) and an embedding, (n, embedding_dim); for
        "pairs" the embeddings of the second view and of the first.
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
        In the order of `metrics_for`. NaN where the score is undefined, or where its
        input is not given or has missing values.

    Raises
    ------
    ValueError
        If the task has no metrics, or the inputs do not fit together.

    Examples
    --------
    >>> from skloss.metrics import score_all
    >>> scores = score_all("regression", [1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> {name: round(value, 3) for name, value in scores.items()}
    {'rmse': 0.577, 'mae': 0.333, 'r2': 0.5, 'nll': nan}
    """
    given = {"y_pred": y_pred, "y_proba": y_proba, "nll": nll}
    usable = {name: _is_complete(values) for name, values in given.items()}
    # scikit-learn's functions are called with valid parameters only, and checking them
    # takes half of the time.
    with config_context(skip_parameter_validation=True):
        return _scores(task, given, usable, y_true, classes, sample_weight)


def _scores(task, given, usable, y_true, classes, sample_weight):
    """Return the scores by name."""
    scores, names = {}, metrics_for(task)
    named = classes if as_task(task).has_classes else None
    for name in names:
        metric = METRICS[name]
        values = given[metric.input]
        if not usable[metric.input]:
            scores[name] = float("nan")
        elif metric.input == "nll":
            scores[name] = metric.function(values, sample_weight=sample_weight)
        elif metric.kind != "classification":
            scores[name] = metric.function(y_true, values, sample_weight=sample_weight)
        else:
            scores[name] = metric.function(
                y_true, values, classes=named, sample_weight=sample_weight
            )
    return scores


def _is_complete(values):
    """Return whether values are given and none of them is missing or infinite."""
    if values is None:
        return False
    values = np.asarray(values)
    return values.dtype.kind != "f" or bool(np.isfinite(values).all())
