"""Out-of-fold predictions of a comparison, and their scores."""

import itertools
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils import _safe_indexing

from skloss.comparison.named_scores import named_scores
from skloss.comparison.scoring import call_scorer
from skloss.estimators.fitted import FittedModel
from skloss.estimators.fitting import FitPlan
from skloss.estimators.rows import check_inputs
from skloss.metrics import score_all
from skloss.training import FitResult, Outcome

__all__ = [
    "FoldResult",
    "frame_of_histories",
    "frame_of_link_probabilities",
    "frame_of_predictions",
    "frame_of_scores",
    "has_learned",
    "mean_scores",
    "other_folds",
    "predict",
]


@dataclass
class FoldResult:
    """One loss or contender in one fold.

    Attributes
    ----------
    label : str
        Label of the row.
    fold : int
    estimator : estimator
        Estimator of a loss, fitted once ``model`` is set; or a contender.
    plan : FitPlan or None
        None for a contender, which has no ``fits`` and no ``model`` either.
    X_test : array or DataFrame
        Held-out rows, preprocessed.
    test : ndarray
        Positions of the held-out rows in the data.
    y_test : array-like or None
        Targets of the held-out rows where they are preprocessed: a second view.
    fits : list of FitResult
        Results of ``plan.trained``.
    model : FittedModel
    is_trained : bool
        Whether there is a model that has learned something. Without one there are no
        scores, and no predictions of these rows.
    stopped : bool
        Whether training was stopped before its end.
    has_collapsed : bool
        Whether an embedding places all rows at one point.
    costs : dict of str to ndarray or None
        Costs of the held-out rows by metric, if the comparison has a cost.
    scores : dict of str to ndarray or None
        Scores of the held-out rows by metric of distributions, if such are named.
    distribution : Predictive or None
        Distribution of the held-out numbers.
    parameters : dict of str to ndarray or None
        What the outputs state of the noise, of held-out numbers.
    link_proba : ndarray or None
        Sigmoids or the softmax of the scores, where ``proba`` is made of them.
    y_true, y_pred, nll, proba : ndarray or None
        Filled in by `predict` and, for ``nll``, by `fill_in_nats`; labels have no
        ``nll``, numbers no ``proba``. For
        embeddings ``y_pred`` is the embedding, and ``y_true`` that of the second view
        if there is one.
    """

    label: str
    fold: int
    estimator: BaseEstimator
    plan: FitPlan | None
    X_test: object
    test: np.ndarray
    fits: list[FitResult] = field(default_factory=list)
    model: FittedModel | None = None
    is_trained: bool = False
    stopped: bool = False
    has_collapsed: bool = False
    y_true: np.ndarray | None = None
    y_pred: np.ndarray | None = None
    nll: np.ndarray | None = None
    proba: np.ndarray | None = None
    link_proba: np.ndarray | None = None
    distribution: object = None
    parameters: dict | None = None
    costs: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)
    y_test: object = None

    def held_out(self, y):
        """Return the targets of the held-out rows, given those of all rows."""
        return _safe_indexing(y, self.test) if self.y_test is None else self.y_test


def has_learned(spec, fit):
    """Return whether a model finished an epoch, or found its optimum without one.

    Parameters
    ----------
    spec : FitSpec
    fit : FitResult

    Returns
    -------
    bool
        False too if the loss was not finite in any epoch: then the initial weights are
        the best ones.
    """
    if not fit.history:
        return fit.outcome is Outcome.FINISHED
    kind = "train" if spec.validation_rows is None else "validation"
    return any(np.isfinite(row[kind]) for row in fit.history)


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


def predict(task, results, y):
    """Fill in the predictions of held-out rows, with probabilities or noise parameters.

    Parameters
    ----------
    task : Task
    results : list of FoldResult
        All losses of a fold, then all of the next one, and so on; with models.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    """
    for _, of_fold in itertools.groupby(results, key=lambda result: result.fold):
        of_fold = list(of_fold)
        X_test = check_inputs(of_fold[0].estimator, of_fold[0].X_test)  # once per fold
        for result in of_fold:
            model = result.model
            raw = model.raw_prediction(X_test)
            members = zip(result.plan.models, result.fits, strict=False)
            result.is_trained = all(has_learned(*member) for member in members)
            result.stopped = any(fit.stopped for fit in result.fits)
            result.y_true = y[result.test]
            result.y_pred = model.predict(raw)
            if task.has_probabilities:
                result.proba = model.probabilities(raw)
                result.link_proba = model.link_probabilities(raw)
            elif model.loss.noise is not None:
                result.parameters = model.noise_parameters(raw)


def frame_of_predictions(task, classes, results, numbers):
    """Return the held-out predictions: one row per loss and held-out row.

    Parameters
    ----------
    task : Task
    classes : list or None
    results : list of FoldResult
    numbers : ndarray of shape (n_samples,)
        Row numbers in the caller's data.

    Returns
    -------
    DataFrame
        Columns loss, fold, row, y_true, y_pred, and nll or one per probability. Rows of
        a fold in which no model was trained are left out.
    """
    trained = [result for result in results if result.is_trained]
    if not trained:  # columns without rows
        known = next(result for result in results if result.model is not None)
        return _predictions(task, classes, [known], numbers).iloc[:0]
    return _predictions(task, classes, trained, numbers)


