"""What a comparison's models say of rows that they did not see, and how it scores."""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import check_scoring
from sklearn.utils import _safe_indexing

from skloss import noise
from skloss.estimators.base import FitPlan, TorchEstimator
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
        What training made of ``plan.models``.
    y_true, y_pred, nll, proba : ndarray or None
        What `predict` finds; labels have no ``nll``, numbers no ``proba``.
    """

    label: str
    fold: int
    estimator: TorchEstimator
    plan: FitPlan
    X_test: object
    test: np.ndarray
    fits: list[FitResult] | None = None
    y_true: np.ndarray | None = None
    y_pred: np.ndarray | None = None
    nll: np.ndarray | None = None
    proba: np.ndarray | None = None


def scorers_for(scoring, problem):
    """Scorers by the name of their column: of `METRICS` the name, else a callable."""
    own = metrics_for(problem.task)
    wanted = own if scoring is None else scoring
    if isinstance(wanted, str) or callable(wanted):
        wanted = [wanted]
    if not isinstance(wanted, dict):
        wanted = {w if isinstance(w, str) else _scorer_name(w): w for w in wanted}
    scorers = {}
    for name, scorer in wanted.items():
        if not isinstance(scorer, str) or scorer not in METRICS:
            scorers[name] = check_scoring(problem.estimator, scoring=scorer)
        elif scorer in own:
            scorers[name] = scorer
        else:
            raise ValueError(
                f"The metric {scorer!r} is not for a {problem.task} task; it has "
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


def predict(problem, cells, y, weight, others):
    """Fill in what the trained cells say of their held-out rows."""
    stated = {}
    for _, of_fold in itertools.groupby(cells, key=lambda cell: cell.fold):
        of_fold = list(of_fold)
        X_test = of_fold[0].estimator._checked(of_fold[0].X_test)  # checked for all
        for cell in of_fold:
            estimator = cell.estimator
            raw = estimator.raw_prediction(X_test)
            cell.y_true = y[cell.test]
            cell.y_pred = estimator.predict_from(raw)
            if problem.task != "regression":
                cell.proba = estimator.probabilities_from(raw)
            elif estimator.loss_.noise is not None:
                parameters = estimator.noise_parameters(raw)
                stated.setdefault(cell.label, []).append(parameters)
    for label, parts in stated.items():
        own = [cell for cell in cells if cell.label == label]
        _fill_in_nats(own, parts, weight, others)


def _fill_in_nats(cells, stated, weight, others):
    """Nats per row of one loss, whose free scale comes from the other folds' rows."""
    y = np.concatenate([cell.y_true for cell in cells])
    joined = {
        name: np.concatenate([part[name] for part in stated], axis=1)
        if np.ndim(value) > 1
        else value
        for name, value in stated[0].items()
    }
    if weight is not None:
        weight = weight[np.concatenate([cell.test for cell in cells])]
    for cell, parameters, other in zip(cells, stated, others, strict=True):
        loss = cell.estimator.loss_
        fitted = cell.estimator._scale
        if other.any() and noise.free_parameters(loss, parameters):
            seen = {
                name: value[:, other] if np.ndim(value) > 1 else value
                for name, value in joined.items()
            }
            weights = None if weight is None else weight[other]
            fitted = noise.fit(loss, seen, y[other], weights)
        value = -noise.predictive(loss, parameters, fitted).logpdf(cell.y_true)
        cell.nll = value if value.ndim == 1 else value.sum(1)


def frame_of_predictions(cells, numbers):
    """One row for each loss and held-out row; ``numbers`` are the caller's."""
    sizes = [len(cell.test) for cell in cells]
    columns = {
        "loss": pd.Index([cell.label for cell in cells]).repeat(sizes),
        "fold": np.repeat([cell.fold for cell in cells], sizes),
        "row": numbers[np.concatenate([cell.test for cell in cells])],
        **_columns("y_true", np.concatenate([cell.y_true for cell in cells])),
        **_columns("y_pred", np.concatenate([cell.y_pred for cell in cells])),
    }
    if cells[0].proba is None:
        nll = [np.full(len(c.test), np.nan) if c.nll is None else c.nll for c in cells]
        return pd.DataFrame(columns | {"nll": np.concatenate(nll)})
    names = [f"proba_{label}" for label in cells[0].estimator.classes_]
    proba = np.concatenate([cell.proba for cell in cells])
    return pd.DataFrame(columns | dict(zip(names, proba.T, strict=True)))


def _columns(stem, values):
    """One column, or one per target."""
    if values.ndim == 1:
        return {stem: values}
    return {f"{stem}_{k}": values[:, k] for k in range(values.shape[1])}


def frame_of_scores(problem, cells, y, weight, classes, scorers):
    """One row for each loss, fold and metric."""
    rows = []
    for cell in cells:
        weight_test = None if weight is None else weight[cell.test]
        own = score_all(
            problem.task,
            cell.y_true,
            cell.y_pred,
            y_proba=cell.proba,
            nll=cell.nll,
            classes=classes,
            sample_weight=weight_test,
        )
        how = {} if weight is None else {"sample_weight": weight_test}
        for name, scorer in scorers.items():
            if isinstance(scorer, str):
                value = own[scorer]
            else:
                y_test = _safe_indexing(y, cell.test)
                value = scorer(cell.estimator, cell.X_test, y_test, **how)
            rows.append((cell.label, cell.fold, name, value))
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def frame_of_histories(cells):
    """One row for each loss, fold, member and epoch."""
    rows = [
        model.labels | row
        for cell in cells
        for model, fit in zip(cell.plan.models, cell.fits, strict=True)
        for row in fit.history
    ]
    columns = ["loss", "fold", "member", "epoch", "train", "validation"]
    return pd.DataFrame(rows, columns=columns)
