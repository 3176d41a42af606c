"""Out-of-fold predictions of a comparison, and their scores."""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import check_scoring
from sklearn.utils import _safe_indexing

from skloss import noise
from skloss.estimators.base import TorchEstimator
from skloss.estimators.fitted import FittedModel
from skloss.estimators.fitting import FitPlan
from skloss.estimators.rows import check_inputs
from skloss.metrics import METRICS, metrics_for, score_all
from skloss.training import FitResult

__all__ = [
    "FoldResult",
    "frame_of_histories",
    "frame_of_predictions",
    "frame_of_scores",
    "other_folds",
    "predict",
    "scorers_for",
]


@dataclass
class FoldResult:
    """One loss in one fold.

    Attributes
    ----------
    label : str
        Label of the loss.
    fold : int
    estimator : TorchEstimator
        Fitted once ``model`` is set.
    plan : FitPlan
    X_test : array or DataFrame
        Held-out rows, preprocessed.
    test : ndarray
        Positions of the held-out rows in the data.
    fits : list of FitResult
        Results of ``plan.models``.
    model : FittedModel
    y_true, y_pred, nll, proba : ndarray or None
        Filled in by `predict`; labels have no ``nll``, numbers no ``proba``.
    """

    label: str
    fold: int
    estimator: TorchEstimator
    plan: FitPlan
    X_test: object
    test: np.ndarray
    fits: list[FitResult] | None = None
    model: FittedModel | None = None
    y_true: np.ndarray | None = None
    y_pred: np.ndarray | None = None
    nll: np.ndarray | None = None
    proba: np.ndarray | None = None


def scorers_for(scoring, setup):
    """Return the scorers of a comparison.

    Parameters
    ----------
    scoring : str, callable, list, dict or None
        As given to `compare_losses`.
    setup : ComparisonSetup

    Returns
    -------
    dict of str to str or callable
        By the name of the column: the name of a metric in `METRICS`, or a scorer.

    Raises
    ------
    ValueError
        If a metric is not for the task.
    """
    able = metrics_for(setup.task)
    named = able if scoring is None else scoring
    if isinstance(named, str) or callable(named):
        named = [named]
    if not isinstance(named, dict):
        named = {s if isinstance(s, str) else _scorer_name(s): s for s in named}
    scorers = {}
    for name, scorer in named.items():
        if not isinstance(scorer, str) or scorer not in METRICS:
            scorers[name] = check_scoring(setup.estimator, scoring=scorer)
        elif scorer in able:
            scorers[name] = scorer
        else:
            raise ValueError(
                f"The metric {scorer!r} is not for a {setup.task} task; use one of "
                f"{', '.join(able)}."
            )
    return scorers


def _scorer_name(scorer):
    return getattr(scorer, "name", None) or getattr(scorer, "__name__", str(scorer))


def other_folds(splits):
    """Return, for each fold, which held-out rows belong to other folds only.

    Parameters
    ----------
    splits : list of (ndarray, ndarray)

    Returns
    -------
    list of bool ndarray
        Masks of the held-out rows of all folds, one fold after another.
    """
    tests = [test for _, test in splits]
    rows = np.concatenate(tests)
    return [~np.isin(rows, test) for test in tests]  # a row may be held out twice


def predict(setup, results, y, weight, others):
    """Fill in the predictions of held-out rows, with probabilities or nats.

    Parameters
    ----------
    setup : ComparisonSetup
    results : list of FoldResult
        All losses of the first fold, then all of the second, and so on.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    others : list of bool ndarray
        From `other_folds`.
    """
    parameters_of = {}
    for _, of_fold in itertools.groupby(results, key=lambda result: result.fold):
        of_fold = list(of_fold)
        X_test = check_inputs(of_fold[0].estimator, of_fold[0].X_test)  # once per fold
        for result in of_fold:
            model = result.model
            raw = model.raw_prediction(X_test)
            result.y_true = y[result.test]
            result.y_pred = model.predict(raw)
            if setup.task.has_probabilities:
                result.proba = model.probabilities(raw)
            elif model.loss.noise is not None:
                of_label = parameters_of.setdefault(result.label, [])
                of_label.append(model.noise_parameters(raw))
    for label, parts in parameters_of.items():
        of_loss = [result for result in results if result.label == label]
        _fill_in_nats(of_loss, parts, weight, others)


