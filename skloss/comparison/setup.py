"""Set up a comparison: its task, losses, estimator and folds."""

import numbers
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
)
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import _num_samples

from skloss.comparison.contenders import check_contender
from skloss.comparison.embeddings import second_view_steps
from skloss.comparison.money import add_trained_loss
from skloss.estimators import (
    TorchAligner,
    TorchClassifier,
    TorchEmbedder,
    TorchRegressor,
)
from skloss.estimators.base import TorchEstimator
from skloss.estimators.inputs import check_groups, check_labels
from skloss.losses import Loss, get_loss
from skloss.table import make_preprocessor
from skloss.tasks import TASKS, Task, as_task, check_not_missing, propose_task

__all__ = [
    "ComparisonSetup",
    "name_rows",
    "positions",
    "resolve_estimator",
    "set_up_comparison",
]


@dataclass
class ComparisonSetup:
    """Everything that is the same for all losses.

    Attributes
    ----------
    task : Task
    before : Pipeline or None
        Steps before the estimator, unfitted.
    estimator : TorchEstimator
        Unfitted; its loss is not used.
    losses : dict of str to Loss
        Resolved once, by the label of the loss.
    contenders : dict of str to estimator
        Unfitted, by their names.
    given : dict of str to object
        What the caller gave for each row of the comparison, in order.
    splits : list of (ndarray, ndarray)
    second : Pipeline or None
        Steps that prepare a second view, unfitted.
    """

    task: Task
    before: Pipeline | None
    estimator: TorchEstimator
    losses: dict[str, Loss]
    contenders: dict[str, BaseEstimator]
    given: dict[str, object]
    splits: list
    second: Pipeline | None = None


def set_up_comparison(
    X, y, losses, estimator, task, cv, groups, random_state, cost=None
):
    """Turn the arguments of `compare_losses` into a `ComparisonSetup`.

    Parameters
    ----------
    X, y, losses, estimator, task, cv, groups, random_state, cost
        As given to `compare_losses`; rows of weight 0 are dropped.

    Returns
    -------
    ComparisonSetup

    Raises
    ------
    ValueError
        If the arguments do not belong together, or a loss does not support the task.
    TypeError
        If ``estimator`` has another type.
    """
    if task == "auto" or not as_task(task).has_views:
        check_not_missing(y)
        check_labels(y)
    task = as_task(_task(y, estimator) if task == "auto" else task)
    if not task.is_compared:
        able = ", ".join(filter(lambda one: one.is_compared, TASKS))
        raise ValueError(f"task must be 'auto' or one of {able}, got {str(task)!r}.")
    if task.has_two_classes and len(np.unique(y)) != 2:
        raise ValueError(
            f"task='binary' needs two classes, but y holds {len(np.unique(y))}; "
            "use task='multiclass'."
        )
    if task.has_embeddings and cost is not None:
        raise ValueError(
            f"cost= requires decisions, but the task {task} has none; leave it out, or "
            f"compare losses that predict numbers or classes."
        )
    if task.has_embeddings and not task.has_views:
        check_groups(y)
    second = second_view_steps(task, y, estimator)
    before, estimator = resolve_estimator(X, task, estimator)
    if estimator.random_state is None:
        estimator.set_params(random_state=random_state)
    losses = task.default_losses if losses is None else losses
    losses = add_trained_loss(losses, cost, task)
    named, contenders, given = name_rows(losses)
    for name, contender in contenders.items():
        check_contender(name, contender, task)
    for label, loss in named.items():
        if not _supports(loss, task):
            known = [one for one in TASKS if one.is_compared and _supports(loss, one)]
            able = ", ".join(known or filter(loss.supports, loss.tasks))
            raise ValueError(
                f"The loss {label!r} does not support {task.with_article} target; it "
                f"supports {able}."
            )
    splits = _splits(y, task, cv, groups, random_state)
    if not isinstance(estimator.random_state, numbers.Integral):
        # Drawn once: all losses and folds share it.
        drawn = check_random_state(estimator.random_state).randint(np.iinfo("i4").max)
        estimator.set_params(random_state=drawn)
    return ComparisonSetup(
        task=task,
        before=before,
        estimator=estimator,
        losses=named,
        contenders=contenders,
        given=given,
        splits=splits,
        second=second,
    )


def _supports(loss, task):
    """Whether a loss can be compared: an ordinal one takes labels in their order."""
    return loss.supports(task) or (task.has_classes and loss.supports("ordinal"))


