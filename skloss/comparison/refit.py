"""A model of all rows for one loss of a comparison, and its predictions."""

from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from skloss.comparison.contenders import seeded, weight_argument
from skloss.comparison.setup import resolve_estimator
from skloss.comparison.stopping import StoppedError
from skloss.estimators.callbacks import reporting_to
from skloss.losses import get_loss

__all__ = ["predict_rows", "refit"]


def refit(comparison, loss, on_epoch=None):
    """Fit the pipeline of a comparison on all of its rows with one of its losses.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of the comparison.
    on_epoch : callable or None, default None
        Called with the progress of each epoch, as that of `compare_losses`; returning
        True stops the fit with an error. A contender reports nothing.

    Returns
    -------
    Pipeline or estimator
        Fitted: preprocessing, if there is any, and the estimator. Its parameters are
        those of the comparison; a contender is fitted as it was given.

    Raises
    ------
    ValueError
        If the comparison has no such loss.
    StoppedError
        If ``on_epoch`` stopped the training.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.comparison import refit
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> refit(comparison, "absolute_error").predict(X).shape
    (442,)
    """
    recipe = comparison.recipe
    if loss not in recipe.losses:
        known = ", ".join(recipe.losses)
        raise ValueError(f"The comparison has no loss {loss!r}; choose one of {known}.")
    given, X, y = recipe.losses[loss], comparison.X, comparison.y
    before, estimator = resolve_estimator(X, comparison.task, recipe.estimator)
    if estimator.random_state is None:
        estimator.set_params(random_state=recipe.random_state)
    if isinstance(given, dict):
        (contender,) = given.values()
        estimator = seeded(contender, estimator.random_state)
        before = None if isinstance(estimator, Pipeline) else before
    else:
        estimator.set_params(loss=get_loss(given))
    model = estimator
    if before is not None:
        # Pipelines of imbalanced-learn are of a class of their own.
        model = type(before)([*before.steps, ("model", estimator)])
    progress = _FitProgress(loss, on_epoch)
    try:
        with reporting_to(progress):
            model.fit(X, y, **weight_argument(model, comparison.sample_weight))
    except KeyboardInterrupt:  # as a fit ends that was stopped with nothing to keep
        if not progress.is_stopped:
            raise
    if progress.is_stopped:
        raise StoppedError("The fit was stopped during the training.")
    return model


class _FitProgress:
    """Passes the progress of a fit on, as that of a comparison of one loss."""

    def __init__(self, loss, on_epoch):
        self._loss, self._on_epoch, self.is_stopped = loss, on_epoch, False

    def __call__(self, progress):
        if self._on_epoch is None:
            return False
        rows = [row | {"loss": self._loss, "fold": 0} for row in progress.rows]
        stops = bool(self._on_epoch(replace(progress, rows=rows)))
        self.is_stopped = self.is_stopped or stops
        return self.is_stopped


def predict_rows(model, X, coverage=0.9):
    """Return the predictions of a fitted model as a table.

    Parameters
    ----------
    model : Pipeline or estimator
        As `refit` returns it.
    X : DataFrame or array-like of shape (n_samples, n_features)
    coverage : float, default 0.9
        Probability of the interval of a number.

    Returns
    -------
    DataFrame
        Column prediction, or one for each of several targets. Of numbers, ``low`` and
        ``high`` if the loss predicts an interval; of classes, the probability of each.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import TorchRegressor
    >>> from skloss.comparison import predict_rows
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> model = TorchRegressor("gaussian_nll", hidden_layer_sizes=()).fit(X, y)
    >>> predict_rows(model, X).columns.tolist()
    ['prediction', 'low', 'high']
    """
    index = X.index if isinstance(X, pd.DataFrame) else None
    predicted = np.asarray(model.predict(X))
    if predicted.ndim > 1:
        names = [f"prediction_{k}" for k in range(predicted.shape[1])]
        return pd.DataFrame(predicted, columns=names, index=index)
    found = pd.DataFrame({"prediction": predicted}, index=index)
    last = model[-1] if isinstance(model, Pipeline) else model
    rows = model[:-1].transform(X) if isinstance(model, Pipeline) else X
    if hasattr(last, "predict_proba"):
        proba = np.asarray(last.predict_proba(rows))
        names = [f"probability of {label}" for label in last.classes_]
        return found.join(pd.DataFrame(proba, columns=names, index=found.index))
    if hasattr(last, "predict_interval"):
        try:
            ends = last.predict_interval(rows, coverage=coverage)
        except ValueError:  # the loss predicts no distribution
            return found
        found["low"], found["high"] = ends.T
    return found
