"""`compare_losses`: train all losses and folds together and score them."""

import itertools
from collections.abc import Iterator
from numbers import Integral

import numpy as np
from scipy import sparse

from skloss.comparison.callbacks import CallbackTasks
from skloss.comparison.chunked import ChunkFolds, draw_sample, is_chunked
from skloss.comparison.contenders import fit_contenders
from skloss.comparison.embeddings import place
from skloss.comparison.evaluation import (
    frame_of_histories,
    frame_of_link_probabilities,
    frame_of_predictions,
    frame_of_scores,
    has_learned,
    other_folds,
    predict,
)
from skloss.comparison.folds import Folds
from skloss.comparison.money import check_cost, price
from skloss.comparison.named_scores import score_distributions
from skloss.comparison.nats import fill_in_nats
from skloss.comparison.progress import ComparisonProgress
from skloss.comparison.recipe import write_recipe
from skloss.comparison.repeats import with_repeats
from skloss.comparison.result import Comparison
from skloss.comparison.scoring import scorers_for, takes_weights, try_scorers
from skloss.comparison.setup import set_up_comparison
from skloss.comparison.steps import has_sampler
from skloss.comparison.stopping import checkpoint
from skloss.comparison.weights import keep_rows, weight_of_rows
from skloss.estimators.callbacks import with_callbacks
from skloss.tasks.frames import as_pandas
from skloss.tasks.target import as_vector
from skloss.training import isolated

__all__ = ["compare_losses"]