def _task(y, estimator):
    """Return the proposed task; the estimator decides whether integers are classes."""
    last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    values = np.asarray(y)
    kind = values.dtype.kind
    if isinstance(last, TorchRegressor) and kind in "iuf":
        if not (values != values[:1]).any():
            propose_task(y)  # raises: there is nothing to predict
        return "regression"
    proposed = propose_task(y).task
    is_integer = kind in "iu"
    if isinstance(last, TorchClassifier) and is_integer and proposed.has_numbers:
        return "multiclass"
    return proposed


def _estimator_for(task):
    """Return the class of estimators that a task compares."""
    if task.has_embeddings:
        return TorchAligner if task.has_views else TorchEmbedder
    return TorchRegressor if task.has_numbers else TorchClassifier


def resolve_estimator(X, task, estimator):
    """Return the steps before the estimator, or None, and the estimator; unfitted."""
    wanted = _estimator_for(task)
    if estimator is None:
        if not isinstance(X, pd.DataFrame):
            return None, wanted()
        return Pipeline([("table", make_preprocessor(X))]), wanted()
    before, callbacks = None, []
    if isinstance(estimator, Pipeline):
        callbacks = vars(estimator).get("_skl_callbacks", [])
        before, estimator = estimator[:-1], estimator[-1]
        before = clone(before) if len(before) else None
    if not isinstance(estimator, TorchEstimator):
        raise TypeError(
            "estimator must be a TorchRegressor, a TorchClassifier or a Pipeline that "
            f"ends in one, got {type(estimator).__name__}."
        )
    if not isinstance(estimator, wanted):
        raise ValueError(
            f"The task is {task}, but estimator is a {type(estimator).__name__}; "
            f"use a {wanted.__name__} or another task."
        )
    estimator = clone(estimator)
    if callbacks:  # of the whole pipeline, which is taken apart
        own = vars(estimator).get("_skl_callbacks", [])
        estimator.set_callbacks(*callbacks, *own)
    return before, estimator


def name_rows(losses):
    """Resolve losses and contenders, each under the label of its row.

    The label of a loss is its canonical name; parameters follow only where a name
    occurs more than once, and a number where functions share theirs. The label of a
    contender is its key.

    Parameters
    ----------
    losses : str, Loss, torch criterion, callable or iterable of these
        An iterable may also hold dictionaries of estimators by name.

    Returns
    -------
    losses : dict of str to Loss
    contenders : dict of str to estimator
    given : dict of str to object
        What was given for each row, in order; a dictionary of one for a contender.

    Raises
    ------
    ValueError
        If ``losses`` has no loss, or names a row twice.
    TypeError
        If ``losses`` is a dictionary.
    """
    if isinstance(losses, Mapping):
        raise TypeError(
            "losses must be a list: the label of a row follows from its loss. Put "
            "estimators of scikit-learn in a dictionary within the list, such as "
            "['huber', {'ridge': Ridge()}]."
        )
    if isinstance(losses, (str, Loss)) or callable(losses):
        losses = [losses]
    losses = [_named(loss) for loss in losses]
    plain = [loss for loss in losses if not isinstance(loss, Mapping)]
    if not plain:
        found = "holds contenders alone" if losses else "is empty"
        raise ValueError(
            f"losses {found}; name at least one loss, such as 'squared_error'."
        )
    instances = [get_loss(loss) for loss in plain]
    labels = iter(_labels(instances))
    rows = []
    for loss in losses:
        if isinstance(loss, Mapping):
            rows += [(name, {name: one}) for name, one in loss.items()]
        else:
            rows.append((next(labels), loss))
    every = [label for label, _ in rows]
    for label in every:
        if every.count(label) > 1:
            raise ValueError(f"losses holds {label} more than once; name it once.")
    contenders = {label: one[label] for label, one in rows if isinstance(one, Mapping)}
    named = [label for label in every if label not in contenders]
    return dict(zip(named, instances, strict=True)), contenders, dict(rows)


def _named(loss):
    """Return a loss; an error for what belongs into the list in another form."""
    if isinstance(loss, str) and "," in loss:
        names = [name.strip() for name in loss.split(",")]
        raise ValueError(
            f"{loss!r} is one text with several names; pass a list: {names}."
        )
    is_estimator = hasattr(loss, "predict") and hasattr(loss, "get_params")
    if is_estimator and not isinstance(loss, (Loss, type)):
        name = type(loss).__name__.lower()
        raise TypeError(
            f"losses holds the estimator {loss!r}; give it a name in a dictionary, "
            f"such as {{{name!r}: {type(loss).__name__}()}}."
        )
    return loss


