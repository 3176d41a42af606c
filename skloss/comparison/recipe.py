"""How a comparison was made: what repeats it and what a report quotes."""

import os
import pickle
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import joblib
import numpy as np
import pandas as pd
import scipy
import sklearn
import torch
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import _num_samples

import skloss
from skloss.datasets import list_samples, load_sample
from skloss.table import read_table
from skloss.tasks import Task, as_task

__all__ = [
    "Recipe",
    "Source",
    "as_source",
    "has_pickle",
    "name_of_target",
    "write_recipe",
]


@dataclass(frozen=True, eq=False)
class Source:
    """Where the table of a comparison is, and how to read it again.

    Parameters
    ----------
    name : str
        Name of a built-in sample, or path of a file.
    overrides : mapping of str to object
        Keyword arguments of `skloss.table.read_table`.
    roles : DataFrame or None
        Roles of the columns, as `skloss.table.propose_roles` returns them, edits
        included. None stands for the proposed ones.
    frame : DataFrame or None
        The table. None reads it from ``name`` when a script is written.

    Examples
    --------
    >>> from skloss.comparison import Source
    >>> Source("diabetes").is_sample, Source("houses.csv").is_sample
    (True, False)
    """

    name: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    roles: pd.DataFrame | None = None
    frame: pd.DataFrame | None = None

    @property
    def is_sample(self) -> bool:
        """Whether ``name`` is a built-in sample."""
        return self.name in list_samples()

    def read(self) -> pd.DataFrame:
        """Return the table, target included.

        Returns
        -------
        DataFrame

        Raises
        ------
        OSError
            If there is no such file.
        skloss.table.TableError
            If the file is not a table.

        Examples
        --------
        >>> from skloss.comparison import Source
        >>> Source("diabetes").read().shape
        (442, 11)
        """
        if self.frame is not None:
            return self.frame
        if self.is_sample:
            return load_sample(self.name).frame
        return read_table(self.name, **self.overrides)


@dataclass(frozen=True, eq=False)
class Recipe:
    """Everything that repeats a comparison, apart from the rows themselves.

    Parameters
    ----------
    losses : dict of str to object
        What `compare_losses` was given for each label; for a contender a dictionary of
        its name and the estimator.
    estimator : TorchEstimator, Pipeline or None
        Unfitted; None stands for the estimator of the task.
    task : Task
    cv : int, cross-validator or list of (train, test)
    groups, scoring, sample_weight : object or None
        As given.
    random_state : int
    n_rows, n_features : int
        Size of the table, rows of weight 0 included.
    target : str or None
        Name of ``y``; None if it has none.
    unit : str
        Unit of the target; empty if it is not known.
    source : Source or None
    versions : dict of str to str
        Versions of Python and of the libraries that the numbers depend on.
    cost : Cost, callable or None
        As given.
    n_members : int
        Networks of each fit: with ``n_members="auto"``, as many as suit the smallest
        training fold.
    targets : tuple of str
        Names of the columns of a table of several targets or labels, else empty.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> recipe = compare_losses(X, y, ["mse", "mae"], cv=3).recipe
    >>> recipe.losses, recipe.target, recipe.cv
    ({'squared_error': 'mse', 'absolute_error': 'mae'}, 'target', 3)
    """

    losses: dict[str, Any]
    estimator: Any
    task: Task
    cv: Any
    groups: Any
    scoring: Any
    sample_weight: Any
    random_state: Any
    n_rows: int
    n_features: int
    target: str | None
    unit: str
    source: Source | None
    versions: dict[str, str]
    cost: Any = None
    n_members: int = 1
    targets: tuple[str, ...] = ()

    def __copy__(self) -> "Recipe":
        return self

    def __deepcopy__(self, memo: dict) -> "Recipe":
        return self  # nothing of it changes, and a copy would leave out functions

    def __getstate__(self) -> dict[str, Any]:
        """Return what a pickle holds: text in place of what cannot be pickled."""
        return {one.name: _picklable(getattr(self, one.name)) for one in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)


@dataclass(frozen=True)
class _NotPickled:
    """Placeholder in a loaded recipe for an object such as a lambda function."""

    text: str

    def __repr__(self) -> str:
        return self.text


def _picklable(value):
    """Return the value, or what of it can be pickled and the repr of the rest."""
    if has_pickle(value):
        return value
    if type(value) is dict:
        return {key: _picklable(one) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(_picklable, value))
    return _NotPickled(repr(value))


def has_pickle(value):
    """Return whether a value can be pickled."""
    try:
        pickle.dumps(value)
    except Exception:  # any class may raise any error
        return False
    return True


def write_recipe(X, y, setup, *, estimator, unit, source, n_rows=None, **given):
    """Return the `Recipe` of a comparison.

    Parameters
    ----------
    X, y
        The table and the targets.
    setup : ComparisonSetup
        The resolved arguments.
    estimator, unit, source, **given
        Arguments of `compare_losses`.
    n_rows : int, optional
        Rows of the table, if ``X`` is a sample of them.
    """
    target, source = name_of_target(y), as_source(source, X)
    if unit is None:
        unit = ""
        if source is not None and source.is_sample:
            sample = load_sample(source.name)
            unit = sample.unit if sample.target == target else ""
    return Recipe(
        losses=dict(setup.given),
        estimator=_without_loss(estimator, setup.estimator),
        task=as_task(setup.task),
        n_rows=_num_samples(y) if n_rows is None else n_rows,
        n_features=np.shape(X)[1] if np.ndim(X) == 2 else 1,
        target=target,
        targets=_names_of_targets(y),
        unit=unit,
        source=source,
        versions=_versions(),
        **given,
    )


def as_source(source, X=None):
    """Return a `Source` from what `compare_losses` takes, or None.

    The overrides that a table was read with travel in its attributes.
    """
    if source is None or isinstance(source, Source):
        return source
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(
            "source must be the name of a sample, a path or a skloss.comparison."
            f"Source, got {type(source).__name__}."
        )
    return Source(os.fspath(source), getattr(X, "attrs", {}).get("overrides", {}))


def name_of_target(y):
    """Return the name of a target: of a Series, or of the only column of a table."""
    if isinstance(y, pd.DataFrame):
        y = y.iloc[:, 0] if y.shape[1] == 1 else None
    name = getattr(y, "name", None)
    return None if name is None else str(name)


def _names_of_targets(y):
    """Return the names of the columns of a table of several targets."""
    several = isinstance(y, pd.DataFrame) and y.shape[1] > 1
    return tuple(map(str, y.columns)) if several else ()


def _without_loss(estimator, used):
    """Copy the estimator that was given, without its loss, which is never used.

    A generator of random numbers was consumed; the seed that was drawn from it is
    stored instead.
    """
    if estimator is None:
        return None
    copied = clone(estimator)
    last = copied[-1] if isinstance(copied, Pipeline) else copied
    last.set_params(loss=type(last)().loss)
    if last.random_state is not None:
        last.set_params(random_state=used.random_state)
    return copied


def _versions():
    libraries = (skloss, torch, sklearn, scipy, np, pd, joblib)
    versions = {library.__name__: str(library.__version__) for library in libraries}
    return {"python": platform.python_version()} | versions