def compare_losses(
    X,
    y,
    losses=None,
    *,
    estimator=None,
    task="auto",
    cv=5,
    groups=None,
    scoring=None,
    cost=None,
    sample_weight=None,
    n_jobs=None,
    random_state=0,
    on_epoch=None,
    verbose=0,
    unit=None,
    source=None,
):
    """Compare losses by cross-validation: same folds, initial weights and batches.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features), or chunks
        A DataFrame, of pandas or polars, may hold strings, dates and missing values.
        A table larger than memory is given in chunks of rows, which are read again in
        each pass: the path of a Parquet file or of a folder of them, a Dask DataFrame,
        a list of DataFrames, or a function that returns an iterable of DataFrames.
        Models learn by passes over their training chunks, as with `partial_fit`, and
        are scored on a random sample of the held-out chunks, of at most 50,000 rows.
    y : array-like of shape (n_samples,) or (n_samples, n_targets), or str
        A table of one column is that column. Numbers and labels of an object dtype get
        the dtype that they have; labels that mix text with numbers become text.
        The name of a column if ``X`` is given in chunks.
    losses : list of str, Loss, torch criterion, callable or dict, optional
        By default a few that suit the task. An ordinal loss, such as ``corn``, takes
        classes in the order of their labels, or of the categories of an ordered pandas
        Categorical. A dictionary holds other estimators of scikit-learn by name, such
        as ``{"boosting": HistGradientBoostingRegressor()}``: they are rows of the
        comparison too, fitted once the losses are trained. A Pipeline among them gets
        ``X`` unchanged, any other one what the steps before ``estimator`` return.
        Their log score is that of their `predict_distribution`, else of the better of
        Gaussian and Laplace noise with the scale of other folds.
    estimator : TorchRegressor, TorchClassifier or Pipeline that ends in one, optional
        Used unchanged, except for its loss. Its scikit-learn callbacks
        (`set_callbacks`, since version 1.9) receive the comparison as a task, with one
        for each loss and contender in each fold; one that returns True stops it. By
        default the estimator of the task, after
        preprocessing if ``X`` is a DataFrame. A Pipeline may hold samplers of
        imbalanced-learn, which change training rows only.
    task : {"auto", "regression", "binary", "multiclass", "multilabel", "embedding", \
            "pairs"}
        "auto" is one of the first four. For "embedding" ``y`` holds labels, and for
        "pairs" it is the second view of the rows, preprocessed as ``X`` is if it is a
        DataFrame. Embeddings are scored by whether the nearest held-out rows of a
        held-out row are matches.
    cv : int, cross-validator or iterable of splits, default 5
        An integer means shuffled folds, stratified for classes. Chunks are held out as
        a whole; a splitter or splits divide their numbers.
    groups : array-like of shape (n_samples,), optional
        Rows of one group stay in one fold; folds of classes are stratified as well as
        groups allow.
    scoring : str, callable, list or dict, optional
        Names out of `skloss.metrics.METRICS` or of scikit-learn's scorers, or scorers
        by name. By default every metric of the task but those that must be named, such
        as ``crps``, ``interval_score`` and ``ece``. A scorer is tried before the
        training. As in scikit-learn, one that does not take ``sample_weight`` is called
        without it, with a warning.
    cost : Cost or callable, optional
        What decisions cost: a cost of `skloss.costs`, with an amount for each row if it
        has any, or a function of (y_true, decision). It adds the metrics ``cost`` (the
        predictions are the decisions; of two classes, the second in order is the
        positive one of ``costs.binary``) and ``cost_decided`` (`skloss.decide` decides
        from each held-out distribution or probabilities), in money per row, and a row
        for the loss that trains for it, ``cost.loss()``, if it is missing.
    sample_weight : array-like of shape (n_samples,) or str, optional
        Weights for fitting and for scoring. A row of weight 0 is dropped: before any
        split, or from splits that name rows. The name of a column if ``X`` is given in
        chunks.
    n_jobs : int, optional
        Cores to use, -1 for all; None takes the number of a surrounding
        ``joblib.parallel_config``, else all. Models train in threads of this process;
        inside ``parallel_config(backend="loky")``, which takes some seconds to start
        and then trains faster, or ``backend="dask"``, they train in other processes.
    random_state : int, default 0
        Seed of shuffled folds, and of an estimator whose ``random_state`` is None.
    on_epoch : callable, optional
        Called with a `skloss.training.Progress` after every epoch or step, at least
        every half second, and before and after each fit of a contender; returning True
        stops. Losses that are done keep their
        results, the others are scored at their best weights so far, with NaN in folds
        without a finished epoch, and named in ``stopped``. Calls may come from other
        threads, never two at once. Machines outside a Dask cluster report only which
        models are done, and finish the models that they are training.
    verbose : int, default 0
        1 shows a progress bar in a terminal or notebook, and a line for each tenth of
        the work in other output; 2 shows each epoch of each model. The ``verbose`` of
        ``estimator`` does the same.
    unit : str, optional
        Unit of the target, for reports and figures; by default that of the sample.
    source : str, path or Source, optional
        Where the table comes from: the name of a built-in sample, or a file that
        `skloss.table.read_table` reads. With it, `Comparison.script` can repeat the
        comparison. The target is known by the name of ``y``.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If the arguments do not belong together, a loss or metric is not for the task,
        or a fold cannot be trained or scored.
    TypeError
        If ``estimator`` or ``source`` has another type, or ``X`` can be read only once.
    KeyboardInterrupt
        If Ctrl-C is pressed; training stops within a second.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> comparison = compare_losses(X, y, ["squared_error", "absolute_error"], cv=3)
    >>> comparison.table.index.tolist()
    ['squared_error', 'absolute_error']
    """
    # An iterator can be read only once, and the recipe reads it again.
    chosen = cv = list(cv) if isinstance(cv, Iterator) else cv
    sample = None
    if is_chunked(X, y):
        sample = draw_sample(X, y, cv, random_state, sample_weight, groups)
        X, y, sample_weight, cv = sample.X, sample.y, sample.weight, sample.splits
    X, y = _as_tables(X, y, estimator)
    given = {
        "estimator": estimator,
        "cv": chosen,
        "groups": groups,
        "scoring": scoring,
        "cost": cost,
        "sample_weight": sample_weight,
        "random_state": random_state,
        "unit": unit,
        "source": source,
        "n_rows": None if sample is None else sample.n_rows,
    }
    _check_controls(on_epoch, n_jobs, verbose)
    data = X, y, weight_of_rows(X, y, sample_weight)
    rows = keep_rows(*data, groups, cv)
    X, y, weight, numbers = rows.X, rows.y, rows.weight, rows.numbers
    setup = set_up_comparison(
        X, y, losses, estimator, task, rows.cv, rows.groups, random_state, cost
    )
    cost = None if cost is None else check_cost(cost, data[1], setup.task)[numbers]
    scorers, weighted = _scorers(scoring, setup, weight, cost)
    others = other_folds(setup.splits)
    kept = X, y, weight
    folds = _folds(setup, sample, kept, scorers, others, n_jobs)
    groups = folds.laid_out()
    first = next(groups)
    with isolated():
        n_members = len(first[0].plan.models)
        recipe = write_recipe(*data[:2], setup, n_members=n_members, **given)
        try_scorers(scorers, weighted, first, y, weight)
    args = setup, folds, itertools.chain([first], groups), kept, others
    results, classes = _run(setup.estimator, *args, on_epoch, verbose)
    score_distributions(scorers, results)
    if cost is not None:
        price(cost, results, classes)
    return Comparison(
        recipe=recipe,
        data=data,
        classes=classes,
        folds=frame_of_scores(setup, results, y, weight, classes, scorers, weighted),
        before=setup.before,
        second=setup.second,
        **_held_out(setup, results, classes, numbers),
    )


