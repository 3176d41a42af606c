"""The steps before an estimator, fitted in one fold."""

import numpy as np
from sklearn.base import clone

__all__ = ["apply_steps", "apply_to_view", "has_sampler"]


def has_sampler(before):
    """Return whether some step changes the training rows, as imbalanced-learn's do."""
    return before is not None and any(map(_is_sampler, _steps(before)))


def apply_steps(before, X_train, y_train, X_test):
    """Fit steps to the training rows of a fold, and apply them to all of its rows.

    A sampler changes the training rows alone, as in imbalanced-learn's pipelines.

    Parameters
    ----------
    before : Pipeline or None
        Unfitted.
    X_train, y_train, X_test : array-like or DataFrame

    Returns
    -------
    X_train, y_train, X_test
    """
    if before is None:
        return X_train, y_train, X_test
    if not has_sampler(before):
        before = clone(before)
        return before.fit_transform(X_train, y_train), y_train, before.transform(X_test)
    for step in map(clone, _steps(before)):
        if _is_sampler(step):
            X_train, y_train = step.fit_resample(X_train, y_train)
        else:
            X_train = step.fit_transform(X_train, y_train)
            X_test = step.transform(X_test)
    return X_train, np.asarray(y_train), X_test


def apply_to_view(second, y_train, y_test):
    """Fit steps to the training rows of a second view, and apply them to all of it.

    Parameters
    ----------
    second : Pipeline or None
        Unfitted; without it the view is unchanged.
    y_train, y_test : array-like or DataFrame

    Returns
    -------
    y_train, y_test
    """
    if second is None:
        return y_train, y_test
    second = clone(second).fit(y_train)
    return second.transform(y_train), second.transform(y_test)


def _steps(before):
    """Return the steps of a pipeline, without those that do nothing.

    Anything else is a single step.
    """
    steps = [step for _, step in getattr(before, "steps", [("", before)])]
    return [step for step in steps if step is not None and step != "passthrough"]


def _is_sampler(step):
    return hasattr(step, "fit_resample")
