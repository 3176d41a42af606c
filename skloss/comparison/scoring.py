"""Scorers of a comparison: resolved, tried before the training, and called."""

import copy
import inspect
import warnings

import numpy as np
from sklearn.metrics import check_scoring, get_scorer_names

from skloss.estimators.fitting import finish, set_fitted
from skloss.metrics import METRICS, SCORERS, metrics_for
from skloss.training import train_without_warnings, warn_caller

__all__ = ["call_scorer", "scorers_for", "takes_weights", "try_scorers"]


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
        If a metric is not for the task, or a scorer has the name of a metric.
    """
    able = metrics_for(setup.task, optional=True)
    named = metrics_for(setup.task) if scoring is None else scoring
    if not callable(named) and not len(named):
        raise ValueError("scoring is empty; name a metric, or leave it None.")
    if isinstance(named, str) or callable(named):
        named = [named]
    if not isinstance(named, dict):
        named = _by_name(named)
    return {name: _resolved(name, one, setup, able) for name, one in named.items()}


def _by_name(scorers):
    """Return scorers by their names; two of one name would hide each other."""
    found = {}
    for scorer in scorers:
        name = scorer if isinstance(scorer, str) else _scorer_name(scorer)
        if found.setdefault(name, scorer) is not scorer and name != scorer:
            raise ValueError(
                f"scoring has two scorers named {name!r}; pass a dictionary that gives "
                "each a name."
            )
    return found


def _scorer_name(scorer):
    return getattr(scorer, "name", None) or getattr(scorer, "__name__", str(scorer))


def _resolved(name, scorer, setup, able):
    """Return the name of a metric, or a scorer of which greater is better."""
    is_metric = isinstance(scorer, str) and scorer in METRICS
    if is_metric and scorer not in able:
        raise ValueError(
            f"The metric {scorer!r} is not for {setup.task.with_article} task; use "
            f"one of {', '.join(able)}."
        )
    if is_metric and name == scorer:
        return scorer
    if name in METRICS:
        # The ranking takes the direction of a column from the metric of its name.
        raise ValueError(
            f"scoring gives another scorer the name of the metric {name!r}; choose a "
            "different name."
        )
    if is_metric:
        return SCORERS[scorer]  # of which greater is better, as of every scorer
    if isinstance(scorer, str) and scorer not in get_scorer_names():
        raise ValueError(
            f"scoring={scorer!r} is neither a metric of {setup.task.with_article} task "
            f"({', '.join(able)}) nor one of sklearn.metrics.get_scorer_names()."
        )
    return check_scoring(setup.estimator, scoring=scorer)


def takes_weights(name, scorer):
    """Return whether a scorer is called with weights; warn if it cannot take them.

    As in scikit-learn, a request for metadata that was set on the scorer decides;
    without one, the signature of the scorer or of its score function.
    """
    routing = getattr(scorer, "get_metadata_routing", None)
    request = None
    if routing is not None:
        score = getattr(routing(), "score", None)
        request = getattr(score, "requests", {}).get("sample_weight")
    if request is not None:
        return request is True
    if _accepts_weights(scorer):
        return True
    warn_caller(
        f"The scorer {name!r} does not take sample_weight, so its scores are not "
        "weighted.",
        UserWarning,
    )
    return False


def _accepts_weights(scorer):
    inner = getattr(scorer, "_accept_sample_weight", None)
    if inner is not None:  # scikit-learn's, which pass the weights on to a function
        return inner()
    try:
        parameters = inspect.signature(scorer).parameters
    except (TypeError, ValueError):  # a callable without a signature
        return False
    kinds = {parameter.kind for parameter in parameters.values()}
    return "sample_weight" in parameters or inspect.Parameter.VAR_KEYWORD in kinds


def try_scorers(scorers, weighted, results, y, weight):
    """Call each scorer with models that predict a constant, before the training.

    An error that every model would cause is raised here and not after a long run.

    Parameters
    ----------
    scorers : dict
        From `scorers_for`.
    weighted : set of str
        Names of the scorers that are called with weights.
    results : list of FoldResult
        Not trained yet.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None

    Raises
    ------
    ValueError
        If a scorer raises an error, or does not return a number.
    """
    called = {name: one for name, one in scorers.items() if callable(one)}
    if not called:
        return
    for result in results:
        if result.fold != results[0].fold:
            continue
        estimator = _constant(result)
        if estimator is None:
            continue
        for name, scorer in called.items():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # such as for a constant
                    _call(scorer, estimator, result, y, weight, name in weighted)
            except Exception as error:  # a user's function may raise any error
                raise ValueError(
                    f"The scorer {name!r} cannot score the loss {result.label!r}: "
                    f"{_in_one_line(error)}"
                ) from error


def _constant(result):
    """Return an estimator whose models predict a constant, or None.

    Its last layers have the initial intercepts alone: predictions of untrained layers
    could be invalid, such as negative counts, where those of trained ones are not.
    """
    fits = train_without_warnings(result.plan.models, stopped=True)
    if any(fit.layers is None for fit in fits):  # a user's module
        return None
    for fit in fits:
        fit.layers[-1][0].zero_()
    return set_fitted(copy.copy(result.estimator), finish(result.plan, fits))


def call_scorer(name, scorer, result, y, weight, is_weighted):
    """Return the score of one loss in one fold; NaN with a warning if it fails."""
    try:
        return _call(scorer, result.estimator, result, y, weight, is_weighted)
    except Exception as error:  # the trained models must not be lost
        warn_caller(
            f"The scorer {name!r} failed for {result.label!r} in fold {result.fold}, "
            f"so its value there is NaN: {_in_one_line(error)}",
            UserWarning,
        )
        return np.nan


def _call(scorer, estimator, result, y, weight, is_weighted):
    y_test = result.held_out(y)
    weights = {}
    if weight is not None and is_weighted:
        weights["sample_weight"] = weight[result.test]
    value = scorer(estimator, result.X_test, y_test, **weights)
    if np.ndim(value):
        raise TypeError(f"it returns an array of shape {np.shape(value)}, not a number")
    return float(value)


def _in_one_line(error):
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
