"""Scores of held-out rows of a comparison, one column per loss."""

import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from skloss.metrics import METRICS

__all__ = ["HeldOutRows", "RowScores", "share_held_out"]


def share_held_out(splits):
    """Held-out rows of a fold by its training rows, the mean over folds, or None."""
    shares = [len(test) / len(train) for train, test in splits]
    return sum(shares) / len(shares) if shares else None


@dataclass(frozen=True)
class RowScores:
    """Scores of the held-out rows on one metric.

    Attributes
    ----------
    values : dict of str to ndarray of shape (n,)
        By loss; see ``row_scores`` of `skloss.metrics.registry.Metric`.
    fold : int ndarray of shape (n,)
        Positions of the folds in their order.
    cluster : int ndarray of shape (n,)
        Rows of one cluster are not independent: rows of one group, or one row that is
        held out in several folds.
    cluster_in_fold : int ndarray of shape (n,)
        The same, numbered within folds.
    weight : ndarray of shape (n,)
    """

    values: dict[str, np.ndarray]
    fold: np.ndarray
    cluster: np.ndarray
    cluster_in_fold: np.ndarray
    weight: np.ndarray


class HeldOutRows:
    """The held-out rows of a comparison, which all losses share.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`.
    task : Task
    classes : list or None
    sample_weight : array-like of shape (n_samples,) or None
    groups : array-like of shape (n_samples,) or None
        Both of all rows of the caller's data.
    """

    def __init__(self, predictions, task, classes, sample_weight, groups):
        self._predictions = predictions
        self._task = task
        self._classes = classes
        self._sample_weight = sample_weight
        self._groups = groups

    @classmethod
    def of(cls, comparison):
        """Return the rows of a comparison.

        Rows are paired between losses that were trained to their end in all folds.
        """
        rows = comparison.predictions
        codes, labels = pd.factorize(rows["loss"])
        n_rows = np.bincount(codes, minlength=len(labels))
        ended = ~labels.isin(list(comparison.stopped))
        is_complete = ended & (n_rows == n_rows[ended].max(initial=0))
        kept = is_complete[codes]
        return cls(
            rows if kept.all() else rows[kept],
            comparison.task,
            comparison.classes,
            comparison.sample_weight,
            comparison.recipe.groups,
        )

    def with_columns(self, predictions):
        """Return the same rows with other columns, so that they are found once.

        Parameters
        ----------
        predictions : DataFrame
            `Comparison.predictions` with the rows of those given to `of`.

        Returns
        -------
        HeldOutRows
        """
        if self._blocks is not None:
            _ = self._by_fold  # found before the copy, which keeps it
        found = copy.copy(self)
        if len(predictions) != len(self._predictions):
            predictions = predictions.loc[self._predictions.index]
        found.__dict__["_predictions"] = predictions
        found.__dict__.pop("_inputs", None)
        return found

    @cached_property
    def _blocks(self):
        """Slice of each loss; None unless all losses have the same rows in order."""
        if not {"fold", "row"} <= set(self._predictions) or self._predictions.empty:
            return None
        codes, labels = pd.factorize(self._predictions["loss"])
        n_rows, rest = divmod(len(codes), len(labels))
        if rest or not (np.diff(codes) >= 0).all():
            return None
        blocks = {
            label: slice(k * n_rows, (k + 1) * n_rows) for k, label in enumerate(labels)
        }
        if len(blocks) > 1:
            places = self._predictions[["fold", "row"]].to_numpy()
            places = places.reshape(len(labels), n_rows, 2)
            if (places != places[:1]).any() or (np.bincount(codes) != n_rows).any():
                return None
        return blocks

    @cached_property
    def _places(self):
        """Fold, cluster, cluster in the fold and weight of each row."""
        first = self._predictions.iloc[next(iter(self._blocks.values()))]
        row = first["row"].to_numpy()
        fold = pd.factorize(first["fold"])[0]
        names = row if self._groups is None else np.asarray(self._groups)[row]
        weight = np.ones(len(row))
        if self._sample_weight is not None:
            weight = np.asarray(self._sample_weight, dtype=float)[row]
        cluster = pd.factorize(names)[0]
        in_fold = pd.factorize(fold * (cluster.max() + 1) + cluster)[0]
        return fold, cluster, in_fold, weight

    @cached_property
    def _by_fold(self):
        """Positions of the rows of each fold."""
        fold = self._places[0]
        return [np.flatnonzero(fold == k) for k in range(fold.max() + 1)]

    @cached_property
    def _inputs(self):
        """Columns by what a metric scores."""
        frame = self._predictions
        inputs = {stem: _columns(frame, stem) for stem in ("y_true", "y_pred")}
        if self._task.has_probabilities:
            names = [f"proba_{label}" for label in self._classes]
            inputs["y_proba"] = frame[names].to_numpy()
        elif "nll" in frame:
            inputs["nll"] = frame["nll"].to_numpy()
        return inputs

    def score(self, metric, folds):
        """Score the rows on one metric.

        Parameters
        ----------
        metric : str
        folds : DataFrame
            Values by fold: index fold, one column per loss.

        Returns
        -------
        RowScores or None
            Of the losses in ``folds``. None if the metric has no scores by row, or if
            they do not lead to the values by fold.
        """
        spec = METRICS.get(metric)
        if spec is None or spec.row_scores is None or self._blocks is None:
            return None
        fold, *_, weight = self._places
        if not set(folds) <= set(self._blocks) or len(self._by_fold) != len(folds):
            return None
        values = {}
        for loss in folds:
            scores = self._of_loss(spec, self._blocks[loss])
            if scores is None:
                return None
            means = np.bincount(fold, weight * scores) / np.bincount(fold, weight)
            # The values may be those of a scorer of the same name. Rounding in float32
            # is about 1e-7.
            if not np.allclose(means, folds[loss], rtol=1e-5, atol=1e-9):
                return None
            values[loss] = scores
        return RowScores(values, *self._places)

    def _of_loss(self, spec, block):
        """Score the rows of one loss, fold by fold; None if a fold has no scores."""
        if spec.name in self._predictions:  # scored when the predictions were made
            scores = self._predictions[spec.name].to_numpy()[block]
            return scores if np.isfinite(scores).all() else None
        y_true, scored = (
            self._inputs[name][block] if name in self._inputs else None
            for name in ("y_true", spec.input)
        )
        if scored is None:
            return None
        if self._task.has_embeddings:
            y_true, scored = _own_columns(y_true), _own_columns(scored)
        weight = self._places[-1]
        named = {"classes": self._classes} if self._task.has_classes else {}
        result = np.empty(len(weight))
        for rows in self._by_fold:
            has_truth = spec.input in ("y_pred", "y_proba")
            truth = (y_true[rows],) if has_truth else ()
            scores = spec.row_scores(
                *truth, scored[rows], sample_weight=weight[rows], **named
            )
            if scores is None:
                return None
            result[rows] = scores
        return result


def _own_columns(values):
    """Return an embedding without the columns that only those of other losses have."""
    return values[:, ~np.isnan(values).all(axis=0)] if values.ndim == 2 else values


def _columns(frame, stem):
    """Return (n,) values, or (n, k) of the columns stem_0, stem_1, ..."""
    if stem in frame:
        return frame[stem].to_numpy()
    names = [f"{stem}_{k}" for k in range(frame.shape[1]) if f"{stem}_{k}" in frame]
    return frame[names].to_numpy()