def _fill_in_nats(results, by_fold, weight, others):
    """Compute the nats per row of a loss; other folds determine its free scale."""
    y = np.concatenate([result.y_true for result in results])
    joined = {
        name: np.concatenate([part[name] for part in by_fold], axis=1)
        if np.ndim(value) > 1
        else value
        for name, value in by_fold[0].items()
    }
    if weight is not None:
        weight = weight[np.concatenate([result.test for result in results])]
    for result, parameters, other in zip(results, by_fold, others, strict=True):
        loss = result.model.loss
        fitted = result.model.scale
        if other.any() and noise.free_parameters(loss, parameters):
            seen = {
                name: value[:, other] if np.ndim(value) > 1 else value
                for name, value in joined.items()
            }
            weights = None if weight is None else weight[other]
            fitted = noise.fit(loss, seen, y[other], weights)
        value = -noise.predictive(loss, parameters, fitted).logpdf(result.y_true)
        result.nll = value if value.ndim == 1 else value.sum(1)


def frame_of_predictions(results, numbers):
    """Return the held-out predictions: one row per loss and held-out row.

    Parameters
    ----------
    results : list of FoldResult
    numbers : ndarray of shape (n_samples,)
        Row numbers in the caller's data.

    Returns
    -------
    DataFrame
        Columns loss, fold, row, y_true, y_pred, and nll or one per probability.
    """
    sizes = [len(result.test) for result in results]
    columns = {
        "loss": pd.Index([result.label for result in results]).repeat(sizes),
        "fold": np.repeat([result.fold for result in results], sizes),
        "row": numbers[np.concatenate([result.test for result in results])],
        **_columns("y_true", np.concatenate([result.y_true for result in results])),
        **_columns("y_pred", np.concatenate([result.y_pred for result in results])),
    }
    if results[0].proba is None:
        nll = [
            np.full(len(c.test), np.nan) if c.nll is None else c.nll for c in results
        ]
        return pd.DataFrame(columns | {"nll": np.concatenate(nll)})
    names = [f"proba_{label}" for label in results[0].model.targets.classes]
    proba = np.concatenate([result.proba for result in results])
    return pd.DataFrame(columns | dict(zip(names, proba.T, strict=True)))


def _columns(stem, values):
    """Return one column, or one per target."""
    if values.ndim == 1:
        return {stem: values}
    return {f"{stem}_{k}": values[:, k] for k in range(values.shape[1])}


def frame_of_scores(setup, results, y, weight, classes, scorers):
    """Return the scores: one row per loss, fold and metric.

    Parameters
    ----------
    setup : ComparisonSetup
    results : list of FoldResult
        With predictions.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    classes : list or None
    scorers : dict
        From `scorers_for`.

    Returns
    -------
    DataFrame
        Columns loss, fold, metric, value.
    """
    rows = []
    for result in results:
        weight_test = None if weight is None else weight[result.test]
        found = score_all(
            setup.task,
            result.y_true,
            result.y_pred,
            y_proba=result.proba,
            nll=result.nll,
            classes=classes,
            sample_weight=weight_test,
        )
        weighted = {} if weight is None else {"sample_weight": weight_test}
        for name, scorer in scorers.items():
            if isinstance(scorer, str):
                value = found[scorer]
            else:
                y_test = _safe_indexing(y, result.test)
                value = scorer(result.estimator, result.X_test, y_test, **weighted)
            rows.append((result.label, result.fold, name, value))
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def frame_of_histories(results):
    """Return the learning curves: one row per loss, fold, member and epoch.

    Parameters
    ----------
    results : list of FoldResult

    Returns
    -------
    DataFrame
        Columns loss, fold, member, epoch, train, validation.
    """
    rows = [
        model.labels | row
        for result in results
        for model, fit in zip(result.plan.models, result.fits, strict=True)
        for row in fit.history
    ]
    columns = ["loss", "fold", "member", "epoch", "train", "validation"]
    return pd.DataFrame(rows, columns=columns)