def frame_of_link_probabilities(classes, results):
    """Return sigmoids or the softmax of the scores of losses that imply others.

    Parameters
    ----------
    classes : list or None
    results : list of FoldResult

    Returns
    -------
    DataFrame or None
        The rows of `frame_of_predictions`, with a column for each class; NaN for losses
        whose probabilities are those of the link. None if all are.
    """
    trained = [result for result in results if result.is_trained]
    if classes is None or all(one.link_proba is None for one in trained):
        return None
    parts = [
        np.full((len(one.test), len(classes)), np.nan)
        if one.link_proba is None
        else one.link_proba
        for one in trained
    ]
    names = [f"proba_{label}" for label in classes]
    return pd.DataFrame(np.concatenate(parts), columns=names)


def _predictions(task, classes, results, numbers):
    sizes = [len(result.test) for result in results]
    columns = {
        "loss": pd.Index([result.label for result in results]).repeat(sizes),
        "fold": np.repeat([result.fold for result in results], sizes),
        "row": numbers[np.concatenate([result.test for result in results])],
        **_columns("y_true", _joined([result.y_true for result in results])),
        **_columns("y_pred", _joined([result.y_pred for result in results])),
    }
    for name in dict.fromkeys(
        name for one in results for name in (*one.costs, *one.scores)
    ):
        parts = [
            np.full(len(one.test), np.nan) if values is None else values
            for one in results
            for values in [(one.costs | one.scores).get(name)]
        ]
        columns[name] = np.concatenate(parts)
    if task.has_embeddings:
        return pd.DataFrame(columns)
    if not task.has_probabilities:
        nll = [
            np.full(len(c.test), np.nan) if c.nll is None else c.nll for c in results
        ]
        return pd.DataFrame(columns | {"nll": np.concatenate(nll)})
    names = [f"proba_{label}" for label in classes]
    proba = [
        np.full((len(c.test), len(names)), np.nan) if c.proba is None else c.proba
        for c in results
    ]
    return pd.DataFrame(
        columns | dict(zip(names, np.concatenate(proba).T, strict=True))
    )


def _joined(parts):
    """Return the rows of all parts; embeddings of fewer columns end with NaN."""
    widest = max(part.shape[1] if part.ndim == 2 else 0 for part in parts)
    if widest:
        parts = [
            np.pad(
                part.astype(float, copy=False),
                [(0, 0), (0, widest - part.shape[1])],
                constant_values=np.nan,
            )
            if part.shape[1] < widest
            else part
            for part in parts
        ]
    return np.concatenate(parts)


def _columns(stem, values):
    """Return one column, or one per target."""
    if values.ndim == 1:
        return {stem: values}
    return {f"{stem}_{k}": values[:, k] for k in range(values.shape[1])}


def frame_of_scores(setup, results, y, weight, classes, scorers, weighted):
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
    weighted : set of str
        Names of the scorers that are called with weights.

    Returns
    -------
    DataFrame
        Columns loss, fold, metric, value. The value is NaN in a fold in which no model
        was trained.
    """
    rows = []
    for result in results:
        found = {}
        if result.is_trained:
            found = mean_scores(setup.task, result, classes, weight, scorers)
        for name, scorer in scorers.items():
            value = found.get(name, np.nan)
            if callable(scorer) and result.is_trained:
                value = call_scorer(name, scorer, result, y, weight, name in weighted)
            rows.append((result.label, result.fold, name, value))
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


def mean_scores(task, result, classes, weight, scoring):
    """Return the scores of a loss, contender or baseline in one fold.

    Parameters
    ----------
    task : Task
    result : FoldResult
        With predictions, priced if there is a cost.
    classes : list or None
    weight : ndarray of shape (n_samples,) or None
    scoring : iterable of str
        Metrics of the comparison, of which some must be named.

    Returns
    -------
    dict of str to float
    """
    own = None if weight is None else weight[result.test]
    found = score_all(
        task,
        result.y_true,
        result.y_pred,
        y_proba=result.proba,
        nll=result.nll,
        classes=classes,
        sample_weight=own,
    )
    found |= named_scores(scoring, result, classes, weight)
    for name, values in result.costs.items():
        if values is not None:
            found[name] = float(np.average(values, weights=own))
    return found


def frame_of_histories(results):
    """Return the learning curves: one row per loss, fold, member and epoch.

    Parameters
    ----------
    results : list of FoldResult

    Returns
    -------
    DataFrame
        Columns loss, fold, member, epoch, train, validation. ``attrs["clipped"]`` is
        the share of the steps of each loss whose gradient was clipped, and
        ``attrs["collapsed"]``, if some embedding did, the share of the folds of each
        loss in which its embedding collapsed.
    """
    clipped = {result.label: [] for result in results}
    for result in results:
        clipped[result.label] += [fit.clipped for fit in result.fits]
    rows = [
        model.labels | row
        for result in results
        if result.plan is not None
        for model, fit in zip(result.plan.models, result.fits, strict=False)
        for row in fit.history
    ]
    columns = ["loss", "fold", "member", "epoch", "train", "validation"]
    frame = pd.DataFrame(rows, columns=columns)
    means = {label: float(np.mean(one)) for label, one in clipped.items() if one}
    frame.attrs["clipped"] = means
    collapsed = {label: [] for label in clipped}
    for result in results:
        collapsed[result.label].append(result.has_collapsed)
    shares = {
        label: float(np.mean(one)) for label, one in collapsed.items() if any(one)
    }
    if shares:
        frame.attrs["collapsed"] = shares
    return frame