def _as_tables(X, y, estimator):
    """Return tables and vectors from which rows can be picked."""
    X = X.tocsr() if sparse.issparse(X) else X
    # Preprocessing is made for pandas; an estimator of the caller may be for polars.
    X = as_pandas(X) if estimator is None else X
    return X, y.tocsr() if sparse.issparse(y) else as_vector(y)


def _check_controls(on_epoch, n_jobs, verbose):
    """Refuse values that do not state how to run."""
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch must be a function of one record, got {on_epoch!r}.")
    if n_jobs is not None and not isinstance(n_jobs, Integral):
        raise TypeError(f"n_jobs must be an integer, -1 for all cores, got {n_jobs!r}.")
    if n_jobs == 0:
        raise ValueError("n_jobs=0 has no meaning; use -1 for all cores.")
    if not isinstance(verbose, Integral):
        raise TypeError(f"verbose must be 0, 1 or 2, got {verbose!r}.")


def _folds(setup, sample, data, scorers, others, n_jobs):
    """Return the folds of a table, or of a table in chunks with its sample.

    The log score takes its scale from other folds, if there are any; a custom scorer
    may read the distribution of an estimator, with the scale that `fit` would learn.
    """
    is_custom = any(map(callable, scorers.values()))
    own_scale = is_custom or not all(map(np.any, others))
    if sample is None:
        return Folds(setup, *data, own_scale, n_jobs, is_custom)
    return ChunkFolds(setup, sample, *data, own_scale, n_jobs)


def _held_out(setup, results, classes, numbers):
    """Return what a comparison keeps of the results; rows have the caller's numbers."""
    return {
        "predictions": with_repeats(
            frame_of_predictions(setup.task, classes, results, numbers), setup.splits
        ),
        "histories": frame_of_histories(results),
        "splits": [(numbers[train], numbers[test]) for train, test in setup.splits],
        "stopped": tuple(
            dict.fromkeys(result.label for result in results if result.stopped)
        ),
        "link_probabilities": frame_of_link_probabilities(classes, results),
        "distributions": {
            (one.label, one.fold): one.distribution
            for one in results
            if one.is_trained and one.distribution is not None
        },
    }


@with_callbacks
def _run(estimator, setup, folds, groups, data, others, on_epoch, verbose):
    """Train all losses, then fit the contenders, and return results and classes.

    The first argument is the estimator with scikit-learn's callbacks, which are torn
    down at the end.
    """
    X, y, weight = data
    numbers = range(len(setup.splits))
    keys = [(label, fold) for fold in numbers for label in setup.given]
    tasks = CallbackTasks(estimator, X, y, keys)
    verbose = max(int(verbose), int(estimator.verbose))
    share = len(setup.losses) / len(setup.given)
    targets = y  # a second view may be a table
    if not setup.task.has_views:
        targets = np.asarray(y, dtype=float if setup.task.has_numbers else None)
    results = []
    with ComparisonProgress(on_epoch, verbose, tasks, share) as progress:
        for group in groups:
            folds.train(group, progress.callback)
            if not (results or any(map(_has_begun, group))):
                checkpoint()  # on a large table, scoring nothing takes many seconds
            with isolated():
                if setup.task.has_embeddings:
                    place(group, targets)
                else:
                    predict(setup.task, group, targets)
            results += folds.forget(group)
        results += folds.left_out(targets)
        with isolated():
            if setup.task.has_numbers:
                fill_in_nats(results, targets, weight, others)
        classes = None
        if setup.task.has_probabilities:
            classes = list(results[0].model.targets.classes)
        if setup.contenders:
            is_stopped = any(result.stopped for result in results)
            rows = X, targets, weight
            report = progress.of_contender
            results += fit_contenders(setup, classes, *rows, is_stopped, report)
        tasks.close()
    order = list(setup.given)
    return sorted(results, key=lambda result: order.index(result.label)), classes


def _has_begun(result):
    """Return whether any model of a result has finished an epoch."""
    members = zip(result.plan.models, result.fits, strict=False)
    return any(has_learned(*member) for member in members)


def _scorers(scoring, setup, weight, cost):
    """Return all scorers by name, and the names of those called with weights."""
    scorers = scorers_for(scoring, setup)
    if cost is not None:
        scorers |= {"cost": "cost", "cost_decided": "cost_decided"}
    return scorers, set() if weight is None else _weighted(scorers, setup)


def _weighted(scorers, setup):
    """Return the names of the scorers that are called with weights."""
    if has_sampler(setup.before):
        raise ValueError(
            "estimator changes the training rows, so that sample_weight has no value "
            "for each of them; leave out the weights or the sampler."
        )
    called = {name: one for name, one in scorers.items() if callable(one)}
    return {name for name, one in called.items() if takes_weights(name, one)}
