"""`compare_losses`: all losses and folds trained as one stack, scored alike."""

from dataclasses import dataclass

import joblib
import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.metrics import check_scoring
from sklearn.model_selection import PredefinedSplit
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_sample_weight, _num_samples

from skloss import noise
from skloss.comparison.parts import train_in_parts, trains_here
from skloss.comparison.problem import pose
from skloss.comparison.result import Comparison
from skloss.metrics import METRICS, metrics_for, score_all
from skloss.training import one_thread, train

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
    sample_weight=None,
    n_jobs=None,
    random_state=0,
    on_epoch=None,
):
    """Compare losses by cross-validation: same folds, initial weights and batches.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features)
        A DataFrame may hold strings, dates and missing values.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    losses : list of str, Loss, torch criterion or callable, optional
        By default a few that suit the task. An ordinal loss, such as ``corn``, takes
        classes in the order of their labels.
    estimator : TorchRegressor, TorchClassifier or Pipeline that ends in one, optional
        Used as it is, but for its loss. By default the estimator of the task, after
        preprocessing if ``X`` is a DataFrame.
    task : {"auto", "regression", "binary", "multiclass", "multilabel"}
    cv : int, cross-validator or iterable of splits, default 5
        An integer means shuffled folds, stratified for classes.
    groups : array-like of shape (n_samples,), optional
        Rows of one group stay in one fold.
    scoring : str, callable, list or dict, optional
        Names out of `skloss.metrics.METRICS` or of scikit-learn's scorers, or scorers
        by name. By default every metric of the task.
    sample_weight : array-like of shape (n_samples,), optional
        For fitting and for scoring. Weight 0 is the row gone: before any split, or
        out of splits that name rows.
    n_jobs : int, optional
        Cores to use, -1 for all, which is the default too: models train in threads of
        this process. Inside ``joblib.parallel_config(backend="dask")``, or another
        backend of processes, they train there.
    random_state : int, default 0
        Folds, and the seed of an estimator that has none.
    on_epoch : callable, optional
        Hears a `skloss.training.Progress` about once an epoch and at least every half
        second; returning True stops. Losses that are done keep their results, the
        others are scored at their best weights so far and named in ``stopped``. Calls
        come from other threads, never two at once. A backend of processes other than
        Dask says only which models are done, and stops when those at work are.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> comparison = compare_losses(X, y, ["squared_error", "absolute_error"], cv=3)
    >>> comparison.table.index.tolist()
    ['squared_error', 'absolute_error']
    """
    X = X.tocsr() if sparse.issparse(X) else X  # rows can be picked from it
    rows = len(y)
    if _num_samples(X) != rows:
        raise ValueError(f"X has {_num_samples(X)} rows, but y has {rows}.")
    numbers = np.arange(rows)
    weight = _checked_weight(sample_weight, numbers)
    if weight is not None and not weight.all():
        # Weight 0 is the row gone: before any split, and from what is scored.
        cv = _among_kept(cv, y, groups, weight > 0)
        numbers = np.flatnonzero(weight)
        X, y = _safe_indexing(X, numbers), _safe_indexing(y, numbers)
        groups = None if groups is None else _safe_indexing(groups, numbers)
        weight = weight[numbers]
    problem = pose(X, y, losses, estimator, task, cv, groups, random_state)
    with one_thread():
        cells = _lay_out(problem, X, y, weight)
    fits = iter(_train([cell.plan for cell in cells], on_epoch, n_jobs))
    with one_thread():
        for cell in cells:
            cell.fits = [next(fits) for _ in cell.plan.models]
            cell.estimator.adopt(cell.plan, cell.fits)
        return _result(problem, cells, X, y, weight, numbers, scoring)


def _checked_weight(weight, rows):
    """The weights as `fit` takes them, or refused as it refuses them."""
    if weight is None:
        return None
    if np.ndim(weight) == 1 and len(weight) != len(rows):
        raise ValueError(
            f"sample_weight has {len(weight)} values, but y has {len(rows)} rows."
        )
    if np.size(weight) and not np.any(weight):
        raise ValueError("Every sample_weight is zero: there is no row to compare on.")
    return _check_sample_weight(
        weight, rows, dtype=np.float64, ensure_non_negative=True
    )


