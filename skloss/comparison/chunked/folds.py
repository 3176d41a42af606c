"""Folds of chunks: units from a sample of rows, weights from all chunks."""

import copy
import itertools
from dataclasses import replace

import cloudpickle
import joblib
from joblib.parallel import get_active_backend
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from skloss.comparison.chunked.passes import FoldRun, Plan, learn
from skloss.comparison.evaluation import FoldResult
from skloss.comparison.folds import check_classes_of_rows
from skloss.comparison.remote.progress import Listener, Reporter
from skloss.comparison.remote.tasks import trains_here
from skloss.comparison.steps import has_sampler
from skloss.comparison.stopping import checkpoint
from skloss.estimators.fitting import finish, make_inputs, prepare, set_fitted
from skloss.estimators.rows import check_rows
from skloss.training import (
    Monitor,
    emit_warnings,
    isolated,
    train_without_warnings,
    until_shutdown,
    usual_torch_state,
)

__all__ = ["ChunkFolds"]

# Rows that a model reads in all passes, unless these are the most or ``max_iter``: as
# many as a network in memory reads of 300,000 rows in 18 epochs. The most passes are
# the epochs of 20,000 rows there. As there, the learning rate declines to 0 from twice
# the usual one.
_ROWS_SEEN, _MOST_PASSES, _FACTOR = 5_400_000, 45, 2.0


class ChunkFolds:
    """The folds of a comparison in chunks; it has the methods of `Folds`.

    Columns are prepared, and units learned, from the rows of the sample that lie in the
    training chunks of a fold. Weights are learned from all rows of these chunks.

    Parameters
    ----------
    setup : ComparisonSetup
        The setup of the sample.
    sample : Sample
    X, y, weight : array-like
        Rows of the sample whose weight is not 0.
    own_scale : bool
        Whether models learn the scale of their implied noise.
    n_jobs : int or None
        As given to `compare_losses`.
    """

    def __init__(self, setup, sample, X, y, weight, own_scale, n_jobs=None):
        if setup.task.has_embeddings or setup.contenders or has_sampler(setup.before):
            what = "samplers" if has_sampler(setup.before) else "other estimators"
            if setup.task.has_embeddings:
                what = f"the task {setup.task}"
            raise ValueError(
                f"X is given in chunks, which does not support {what}; compare them on "
                "a table in memory."
            )
        estimator = setup.estimator
        planned = min(_MOST_PASSES, -(-_ROWS_SEEN // sample.n_rows))
        self._n_passes = min(estimator.max_iter, planned)
        self._declines = estimator.schedule != "constant"
        # Which rate a custom network tolerates is not known.
        is_doubled = estimator.schedule == "auto" and estimator.network is None
        self._rate = estimator.learning_rate * (_FACTOR if is_doubled else 1.0)
        if estimator.n_members == "auto":  # as in a first call of `partial_fit`
            estimator.set_params(n_members=1)
        # Schedules within a single call would begin again with every chunk.
        estimator.set_params(schedule="constant", warmup_fraction=0.0)
        self._setup, self._sample, self._n_jobs = setup, sample, n_jobs
        self._own_scale = own_scale
        self._data, self._runs = (X, y, weight), []

    def laid_out(self):
        """Yield the results of all folds, planned and not trained."""
        if self._setup.task.has_classes:
            check_classes_of_rows(self._data[1], self._setup.splits)
        with isolated():
            results = []
            for fold in range(len(self._setup.splits)):
                checkpoint()
                results += self._lay_out(fold)
        yield results

    def _lay_out(self, fold):
        """Plan every loss in one fold, with units learned from the sample."""
        setup, (X, y, weight) = self._setup, self._data
        rows, test = setup.splits[fold]
        X_train, X_test = _safe_indexing(X, rows), _safe_indexing(X, test)
        y_train, before = _safe_indexing(y, rows), None
        if setup.before is not None:
            before = clone(setup.before)
            X_train = before.fit_transform(X_train, y_train)
            X_test = before.transform(X_test)
        a_loss = next(iter(setup.losses.values()))
        first = clone(setup.estimator).set_params(loss=a_loss)
        own_weight = None if weight is None else weight[rows]
        known = check_rows(first, X_train, y_train, own_weight)
        vars(first).update(known.columns)
        inputs, results = make_inputs(first, known), []
        run = FoldRun(fold, self._sample.folds[fold][0], before, {}, {})
        for label, loss in setup.losses.items():
            one = copy.copy(first)
            one.loss = loss
            plan = prepare(
                one,
                known,
                loss=loss,
                inputs=inputs,
                n_rows=self._sample.n_rows,
                size=float(self._sample.n_rows),
                labels={"loss": label, "fold": fold},
                own_scale=self._own_scale,
                one_epoch=True,
            )
            untrained = train_without_warnings(plan.models, stopped=True)
            run.estimators[label], run.models[label] = one, finish(plan, untrained)
            result = FoldResult(label, fold, copy.copy(one), plan, X_test, test)
            results.append(result)
        self._runs.append(run)
        return results

    def train(self, results, on_epoch):
        """Train planned results on all chunks, and finish their models.

        Parameters
        ----------
        results : list of FoldResult
            From `laid_out`.
        on_epoch : callable or None
            Called with a `Progress`; returning True stops.
        """
        plan = Plan(
            self._sample.chunks,
            self._sample.sizes,
            self._n_passes,
            self._rate,
            self._declines,
        )
        with until_shutdown(), usual_torch_state():
            fits = _learn(plan, self._runs, on_epoch, self._n_jobs)
        emit_warnings([fit for own in fits for fit in own])
        with isolated():
            for result, own in zip(results, fits, strict=True):
                result.fits = own
                result.model = finish(result.plan, own)
                set_fitted(result.estimator, result.model)

    def forget(self, results):
        """Return the same results: the sample stays in memory."""
        return results

    def left_out(self, y):
        """Return an empty list: all folds train together."""
        return []


def _learn(plan, runs, on_epoch, n_jobs):
    """Train all folds in this process, or each of them through joblib's backend."""
    if n_jobs is None:
        _, n_jobs = get_active_backend()
    if trains_here(n_jobs):
        with isolated():
            return learn(plan, runs, on_epoch, joblib.effective_n_jobs(n_jobs))
    backend, _ = get_active_backend()
    plan = replace(plan, chunks=replace(plan.chunks, is_remote=True))
    monitor = Monitor(on_epoch, [len(run.models) for run in runs], plan.n_passes)
    parallel = joblib.Parallel(n_jobs=n_jobs, batch_size=1)
    with Listener(monitor, getattr(backend, "client", None)) as listener:
        found = parallel(
            joblib.delayed(_learn_fold)(
                cloudpickle.dumps((plan, run)), number, listener.address
            )
            for number, run in enumerate(runs)
        )
        for number, (_, rows) in enumerate(found):
            listener.report(number, 1.0, plan.n_passes, rows)
    return list(itertools.chain.from_iterable(fits for fits, _ in found))


def _learn_fold(packed, number, address):
    """In the other process: train a fold, and return rows not reported yet too."""
    plan, run = cloudpickle.loads(packed)
    with isolated(), Reporter(address, number) as reporter:
        # One intra-op thread for each stack, as in the caller's process.
        fits = learn(plan, [run], reporter, 1)
    return fits, reporter.rows