def _labels(instances):
    """Return a different label for each loss, unless losses are equal."""
    names = [loss.name or type(loss).__name__ for loss in instances]
    functions = {}
    labels = []
    for name, loss in zip(names, instances, strict=True):
        if names.count(name) == 1:
            labels.append(name)
        elif any(map(callable, loss.get_params(deep=False).values())):
            # A function cannot be written as text: functions of one name are numbered.
            known = functions.setdefault(name, [])
            if loss.stack_key not in known:
                known.append(loss.stack_key)
            labels.append(f"{name} {known.index(loss.stack_key) + 1}")
        else:
            labels.append(_with_parameters(name, loss))
    return labels


def _with_parameters(name, loss):
    params = ", ".join(f"{k}={v!r}" for k, v in loss.get_params(deep=False).items())
    return f"{name}({params})"


def _splits(y, task, cv, groups, random_state):
    n_rows = _num_samples(y)
    if groups is not None and _num_samples(groups) != n_rows:
        raise ValueError(
            f"groups has {_num_samples(groups)} values, but y has {n_rows} rows."
        )
    # A splitter has no use for a second view, and may not take a table.
    y = np.zeros(n_rows) if task.has_views else y
    if isinstance(cv, (int, np.integer)) and not isinstance(cv, bool):
        cv = _shuffled(int(cv), y, task, groups, random_state)
    elif isinstance(cv, (str, float, type)):
        raise ValueError(
            f"cv={cv!r} must be a number of folds such as 5, a splitter of "
            "scikit-learn, or a list of (train, test) rows."
        )
    elif not isinstance(cv, BaseCrossValidator):
        cv = check_cv(cv, y, classifier=task.is_stratified)
    rows = np.arange(n_rows)
    splits = []
    for number, parts in enumerate(_parts(cv, y, groups)):
        # As positions from the start: a split may be a mask, or count from the end.
        train, test = (positions(part, rows, number) for part in parts)
        if not len(train) or not len(test):
            raise ValueError(
                f"Split {number} of cv has no training or no test rows; leave it out."
            )
        splits.append((train, test))
    if not splits:
        raise ValueError("cv is empty; give at least one (train, test) pair.")
    return splits


def _parts(cv, y, groups):
    """Split rows, with an error that names a missing argument."""
    try:
        return list(cv.split(np.zeros((_num_samples(y), 1)), y, groups))
    except ValueError as error:
        if groups is not None or "groups" not in str(error):
            raise
        raise ValueError(
            f"{type(cv).__name__} divides rows by group; pass groups=, a label for "
            "each row."
        ) from error


def positions(part, rows, number):
    """Return the rows of one part of a split, given as positions or as a mask."""
    try:
        return rows[part] if np.size(part) else rows[:0]
    except IndexError as error:
        raise ValueError(
            f"Split {number} of cv does not fit y: give numbers of its {len(rows):,} "
            "rows, counted from 0, or a mask of that length."
        ) from error


def _shuffled(n_folds, y, task, groups, random_state):
    if n_folds < 2:
        raise ValueError(f"cv={n_folds}: a comparison needs at least 2 folds.")
    if len(y) < 2 * n_folds:
        raise ValueError(
            f"{len(y)} rows are too few for {n_folds} folds that hold two each."
        )
    if groups is not None:
        n_groups = pd.Series(np.asarray(groups)).nunique()
        if n_groups < n_folds:  # scikit-learn would leave folds without rows
            raise ValueError(
                f"groups holds {n_groups} groups, too few for {n_folds} folds that "
                "each hold one; use fewer folds."
            )
        splitter = StratifiedGroupKFold if task.is_stratified else GroupKFold
        return splitter(n_folds, shuffle=True, random_state=random_state)
    if task.is_stratified:
        labels, counts = np.unique(np.asarray(y), return_counts=True)
        if counts.min() < n_folds:
            rarest = labels[counts.argmin()]
            raise ValueError(
                f"The class {str(rarest)!r} has {counts.min()} row(s), too few for "
                f"{n_folds} folds that each hold one; use fewer folds, join it with "
                "another class or leave it out."
            )
        return StratifiedKFold(n_folds, shuffle=True, random_state=random_state)
    return KFold(n_folds, shuffle=True, random_state=random_state)