def _among_kept(cv, y, groups, kept):
    """Folds that name the caller's rows, as positions among the rows that are kept.

    scikit-learn's splitters divide whatever rows they are shown, and so are shown the
    kept ones later; all else may name rows, as a `PredefinedSplit` does.
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
        rows = [np.arange(len(kept))[part] for part in split]
        splits.append(tuple(position[part[kept[part]]] for part in rows))
        if not all(map(len, splits[-1])):
            raise ValueError(
                f"Split {number} of cv trains on or holds out only rows whose "
                "sample_weight is zero; leave it out."
            )
    return splits


@dataclass
class _Cell:
    """One loss in one fold."""

    label: str
    fold: int
    estimator: object
    plan: object
    before: Pipeline | None
    X_test: object
    test: np.ndarray
    fits: list | None = None


def _lay_out(problem, X, y, weight):
    """Plan every loss in every fold; losses of a fold share its encoded rows."""
    cells = []
    smallest = min(len(train_rows) for train_rows, _ in problem.splits)
    for fold, (train_rows, test) in enumerate(problem.splits):
        X_train, X_test = _safe_indexing(X, train_rows), _safe_indexing(X, test)
        y_train = _safe_indexing(y, train_rows)
        before = None
        if problem.before is not None:
            before = clone(problem.before)
            X_train = before.fit_transform(X_train, y_train)
            X_test = before.transform(X_test)
        shared = {}
        for label, loss in problem.losses.items():
            one = clone(problem.estimator).set_params(loss=loss)
            one._validate_params()
            weight_train = None if weight is None else weight[train_rows]
            rows = one._rows(X_train, y_train, weight_train, reset=True)
            if not shared:
                ones = np.ones(len(train_rows)) if rows[2] is None else rows[2]
                shared = {"inputs": one.make_inputs(rows[0], ones), "n_rows": smallest}
            plan = one.plan(*rows, **shared, labels={"loss": label, "fold": fold})
            cells.append(_Cell(label, fold, one, plan, before, X_test, test))
    return cells


def _train(plans, on_epoch, n_jobs):
    """Train all models, here or wherever joblib's backend has them trained."""
    if not trains_here(n_jobs):
        return train_in_parts(plans, on_epoch, n_jobs)
    n_threads = None if n_jobs is None else joblib.effective_n_jobs(n_jobs)
    models = [model for plan in plans for model in plan.models]
    return train(models, on_epoch, n_threads)


def _result(problem, cells, X, y, weight, numbers, scoring):
    if problem.task == "regression":
        predictions = _numbers(cells, y, weight)
    else:
        predictions = _labels(cells, y, problem.task)
    order = {label: number for number, label in enumerate(problem.losses)}
    frame = pd.concat(predictions.values(), ignore_index=True)
    frame["row"] = numbers[frame["row"]]
    classes = None
    if problem.task != "regression":
        classes = list(cells[0].estimator.classes_)
    folds = []
    for cell in cells:
        scores = _scores(problem, cell, predictions, X, y, weight, classes, scoring)
        folds += [(cell.label, cell.fold, metric, v) for metric, v in scores.items()]
    folds = pd.DataFrame(folds, columns=["loss", "fold", "metric", "value"])
    histories = [
        cell.plan.models[member].labels | row
        for cell in cells
        for member, fit in enumerate(cell.fits)
        for row in fit.history
    ]
    columns = ["loss", "fold", "member", "epoch", "train", "validation"]
    stopped = {c.label for c in cells if any(fit.stopped for fit in c.fits)}
    return Comparison(
        task=problem.task,
        classes=classes,
        folds=folds.sort_values("loss", key=lambda s: s.map(order), kind="stable"),
        predictions=frame.sort_values(
            "loss", key=lambda s: s.map(order), kind="stable"
        ).reset_index(drop=True),
        histories=pd.DataFrame(histories, columns=columns),
        splits=[(numbers[train], numbers[test]) for train, test in problem.splits],
        stopped=tuple(label for label in problem.losses if label in stopped),
        data=(X, y, weight),
        positions=problem.splits,
        before=problem.before,
    )


def _columns(stem, values):
    """One column, or one per target."""
    values = np.asarray(values)
    if values.ndim == 1:
        return {stem: values}
    return {f"{stem}_{k}": values[:, k] for k in range(values.shape[1])}


def _head(cell):
    return {"loss": cell.label, "fold": cell.fold, "row": cell.test}


