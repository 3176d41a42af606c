"""Plan every loss of a comparison in every fold."""

import copy

import numpy as np
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from skloss.comparison.evaluation import FoldResult
from skloss.comparison.steps import apply_steps, apply_to_view, has_sampler
from skloss.comparison.stopping import checkpoint
from skloss.estimators.fitting import make_inputs, prepare
from skloss.estimators.rows import check_rows

__all__ = ["lay_out"]


def lay_out(setup, X, y, weight, own_scale):
    """Plan every loss in every fold; losses of a fold share its encoded rows."""
    results, a_loss = [], next(iter(setup.losses.values()))
    folds = (_rows_of_fold(setup, X, y, *split) for split in setup.splits)
    n_rows = [len(train_rows) for train_rows, _ in setup.splits]
    if has_sampler(setup.before):  # which changes how many rows are fitted
        folds = list(folds)
        n_rows = [len(y_train) for _, y_train, *_ in folds]
    smallest = size = min(n_rows)
    if weight is not None:
        size = min(float(weight[train_rows].sum()) for train_rows, _ in setup.splits)
    for fold, (X_train, y_train, X_test, y_test) in enumerate(folds):
        train_rows, test = setup.splits[fold]
        weight_train = None if weight is None else weight[train_rows]
        checkpoint()
        first = clone(setup.estimator).set_params(loss=a_loss)
        rows = check_rows(first, X_train, y_train, weight_train)
        inputs = make_inputs(first, rows)
        for label, loss in setup.losses.items():
            checkpoint()
            one = copy.copy(first)  # rows and parameters are checked once per fold
            one.loss = loss
            plan = prepare(
                one,
                rows,
                loss=loss,
                inputs=inputs,
                n_rows=smallest,
                size=size,
                labels={"loss": label, "fold": fold},
                own_scale=own_scale,
            )
            result = FoldResult(label, fold, one, plan, X_test, test, y_test=y_test)
            results.append(result)
    if setup.task.has_classes:
        _check_classes(results)
    return results


def _rows_of_fold(setup, X, y, train, test):
    """Return X_train, y_train, X_test and y_test after the steps before the losses."""
    checkpoint()
    X_train, X_test = _safe_indexing(X, train), _safe_indexing(X, test)
    y_train = _safe_indexing(y, train)
    X_train, y_train, X_test = apply_steps(setup.before, X_train, y_train, X_test)
    y_test = None
    if setup.second is not None:
        y_test = _safe_indexing(y, test)
        y_train, y_test = apply_to_view(setup.second, y_train, y_test)
    return X_train, y_train, X_test, y_test


def _check_classes(results):
    """Raise an error if the training rows of a fold lack a class of another fold."""
    learned = {result.fold: result.plan.targets.classes for result in results}
    every = np.unique(np.concatenate(list(learned.values())))
    for fold, classes in learned.items():
        missing = np.setdiff1d(every, classes).tolist()
        if missing:
            raise ValueError(
                f"Split {fold} of cv has no training row of the class {missing[0]!r}; "
                "stratify the folds, join the class with another or leave it out."
            )
