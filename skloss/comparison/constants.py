"""The best constant prediction for each metric, scored on the folds of a comparison."""

import numpy as np
import pandas as pd

from skloss.comparison.embeddings import score_one_point
from skloss.comparison.evaluation import FoldResult
from skloss.comparison.money import constant_costs
from skloss.comparison.named_scores import named_scores, score_distributions
from skloss.comparison.nats import GaussianOrLaplace
from skloss.metrics import METRICS, score_all
from skloss.metrics.quantiles import weighted_quantile

__all__ = ["score_constants"]


def score_constants(task, classes, y, weight, splits, cost=None, scoring=()):
    """Score, for each metric, the constant that is best on the training rows.

    For numbers it is the mean or the median of the training rows: squared errors are
    smallest around the mean, absolute errors around the median. The log score takes a
    Gaussian around the mean or a Laplace distribution around the median. Probabilities
    are the class frequencies, and a decision is always the same class: the one with
    the best score, such as the most frequent class for accuracy. Embeddings are all at
    one point.

    Parameters
    ----------
    task : Task
    classes : list or None
        Labels in the order of the columns of probabilities.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    splits : list of (ndarray, ndarray)
        Training and held-out rows of each fold.
    cost : Cost or None, default None
        What the best decision for all rows is scored by, too.
    scoring : iterable of str, default ()
        Metrics of the comparison; the constants that the log score and the
        probabilities take are scored on those that must be named.

    Returns
    -------
    DataFrame
        Columns loss ("constant"), fold, metric, value.
    """
    if task.has_embeddings:
        return score_one_point(task, y, weight, splits)
    y = np.asarray(y, dtype=float if task.has_numbers else None)
    folds = [_Constants(task, classes, y, weight, *split) for split in splits]
    nats = GaussianOrLaplace(y, weight, splits) if task.has_numbers else None
    for constants in folds if task.has_numbers else ():
        nats.add_fold(*constants.answers)
    rows = [
        ("constant", fold, metric, value)
        for fold, constants in enumerate(folds)
        for metric, value in constants.scores(
            nats.of_fold(fold) if task.has_numbers else None
        ).items()
    ]
    results = [
        FoldResult(
            *("constant", fold, None, None, None, test),
            y_true=y[test],
            proba=constants.probabilities("test"),
            distribution=nats.distribution(fold) if task.has_numbers else None,
            is_trained=True,
        )
        for fold, (constants, (_, test)) in enumerate(zip(folds, splits, strict=True))
    ]
    score_distributions(scoring, results)
    rows += [
        (one.label, one.fold, metric, value)
        for one in results
        for metric, value in named_scores(scoring, one, classes, weight).items()
    ]
    if cost is not None:
        rows += constant_costs(cost, y, weight, splits, classes)
    return pd.DataFrame(rows, columns=["loss", "fold", "metric", "value"])


class _Constants:
    """The constants that come into question in one fold."""

    def __init__(self, task, classes, y, weight, train, test):
        self.task, self.classes = task, classes
        self.truth = {"train": y[train], "test": y[test]}
        self.weight = {"train": None, "test": None}
        if weight is not None:
            self.weight = {"train": weight[train], "test": weight[test]}
        known, own = self.truth["train"], self.weight["train"]
        self.proba = None
        if task.has_numbers:
            columns = known.reshape(len(known), -1).T
            medians = [weighted_quantile(column, 0.5, own) for column in columns]
            mean = np.average(known, axis=0, weights=own)
            self.answers = [mean, np.reshape(medians, known.shape[1:])]
        elif task.has_classes:
            codes = pd.Index(classes).get_indexer(known)
            counts = np.bincount(codes, weights=own, minlength=len(classes))
            self.proba = counts / counts.sum()
            self.answers = _classes_to_predict(classes, self.proba)
        else:
            self.proba = np.average(known, axis=0, weights=own)
            # F1 of a label is highest if the label is always predicted.
            self.answers = [(self.proba > 0.5).astype(int), np.ones_like(known[0])]

    def scores(self, nll):
        """Return the held-out score of the best constant for each metric."""
        first, *others = self.answers
        # All constants of a fold share their probabilities and their log score.
        found = [self._score("test", first, self.probabilities("test"), nll)]
        found += [self._score("test", answer) for answer in others]
        learned = [self._score("train", answer) for answer in self.answers]
        return {
            metric: found[_place_of_best(metric, learned)][metric]
            for metric in found[0]
        }

    def probabilities(self, part):
        """Return the same probabilities for each row of a part; None for numbers."""
        if self.proba is None:
            return None
        return np.broadcast_to(self.proba, (len(self.truth[part]), len(self.proba)))

    def _score(self, part, answer, proba=None, nll=None):
        return score_all(
            self.task,
            self.truth[part],
            np.repeat(np.asarray(answer)[None], len(self.truth[part]), axis=0),
            y_proba=proba,
            nll=nll,
            classes=self.classes,
            sample_weight=self.weight[part],
        )


def _classes_to_predict(classes, shares):
    """Return both of two classes, or the most frequent of more.

    F1 of two classes is that of the second, which may be the rare one. With more, the
    metrics are means over classes, and F1 grows with the share of the predicted class.
    """
    if len(classes) == 2:
        return list(classes)
    return [classes[int(np.argmax(shares))]]


def _place_of_best(metric, scores):
    """Return which constant has the best score; the first of equal ones."""
    sign = 1.0 if METRICS[metric].greater_is_better else -1.0
    values = [sign * one[metric] for one in scores]
    return int(np.nanargmax(values)) if np.isfinite(values).any() else 0