def _numbers(cells, y, weight):
    """Held-out predictions of numbers, with the log-density of each row."""
    y = np.asarray(y, dtype=float)
    nll = _held_out_nll(cells, y, weight)
    return {
        (cell.label, cell.fold): pd.DataFrame(
            _head(cell)
            | _columns("y_true", y[cell.test])
            | _columns("y_pred", cell.estimator.predict(cell.X_test))
            | {"nll": nll[cell.label, cell.fold]}
        )
        for cell in cells
    }


def _held_out_nll(cells, y, weight):
    """Nats per row; a free scale comes from the other folds' held-out residuals."""
    stated = {}
    for cell in cells:
        if cell.estimator.loss_.noise is not None:
            raw = cell.estimator.raw_prediction(cell.estimator._checked(cell.X_test))
            stated[cell.label, cell.fold] = cell.estimator.noise_parameters(raw)
    nll = {}
    for cell in cells:
        key, loss = (cell.label, cell.fold), cell.estimator.loss_
        if key not in stated:
            nll[key] = np.nan
            continue
        same = [c for c in cells if c.label == cell.label]
        tests = np.concatenate([c.test for c in same])
        others = ~np.isin(tests, cell.test)  # splits may hold a row out again
        free = noise.free_parameters(loss, stated[key])
        fitted = {} if not free else cell.estimator._scale
        if free and others.any():
            joined = _joined([stated[c.label, c.fold] for c in same], others)
            tests = tests[others]
            weights = None if weight is None else weight[tests]
            fitted = noise.fit(loss, joined, y[tests], weights)
        distribution = noise.predictive(loss, stated[key], fitted)
        value = -distribution.logpdf(y[cell.test])
        nll[key] = value if value.ndim == 1 else value.sum(1)
    return nll


def _joined(parts, kept):
    """Concatenate stated parameters along their rows; members come first."""
    return {
        name: np.concatenate([part[name] for part in parts], axis=1)[:, kept]
        if np.ndim(value) > 1
        else value
        for name, value in parts[0].items()
    }


def _labels(cells, y, task):
    """Held-out predictions of labels, with their probabilities."""
    y = np.asarray(y)
    frames = {}
    for cell in cells:
        probability = cell.estimator.predict_proba(cell.X_test)
        names = [f"proba_{label}" for label in cell.estimator.classes_]
        frames[cell.label, cell.fold] = pd.DataFrame(
            _head(cell)
            | _columns("y_true", y[cell.test])
            | _columns("y_pred", cell.estimator.predict(cell.X_test))
            | dict(zip(names, probability.T, strict=True))
        )
    return frames


def _scores(problem, cell, predictions, X, y, weight, classes, scoring):
    """Metric values of one loss in one fold."""
    frame = predictions[cell.label, cell.fold]
    weight_test = None if weight is None else weight[cell.test]
    wanted = metrics_for(problem.task) if scoring is None else scoring
    if isinstance(wanted, str) or callable(wanted):
        wanted = [wanted]
    if not isinstance(wanted, dict):
        wanted = {w if isinstance(w, str) else _scorer_name(w): w for w in wanted}
    own = score_all(
        problem.task,
        _block(frame, "y_true"),
        _block(frame, "y_pred"),
        y_proba=_block(frame, "proba"),
        nll=frame["nll"].to_numpy() if "nll" in frame else None,
        classes=classes,
        sample_weight=weight_test,
    )
    scores = {}
    for name, scorer in wanted.items():
        if isinstance(scorer, str) and scorer in METRICS:
            if scorer not in own:
                raise ValueError(
                    f"The metric {scorer!r} is not for a {problem.task} task; it has "
                    f"{', '.join(own)}."
                )
            scores[name] = own[scorer]
            continue
        fitted = cell.estimator
        function = check_scoring(fitted, scoring=scorer)
        y_test = _safe_indexing(y, cell.test)
        how = {} if weight is None else {"sample_weight": weight_test}
        scores[name] = function(fitted, cell.X_test, y_test, **how)
    return scores


def _scorer_name(scorer):
    return getattr(scorer, "name", None) or getattr(scorer, "__name__", str(scorer))


def _block(frame, stem):
    """Columns of a frame that belong to one stem, as an array, or None."""
    names = [c for c in frame if c == stem or c.startswith(f"{stem}_")]
    if not names:
        return None
    values = frame[names].to_numpy()
    return values[:, 0] if names == [stem] else values
