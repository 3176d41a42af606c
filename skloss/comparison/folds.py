"""The folds of a comparison: laid out and trained, on large tables one by one."""

import copy
import itertools
from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from skloss.comparison.evaluation import FoldResult
from skloss.comparison.remote.tasks import train_remotely, trains_here
from skloss.comparison.steps import apply_steps, apply_to_view, has_sampler
from skloss.comparison.stopping import StoppedError, checkpoint
from skloss.estimators.fitting import (
    complete_together,
    finish,
    make_inputs,
    prepare,
    set_fitted,
)
from skloss.estimators.rows import check_rows
from skloss.table.precision import LARGE_TABLE
from skloss.training import isolated, train, until_shutdown, usual_torch_state

__all__ = ["Folds", "check_classes_of_rows"]

# Models that train at once on a large table, as far as there are so many: they keep two
# cores busy, and each fold among them has a table in memory.
_MODELS_AT_ONCE = 4


class Folds:
    """The folds of a comparison, laid out, trained and forgotten in groups.

    A small table has a single group, so that all models train in one stack. Of a large
    one, a group has as few folds as keep the cores busy: preprocessed tables of all
    folds take several times the memory of the data.

    Parameters
    ----------
    setup : ComparisonSetup
    X, y : array-like or DataFrame
    weight : ndarray of shape (n_samples,) or None
    own_scale : bool
        Whether models learn the scale of their implied noise.
    n_jobs : int or None
        As given to `compare_losses`.
    keeps_rows : bool
        Whether preprocessed held-out rows are needed after the training.
    """

    def __init__(self, setup, X, y, weight, own_scale, n_jobs=None, keeps_rows=False):
        self._setup, self._data = setup, (X, y, weight)
        self._own_scale, self._n_jobs = own_scale, n_jobs
        self._keeps_rows = keeps_rows
        self._is_stopped, self._done = False, 0
        sizes = [len(train_rows) for train_rows, _ in setup.splits]
        self._smallest = self._size = min(sizes)
        if weight is not None:
            self._size = min(float(weight[rows].sum()) for rows, _ in setup.splits)
        at_once = len(sizes)
        if self._is_large():
            at_once = min(at_once, -(-_MODELS_AT_ONCE // len(setup.losses)))
        numbers = range(len(sizes))
        self._groups = [numbers[k : k + at_once] for k in numbers[::at_once]]

    def _is_large(self):
        # Embeddings are warned about over all folds, samplers decide how many rows are
        # fitted, and other machines hold the tables of their folds themselves.
        setup = self._setup
        needs_all = setup.task.has_embeddings or has_sampler(setup.before)
        here, _ = _where(self._n_jobs)
        return here and not needs_all and self._smallest > LARGE_TABLE

    def laid_out(self):
        """Yield the results of each group, planned and not trained.

        Once training was stopped, the folds that have not begun are left out: also by a
        stop while they are laid out, which must not lose the trained folds.
        """
        if self._setup.task.has_classes:
            check_classes_of_rows(self._data[1], self._setup.splits)
        for group in self._groups:
            if self._is_stopped:
                return
            try:
                results = self._planned(group)
            except StoppedError:
                if not self._done:
                    raise
                return
            yield results

    def _planned(self, group):
        """Return the results of the folds of a group, planned and not trained."""
        with isolated():
            folds = ((fold, *self._rows_of_fold(fold)) for fold in group)
            if has_sampler(self._setup.before):
                folds = list(folds)  # which changes how many rows are fitted
                self._smallest = min(len(y_train) for _, _, y_train, *_ in folds)
                self._size = self._smallest
            results = [one for fold in folds for one in self._lay_out(*fold)]
            if self._setup.task.has_classes:
                _check_classes(results)
        return results

    def train(self, results, on_epoch):
        """Train planned results, and finish their models.

        Parameters
        ----------
        results : list of FoldResult
            From `laid_out`.
        on_epoch : callable or None
            Called with a `Progress`; returning True stops this group and those to come.
        """
        n_folds = len({result.fold for result in results})
        first, share = self._done, n_folds / len(self._setup.splits)
        done = first / len(self._setup.splits)

        def report(progress):
            whole = done + share * progress.fraction
            answer = on_epoch(replace(progress, fraction=whole))
            # As `train` does: other answers are not a request to stop.
            if isinstance(answer, (bool, np.bool_)) and answer:
                self._is_stopped = True
            return answer

        plans = [result.plan for result in results]
        callback = None if on_epoch is None else report
        fits = iter(_train_plans(plans, callback, self._n_jobs))
        self._done += n_folds
        with isolated():
            for result in results:
                result.fits = [next(fits) for _ in result.plan.trained]
                result.model = finish(result.plan, result.fits)
            complete_together([result.model for result in results])
            for result in results:
                set_fitted(result.estimator, result.model)

    def forget(self, results):
        """Drop the rows of finished results, unless there is a single group.

        Parameters
        ----------
        results : list of FoldResult
            With predictions.

        Returns
        -------
        list of FoldResult
            The same.
        """
        if len(self._groups) == 1:
            return results
        for result in results:
            result.plan = replace(
                result.plan,
                inputs=None,
                models=[
                    replace(m, X=None, y=None, weight=None) for m in result.plan.models
                ],
                folds=[],
            )
            if not self._keeps_rows:
                result.X_test = None
        return results

    def left_out(self, y):
        """Return the results of folds that had not begun when training was stopped.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        list of FoldResult
            Without a model.
        """
        splits = list(enumerate(self._setup.splits))[self._done :]
        return [
            FoldResult(
                label, fold, None, None, None, test, stopped=True, y_true=y[test]
            )
            for (fold, (_, test)), label in itertools.product(
                splits, self._setup.losses
            )
        ]

    def _rows_of_fold(self, fold):
        """Return X_train, y_train, X_test and y_test after the steps before losses."""
        setup, (X, y, _) = self._setup, self._data
        train_rows, test = setup.splits[fold]
        checkpoint()
        X_train, X_test = _safe_indexing(X, train_rows), _safe_indexing(X, test)
        y_train = _safe_indexing(y, train_rows)
        X_train, y_train, X_test = apply_steps(setup.before, X_train, y_train, X_test)
        y_test = None
        if setup.second is not None:
            y_test = _safe_indexing(y, test)
            y_train, y_test = apply_to_view(setup.second, y_train, y_test)
        return X_train, y_train, X_test, y_test

    def _lay_out(self, fold, X_train, y_train, X_test, y_test):
        """Plan every loss in one fold; they share its encoded rows."""
        setup, weight = self._setup, self._data[2]
        train_rows, test = setup.splits[fold]
        weight_train = None if weight is None else weight[train_rows]
        checkpoint()
        a_loss = next(iter(setup.losses.values()))
        first = clone(setup.estimator).set_params(loss=a_loss)
        rows = check_rows(first, X_train, y_train, weight_train)
        inputs, results = make_inputs(first, rows), []
        for label, loss in setup.losses.items():
            checkpoint()
            one = copy.copy(first)  # rows and parameters are checked once per fold
            one.loss = loss
            plan = prepare(
                one,
                rows,
                loss=loss,
                inputs=inputs,
                n_rows=self._smallest,
                size=self._size,
                labels={"loss": label, "fold": fold},
                own_scale=self._own_scale,
            )
            result = FoldResult(label, fold, one, plan, X_test, test, y_test=y_test)
            results.append(result)
        return results


def _where(n_jobs):
    """Return whether models train in this process, and the number of jobs."""
    if n_jobs is None:
        _, n_jobs = joblib.parallel.get_active_backend()
    return trains_here(n_jobs), n_jobs


def _train_plans(plans, on_epoch, n_jobs):
    """Train all models, in this process or through joblib's backend."""
    here, n_jobs = _where(n_jobs)
    if not here:
        with until_shutdown(), usual_torch_state():
            return train_remotely(plans, on_epoch, n_jobs)
    n_threads = None if n_jobs is None else joblib.effective_n_jobs(n_jobs)
    models = [model for plan in plans for model in plan.trained]
    with isolated():
        return train(models, on_epoch, n_threads)


def _check_classes(results):
    """Raise the error of `check_classes_of_rows` from planned results."""
    _check_equal({one.fold: one.plan.targets.classes for one in results})


def check_classes_of_rows(y, splits):
    """Raise an error if the training rows of a fold lack a class of another fold.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    splits : list of (ndarray, ndarray)

    Raises
    ------
    ValueError
        If a class is missing.
    """
    codes, classes = pd.factorize(np.asarray(y))
    seen = [np.bincount(codes[rows], minlength=len(classes)) > 0 for rows, _ in splits]
    _check_equal({fold: classes[found] for fold, found in enumerate(seen)})


def _check_equal(learned):
    every = np.unique(np.concatenate(list(learned.values())))
    for fold, classes in learned.items():
        missing = np.setdiff1d(every, classes).tolist()
        if missing:
            raise ValueError(
                f"Split {fold} of cv has no training row of the class {missing[0]!r}; "
                "stratify the folds, join the class with another or leave it out."
            )
