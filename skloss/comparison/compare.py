"""`compare_losses`: train all losses and folds together and score them."""

import itertools
from collections.abc import Iterator
from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.model_selection import PredefinedSplit
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

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
from skloss.comparison.result import Comparison
from skloss.comparison.scoring import scorers_for, takes_weights, try_scorers
from skloss.comparison.setup import positions, set_up_comparison
from skloss.comparison.steps import has_sampler
from skloss.comparison.stopping import checkpoint
from skloss.estimators.callbacks import with_callbacks
from skloss.estimators.parameters import check_weight
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
        DataFrame. Embeddings are scored by whether held-out rows find those that belong
        to them among the held-out rows.
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
        What decisions cost: out of `skloss.costs`, with an amount for each row if it
        has any, or a function of (y_true, decision). It adds the metrics ``cost`` (the
        predictions are the decisions; of two classes, the second in order is the
        positive one of ``costs.binary``) and ``cost_decided`` (`skloss.decide` decides
        from each held-out distribution or probabilities), in money per row, and a row
        for the loss that trains for it, ``cost.loss()``, if it is missing.
    sample_weight : array-like of shape (n_samples,) or str, optional
        For fitting and for scoring. A row of weight 0 is dropped: before any split, or
        from splits that name rows. The name of a column if ``X`` is given in chunks.
    n_jobs : int, optional
        Cores to use, -1 for all; None takes the number of a surrounding
        ``joblib.parallel_config``, else all. Models train in threads of this process;
        inside ``parallel_config(backend="loky")``, which takes some seconds to start
        and then trains faster, or ``backend="dask"``, they train in other processes.
    random_state : int, default 0
        Folds, and the seed of an estimator that has none.
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
    X = X.tocsr() if sparse.issparse(X) else X  # rows can be picked from it
    # Preprocessing is made for pandas; an estimator of the caller may be for polars.
    X = as_pandas(X) if estimator is None else X
    y = y.tocsr() if sparse.issparse(y) else as_vector(y)
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
    }
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch must be a function of one record, got {on_epoch!r}.")
    if n_jobs is not None and not isinstance(n_jobs, Integral):
        raise TypeError(f"n_jobs must be an integer, -1 for all cores, got {n_jobs!r}.")
    if n_jobs == 0:
        raise ValueError("n_jobs=0 has no meaning; use -1 for all cores.")
    if not isinstance(verbose, Integral):
        raise TypeError(f"verbose must be 0, 1 or 2, got {verbose!r}.")
    if y is None:
        raise TypeError("y is None; pass the target, one value for each row of X.")
    rows = _num_samples(y)
    if _num_samples(X) != rows:
        raise ValueError(f"X has {_num_samples(X)} rows, but y has {rows}.")
    numbers = np.arange(rows)
    weight = checked_weight(sample_weight, numbers)
    data = X, y, weight
    if weight is not None and not weight.all():
        # Dropped before any split, and from the rows that are scored.
        cv = among_kept(cv, y, groups, weight > 0)
        numbers = np.flatnonzero(weight)
        X, y = _safe_indexing(X, numbers), _safe_indexing(y, numbers)
        groups = None if groups is None else _safe_indexing(groups, numbers)
        weight = weight[numbers]
    setup = set_up_comparison(
        X, y, losses, estimator, task, cv, groups, random_state, cost
    )
    cost = None if cost is None else check_cost(cost, data[1], setup.task)[numbers]
    scorers = scorers_for(scoring, setup)
    if cost is not None:
        scorers |= {"cost": "cost", "cost_decided": "cost_decided"}
    weighted = set() if weight is None else _weighted(scorers, setup)
    # The log score takes its scale from other folds, if there are any; a custom scorer
    # may read the distribution of an estimator, with the scale that `fit` would learn.
    others = other_folds(setup.splits)
    own_scale = any(map(callable, scorers.values())) or not all(map(np.any, others))
    keeps_rows = any(map(callable, scorers.values()))
    if sample is None:
        folds = Folds(setup, X, y, weight, own_scale, n_jobs, keeps_rows)
    else:
        folds = ChunkFolds(setup, sample, X, y, weight, own_scale, n_jobs)
    groups = folds.laid_out()
    first = next(groups)
    with isolated():
        n_members = len(first[0].plan.models)
        n_rows = None if sample is None else sample.n_rows
        counts = {"n_members": n_members, "n_rows": n_rows}
        recipe = write_recipe(*data[:2], setup, **counts, **given)
        try_scorers(scorers, weighted, first, y, weight)
    verbose = max(int(verbose), int(setup.estimator.verbose))
    args = setup, folds, itertools.chain([first], groups), (X, y, weight), others
    results, classes = _run(setup.estimator, *args, on_epoch, verbose)
    score_distributions(scorers, results)
    if cost is not None:
        price(cost, results, classes)
    order = list(setup.given)
    by_label = sorted(results, key=lambda result: order.index(result.label))
    stopped = {result.label for result in results if result.stopped}
    return Comparison(
        recipe=recipe,
        data=data,
        classes=classes,
        folds=frame_of_scores(setup, by_label, y, weight, classes, scorers, weighted),
        predictions=frame_of_predictions(setup.task, classes, by_label, numbers),
        histories=frame_of_histories(results),
        splits=[(numbers[train], numbers[test]) for train, test in setup.splits],
        stopped=tuple(label for label in order if label in stopped),
        before=setup.before,
        link_probabilities=frame_of_link_probabilities(classes, by_label),
        distributions={
            (one.label, one.fold): one.distribution
            for one in by_label
            if one.is_trained and one.distribution is not None
        },
        second=setup.second,
    )


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
    return results, classes


def _has_begun(result):
    """Return whether any model of a result has finished an epoch."""
    members = zip(result.plan.models, result.fits, strict=False)
    return any(has_learned(*member) for member in members)


def _weighted(scorers, setup):
    """Return the names of the scorers that are called with weights."""
    if has_sampler(setup.before):
        raise ValueError(
            "estimator changes the training rows, so that sample_weight has no value "
            "for each of them; leave out the weights or the sampler."
        )
    called = {name: one for name, one in scorers.items() if callable(one)}
    return {name for name, one in called.items() if takes_weights(name, one)}


def checked_weight(weight, rows):
    """Validate the weights as `fit` does."""
    if weight is None:
        return None
    if np.ndim(weight) == 1 and len(weight) != len(rows):
        raise ValueError(
            f"sample_weight has {len(weight)} values, but y has {len(rows)} rows."
        )
    if np.size(weight) and not np.any(weight):
        raise ValueError("Every sample_weight is zero; give at least one row a weight.")
    return check_weight(weight, rows)


def among_kept(cv, y, groups, kept):
    """Translate folds that name the caller's rows to positions among the kept rows.

    scikit-learn's splitters divide any rows, so they are called with the kept rows
    later; others may name rows, as a `PredefinedSplit` does.
    """
    if isinstance(cv, (int, np.integer)):
        return cv
    if hasattr(cv, "split"):
        own = type(cv).__module__.startswith("sklearn.")
        if own and not isinstance(cv, PredefinedSplit):
            return cv
        cv = cv.split(np.zeros((len(y), 1)), y, groups)
    position = np.cumsum(kept) - 1
    splits = []
    for number, split in enumerate(cv):
        rows = [positions(part, np.arange(len(kept)), number) for part in split]
        splits.append(tuple(position[part[kept[part]]] for part in rows))
        if not all(map(len, splits[-1])):
            raise ValueError(
                f"Split {number} of cv trains on or holds out only rows whose "
                "sample_weight is zero; leave it out."
            )
    return splits
