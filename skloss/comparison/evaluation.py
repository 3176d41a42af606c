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
from skloss.estimators.fitting import FitPlan, check_inputs
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
        Of the loss.
    fold : int
    estimator : TorchEstimator
    plan : FitPlan
    X_test : array or DataFrame
        Held-out rows as the estimator takes them.
    test : ndarray
        Their positions in the data.
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
    """Scorers by the name of their column: of `METRICS` the name, else a callable."""
    own = metrics_for(setup.task)
    wanted = own if scoring is None else scoring
    if isinstance(wanted, str) or callable(wanted):
        wanted = [wanted]
    if not isinstance(wanted, dict):
        wanted = {w if isinstance(w, str) else _scorer_name(w): w for w in wanted}
    scorers = {}
    for name, scorer in wanted.items():
        if not isinstance(scorer, str) or scorer not in METRICS:
            scorers[name] = check_scoring(setup.estimator, scoring=scorer)
        elif scorer in own:
            scorers[name] = scorer
        else:
            raise ValueError(
                f"The metric {scorer!r} is not for a {setup.task} task; it has "
                f"{', '.join(own)}."
            )
    return scorers


def _scorer_name(scorer):
    return getattr(scorer, "name", None) or getattr(scorer, "__name__", str(scorer))


def other_folds(splits):
    """For each fold, which of all held-out rows, fold after fold, are not its own."""
    tests = [test for _, test in splits]
    rows = np.concatenate(tests)
    return [~np.isin(rows, test) for test in tests]  # a row may be held out twice


def predict(setup, results, y, weight, others):
    """Fill in the predictions of held-out rows, with probabilities or nats."""
    stated = {}
    for _, of_fold in itertools.groupby(results, key=lambda result: result.fold):
        of_fold = list(of_fold)
        X_test = check_inputs(of_fold[0].estimator, of_fold[0].X_test)  # for all
        for result in of_fold:
            model = result.model
            raw = model.raw_prediction(X_test)
            result.y_true = y[result.test]
            result.y_pred = model.predict(raw)
            if setup.task.has_probabilities:
                result.proba = model.probabilities(raw)
            elif model.loss.noise is not None:
                stated.setdefault(result.label, []).append(model.noise_parameters(raw))
    for label, parts in stated.items():
        own = [result for result in results if result.label == label]
        _fill_in_nats(own, parts, weight, others)


def _fill_in_nats(results, stated, weight, others):
    """Nats per row of one loss, whose free scale comes from the other folds' rows."""
    y = np.concatenate([result.y_true for result in results])
    joined = {
        name: np.concatenate([part[name] for part in stated], axis=1)
        if np.ndim(value) > 1
        else value
        for name, value in stated[0].items()
    }
    if weight is not None:
        weight = weight[np.concatenate([result.test for result in results])]
    for result, parameters, other in zip(results, stated, others, strict=True):
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
    """One row for each loss and held-out row; ``numbers`` are the caller's."""
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
    """One column, or one per target."""
    if values.ndim == 1:
        return {stem: values}
    return {f"{stem}_{k}": values[:, k] for k in range(values.shape[1])}


def frame_of_scores(setup, results, y, weight, classes, scorers):
    """One row for each loss, fold and metric."""
    rows = []
    for result in results:
        weight_test = None if weight is None else weight[result.test]
        own = score_all(
            setup.task,
            result.y_true,
            result.y_pred,
            y_proba=result.proba,
            nll=result.nll,
            classes=classes,
            sample_weight=weight_test,
        )
        how = {} if weight is None else {"sample_weight": weight_test}
        for name, scorer in scorers.items():
            if isinstance(scorer, str):
                value = own[scorer]
            else:
                y_test = _safe_indexing(y, result.test)
                value = scorer(result.estimator, result.X_test, y_test, **how)
            rows.append((result.label, result.fold, name, value))
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def frame_of_histories(results):
    """One row for each loss, fold, member and epoch."""
    rows = [
        model.labels | row
        for result in results
        for model, fit in zip(result.plan.models, result.fits, strict=True)
        for row in fit.history
    ]
    columns = ["loss", "fold", "member", "epoch", "train", "validation"]
    return pd.DataFrame(rows, columns=columns)
