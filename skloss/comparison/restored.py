"""A comparison made again from its stored results and its data."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from skloss.comparison.arrays import unpacked
from skloss.comparison.recipe import write_recipe
from skloss.comparison.repeats import with_repeats
from skloss.comparison.result import Comparison
from skloss.comparison.stored import HISTORY
from skloss.losses import get_loss
from skloss.metrics import METRICS
from skloss.noise import FAMILIES, Predictive
from skloss.tasks import as_task

__all__ = ["restore_comparison"]

_LARGEST = 1e300  # of a prediction, so that sums of a few are finite
_VERSION = re.compile(r"[\w.+ -]{1,60}")


def restore_comparison(
    state,
    X,
    y,
    *,
    losses,
    estimator,
    task,
    cv,
    random_state,
    groups=None,
    sample_weight=None,
    unit="",
    source=None,
):
    """Make a comparison from its stored results and its data.

    Parameters
    ----------
    state : object
        What `store_comparison` returned, read from JSON. It may come from anyone: what
        is not of this form is refused, and nothing in it is executed.
    X, y
        As `compare_losses` was called with.
    losses : dict of str to object
        What `compare_losses` was called with, by label.
    estimator, task, cv, random_state, groups, sample_weight, unit, source
        As `compare_losses` was called with.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If the state is not valid, or not that of such data and losses.

    Examples
    --------
    >>> import json
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import TorchRegressor, compare_losses
    >>> from skloss.comparison import restore_comparison, store_comparison
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = TorchRegressor(hidden_layer_sizes=())
    >>> comparison = compare_losses(X, y, ["mse"], estimator=model, cv=3)
    >>> text = json.dumps(store_comparison(comparison))
    >>> again = restore_comparison(
    ...     json.loads(text), X, y, losses={"squared_error": "mse"}, estimator=model,
    ...     task="regression", cv=3, random_state=0,
    ... )
    >>> again.table.equals(comparison.table)
    True
    """
    try:
        return _Restored(state, np.asarray(y), losses).comparison(
            X,
            y,
            losses,
            estimator,
            *(task, unit, source),
            {
                "cv": cv,
                "random_state": random_state,
                "groups": groups,
                "sample_weight": sample_weight,
            },
        )
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError("The stored results are incomplete or damaged.") from error
    except ValueError as error:
        raise ValueError(f"The stored results are not valid: {error}.") from error


def _seen(ends):
    """Return the range of the training targets of a distribution, or None."""
    if ends is None:
        return None
    if not (len(ends) == 2 and all(type(end) in (int, float) for end in ends)):
        raise ValueError("a range of targets is not of two numbers")
    return tuple(ends)


def _columns(stem, values):
    """Return one column, or one per target."""
    if values.ndim == 1:
        return {stem: values}
    return {f"{stem}_{k}": column for k, column in enumerate(values.T)}


def _probabilities(value, n, classes):
    proba = unpacked(value, (n, len(classes)), "f")
    if ((proba < 0) | (proba > 1)).any():  # a missing value is neither
        raise ValueError("probabilities are not between 0 and 1")
    return proba


class _Restored:
    """Reads the parts of a stored comparison, each of which may be hostile."""

    def __init__(self, state, y, losses):
        self.state, self.y, self.given = state, y, losses
        self.labels = labels = list(losses)
        if state["labels"] != labels:
            raise ValueError("they are of other losses")
        self.n_folds = len(state["splits"])
        if not 1 <= self.n_folds <= 1000:
            raise ValueError("they have no folds")

    def comparison(self, X, y, losses, estimator, task, unit, source, given):
        task = as_task(task)
        classes = None
        if task.has_probabilities:
            several = self.y.ndim == 2  # an indicator, whose labels are its columns
            found = np.arange(self.y.shape[1]) if several else np.unique(self.y)
            classes = found.tolist()
        last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
        setup = SimpleNamespace(given=losses, estimator=last, task=task)
        given |= {"scoring": None}
        weight = given["sample_weight"]
        weight = None if weight is None else np.asarray(weight, dtype=float)
        recipe = write_recipe(
            X, y, setup, estimator=estimator, unit=unit, source=source, **given
        )
        splits, predictions = self._splits(), self._predictions(classes)
        baselines = self._baselines(task)
        comparison = Comparison(
            recipe=replace(
                recipe, versions=self._versions(), n_members=self._n_members()
            ),
            data=(X, y, weight),
            classes=classes,
            folds=self._folds(),
            predictions=with_repeats(predictions, splits),
            histories=self._histories(),
            splits=splits,
            stopped=tuple(self.labels[k] for k in self._stopped()),
            before=estimator[:-1] if isinstance(estimator, Pipeline) else None,
            distributions=self._distributions(predictions, classes),
            link_probabilities=self._link_probabilities(classes, len(predictions)),
            baselines=baselines,
        )
        if baselines is not None:
            comparison.references()  # adds the constants
        return comparison

    def _versions(self):
        found = self.state["versions"]
        texts = [*found, *found.values()]
        if len(found) > 20 or not all(
            isinstance(text, str) and _VERSION.fullmatch(text) for text in texts
        ):
            raise ValueError("the versions are not versions")
        return dict(found)

    def _n_members(self):
        found = self.state.get("n_members", 1)  # an earlier version did not store it
        if type(found) is not int or not 1 <= found <= 1000:
            raise ValueError("the number of networks is not valid")
        return found

    def _stopped(self):
        found = self.state["stopped"]
        if not all(type(k) is int and 0 <= k < len(self.labels) for k in found):
            raise ValueError("losses that were stopped are unknown")
        return found

    def _codes(self, value, n_codes, n_rows=None):
        return unpacked(value, (n_rows,), "i", 0, n_codes - 1)

    def _names(self, value, n_rows=None):
        """Return labels of losses from their positions."""
        codes = self._codes(value, len(self.labels), n_rows)
        return pd.Index(self.labels)[codes]

    def _folds(self):
        return self._scores(self.state["folds"], self.labels)

    def _baselines(self, task):
        """Return the scores of the fitted baselines, None unless they are stored."""
        part = self.state.get("baselines")  # an earlier version did not store it
        if part is None:
            return None
        names = part["names"]
        if not set(names) <= set(task.baselines) - {"constant"}:
            raise ValueError("a baseline is unknown")
        found = self._scores(part["scores"], names)
        # Incomplete ones are computed again: checks compare them fold by fold.
        size = len(names) * self.n_folds * found["metric"].nunique()
        return found if len(found) == size else None

    def _scores(self, part, names):
        metrics = part["metrics"]
        if not all(isinstance(name, str) and name in METRICS for name in metrics):
            raise ValueError("a metric is unknown")
        value = unpacked(part["value"], (None,), "f")
        n = len(value)
        frame = pd.DataFrame(
            {
                "loss": pd.Index(names)[self._codes(part["loss"], len(names), n)],
                "fold": self._codes(part["fold"], self.n_folds, n).astype(np.int64),
                "metric": pd.Index(metrics)[
                    self._codes(part["metric"], len(metrics), n)
                ],
                "value": value,
            }
        )
        if frame.duplicated(["loss", "fold", "metric"]).any() or set(
            frame["loss"]
        ) != set(names):
            raise ValueError("scores are missing or duplicated")
        return frame

    def _predictions(self, classes):
        part, n_rows = self.state["predictions"], len(self.y)
        row = self._codes(part["row"], n_rows)
        n = len(row)
        true = self.y[row] if classes is not None else self.y[row].astype(float)
        frame = {
            "loss": self._names(part["loss"], n),
            "fold": self._codes(part["fold"], self.n_folds, n).astype(np.int64),
            "row": row.astype(np.int64),
            **_columns("y_true", true),
        }
        shape = (n, *self.y.shape[1:])
        if classes is None:
            limits = (-_LARGEST, _LARGEST)
            values = unpacked(part["y_pred"], shape, "f", *limits)
            frame |= _columns("y_pred", values)
            frame["nll"] = unpacked(part["nll"], (n,), "f")
        else:
            high = 1 if self.y.ndim == 2 else len(classes) - 1
            codes = unpacked(part["y_pred"], shape, "i", 0, high)
            values = codes if self.y.ndim == 2 else np.asarray(classes)[codes]
            frame |= _columns("y_pred", values)
            proba = _probabilities(part["proba"], n, classes)
            frame |= {f"proba_{c}": proba[:, k] for k, c in enumerate(classes)}
        found = pd.DataFrame(frame)
        if found.duplicated(["loss", "fold", "row"]).any():
            raise ValueError("predictions are duplicated")
        return found

    def _link_probabilities(self, classes, n):
        part = self.state["predictions"]
        if classes is None or "link" not in part:  # also of an earlier version
            return None
        names = [f"proba_{label}" for label in classes]
        return pd.DataFrame(_probabilities(part["link"], n, classes), columns=names)

    def _histories(self):
        part = self.state["histories"]
        loss = self._names(part["loss"])
        found = {"loss": loss}
        for name, dtype in HISTORY.items():
            kind, least = ("i", 0) if dtype is np.int32 else ("f", None)
            column = unpacked(part[name], (len(loss),), kind, least)
            found[name] = column.astype(np.int64) if kind == "i" else column
        frame = pd.DataFrame(found)
        frame.attrs["clipped"] = self._clipped(part)
        return frame

    def _clipped(self, part):
        """Return the share of clipped steps of each loss that has one."""
        if "clipped" not in part:  # stored by an earlier version
            return {}
        shares = unpacked(part["clipped"], (len(self.labels),), "f")
        if ((shares < 0) | (shares > 1)).any():  # a missing value is neither
            raise ValueError("shares of steps are not between 0 and 1")
        pairs = zip(self.labels, shares.tolist(), strict=True)
        return {label: share for label, share in pairs if share == share}

    def _splits(self):
        """Return the folds: held-out rows, and all others unless rows are stored."""
        every = np.arange(len(self.y))
        held_out = self.state["splits"]
        # An earlier version stored no training rows.
        training = self.state.get("train", [None] * len(held_out))
        splits = []
        for value, rows in zip(held_out, training, strict=True):
            test = self._codes(value, len(every)).astype(np.int64)
            train = np.setdiff1d(every, test)
            if rows is not None:
                train = self._codes(rows, len(every)).astype(np.int64)
            found = np.concatenate([train, test])
            if not (len(test) and len(train)) or len(np.unique(found)) < len(found):
                raise ValueError("a fold is not valid")
            splits.append((train, test))
        return splits

    def _distributions(self, predictions, classes):
        found = {}
        if classes is not None:
            return found
        sizes = predictions.groupby(["loss", "fold"]).size()
        for part in self.state["distributions"]:
            key = self.labels[part["loss"]], part["fold"]
            family = FAMILIES[part["family"]]
            if key not in sizes.index or type(part["loss"]) is not int:
                raise ValueError("a distribution has no predictions")
            arrays = {
                name: unpacked(value, kind="f")
                for name, value in part["parameters"].items()
            }
            for array in arrays.values():
                # Members by rows, or one value for all of them.
                is_full = array.ndim == 2 and array.shape[1] == sizes[key]
                if not (is_full and len(array)) and array.ndim:
                    raise ValueError("a distribution is of other rows")
                if not np.isfinite(array).all():
                    raise ValueError("a distribution is not finite")
            numbers = part["loss_parameters"]
            if numbers is not None:
                if not all(type(v) in (int, float) for v in numbers.values()):
                    raise ValueError("a parameter of a loss is not a number")
                arrays["loss"] = get_loss(get_loss(self.given[key[0]]).name, **numbers)
            found[key] = Predictive(family, arrays, _seen(part.get("seen")))
            if (
                len(found[key]) != sizes[key]
                or not np.isfinite(found[key].median()).all()
            ):
                raise ValueError("a distribution is of other rows")
        return found
