"""Scores in detail: by class, by pair of classes, by threshold and by row."""

import numpy as np
import pandas as pd

from skloss.metrics.counts import (
    class_counts,
    label_counts,
    one_against_rest_counts,
    ratio,
)
from skloss.metrics.validation import (
    as_labels,
    as_scores,
    class_index,
    is_multilabel,
    weighted_rows,
)

__all__ = ["confusion", "per_class_table", "threshold_table", "worst_rows"]

# A figure has no pixels for more thresholds.
MAX_THRESHOLDS = 1000


def per_class_table(y_true, y_pred, classes=None, *, sample_weight=None):
    """Precision, recall and F1 of each class, and how many rows it has.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,), or 0/1 indicators (n, n_labels)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    DataFrame
        One row per class; columns precision, recall, f1, support. Precision is NaN
        for a class that is never predicted, recall and F1 for one without rows.
        Support is the number of rows, or the sum of their weights.

    Raises
    ------
    ValueError
        If labels are missing or not among the classes, or shapes differ.

    Examples
    --------
    >>> from skloss.metrics import per_class_table
    >>> table = per_class_table(["no", "no", "yes"], ["no", "yes", "yes"])
    >>> table.reset_index().round(2)
      class  precision  recall    f1  support
    0    no        1.0     0.5  0.67        2
    1   yes        0.5     1.0  0.67        1
    """
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true):
        matrices = label_counts(y_true, y_pred, sample_weight)
        index = pd.Index(range(len(matrices)) if classes is None else list(classes))
        if len(index) != len(matrices):
            raise ValueError(
                f"classes has {len(index)} names for {len(matrices)} labels; give one "
                "name per column of the indicator."
            )
    else:
        index = class_index(classes, y_true, y_pred)
        matrices = one_against_rest_counts(
            class_counts(y_true, y_pred, index, sample_weight)
        )
    false_alarm, missed, both = matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1]
    support = both + missed
    f1 = np.where(support > 0, ratio(2 * both, 2 * both + missed + false_alarm), np.nan)
    return pd.DataFrame(
        {
            "precision": ratio(both, both + false_alarm),
            "recall": ratio(both, support),
            "f1": f1,
            "support": _rows(support, sample_weight),
        },
        index=index.rename("class"),
    )


def confusion(y_true, y_pred, classes=None, *, sample_weight=None):
    """Count the rows of each true class by their predicted class.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    DataFrame
        Index "truth", columns "prediction"; row counts, or sums of weights.

    Raises
    ------
    ValueError
        If labels are missing or not among the classes, or are an indicator.

    Examples
    --------
    >>> from skloss.metrics import confusion
    >>> counts = confusion(["no", "no", "yes"], ["no", "yes", "yes"])
    >>> int(counts.loc["no", "yes"])
    1
    """
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true) or is_multilabel(y_pred):
        raise ValueError(
            "A confusion matrix needs one label per row; pass one column of the "
            "indicator at a time."
        )
    index = class_index(classes, y_true, y_pred)
    counts = class_counts(y_true, y_pred, index, sample_weight)
    return pd.DataFrame(
        _rows(counts, sample_weight),
        index=index.rename("truth"),
        columns=index.rename("prediction"),
    )


def threshold_table(y_true, score, positive, thresholds=None, *, sample_weight=None):
    """Score the decisions that each threshold on a score implies.

    A row is predicted positive when its score is at least the threshold.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels; every label other than `positive` counts as negative.
    score : array-like of shape (n,)
        Probability of the positive class, or any score that grows with it.
    positive : label
    thresholds : array-like, optional
        If None, all distinct scores if they are at most 1000; otherwise quantiles of
        all scores and of the scores of positive rows, half each, so that a rare class
        is drawn as finely as a common one. The extremes are always among them.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    DataFrame
        One row per threshold, ascending; columns threshold, precision, recall,
        specificity, f1, g_mean, mcc, balanced_accuracy, predicted_positives.
        Precision is NaN where no row is predicted positive; recall and all scores that
        depend on it are NaN without positive rows, and specificity without negative
        ones.

    Raises
    ------
    ValueError
        If there is not one label and one finite score per row.

    Notes
    -----
    The rows are sorted once, and cumulative sums give the counts at all thresholds.

    Examples
    --------
    >>> from skloss.metrics import threshold_table
    >>> table = threshold_table([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], positive=1)
    >>> table[["threshold", "precision", "recall"]]
       threshold  precision  recall
    0       0.10   0.500000     1.0
    1       0.35   0.666667     1.0
    2       0.40   0.500000     0.5
    3       0.80   1.000000     0.5
    """
    truth, score = as_labels(y_true), as_scores(score)
    if truth.ndim != 1 or score.ndim != 1:
        raise ValueError(
            "threshold_table needs one label and one score per row, shape (n,) both; "
            "pass the column of the positive class."
        )
    truth = truth == positive
    weight, truth, score = weighted_rows(sample_weight, truth, score)
    if thresholds is None:
        thresholds = _informative_thresholds(score, score[truth])
    thresholds = np.sort(np.asarray(thresholds, dtype=float))

    order = np.argsort(score)
    first_called = np.searchsorted(score[order], thresholds, side="left")
    called_true = _sum_from(first_called, (weight * truth)[order])
    called_false = _sum_from(first_called, (weight * ~truth)[order])
    n_true, n_false = weight[truth].sum(), weight[~truth].sum()
    missed, passed = n_true - called_true, n_false - called_false

    recall = ratio(called_true, n_true)
    specificity = ratio(passed, n_false)
    f1 = ratio(2 * called_true, 2 * called_true + called_false + missed)
    return pd.DataFrame(
        {
            "threshold": thresholds,
            "precision": ratio(called_true, called_true + called_false),
            "recall": recall,
            "specificity": specificity,
            "f1": np.where(n_true > 0, f1, np.nan),
            "g_mean": np.sqrt(recall * specificity),
            "mcc": _binary_correlation(called_true, called_false, n_true, n_false),
            "balanced_accuracy": (recall + specificity) / 2,
            "predicted_positives": _rows(called_true + called_false, sample_weight),
        }
    )


def worst_rows(predictions, loss, n=20, output=None):
    """Return the held-out rows with the largest errors of a loss, largest first.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, row, y_true, y_pred and, for classes,
        proba_<class>.
    loss : str
        A label of the column "loss".
    n : int
        Largest number of rows.
    output : int or str, optional
        Which of several targets or labels.

    Returns
    -------
    DataFrame
        Columns row, y_true, y_pred and, for numbers, miss, the absolute error; for
        classes, proba_true, the probability of the true class.

    Raises
    ------
    ValueError
        If the predictions are of several targets, and `output` is not one of them.

    Examples
    --------
    >>> from skloss.metrics import worst_rows
    >>> frame = pd.DataFrame({"loss": "huber", "row": [0, 1, 2],
    ...                       "y_true": [1.0, 5.0, 3.0], "y_pred": [1.5, 2.0, 3.0]})
    >>> worst_rows(frame, "huber", n=1)
       row  y_true  y_pred  miss
    0    1     5.0     2.0   3.0
    """
    suffix = "" if output is None else f"_{output}"
    if f"y_true{suffix}" not in predictions:
        raise ValueError(
            f"The predictions have no column y_true{suffix}; worst_rows is of one "
            "target: choose it by output= where there are several."
        )
    rows = predictions[predictions["loss"] == loss]
    of_target = {f"{stem}{suffix}": stem for stem in ("y_true", "y_pred")}
    rows = rows.rename(columns=of_target) if suffix else rows
    shown = rows[["row", "y_true", "y_pred"]]
    names = pd.Index([name for name in rows if str(name).startswith("proba_")])
    if names.empty:
        miss = (rows["y_true"] - rows["y_pred"]).abs()
        shown = shown.assign(miss=miss).sort_values(
            "miss", ascending=False, kind="stable"
        )
        return shown.head(n).reset_index(drop=True)
    if suffix:  # a label, whose probability is that of 1
        given = rows[f"proba{suffix}"]
        proba = given.where(rows["y_true"] == 1, 1 - given)
    else:
        place = names.get_indexer("proba_" + rows["y_true"].astype(str))
        proba = rows[names].to_numpy()[np.arange(len(rows)), place]
    shown = shown.assign(proba_true=proba).sort_values("proba_true", kind="stable")
    return shown.head(n).reset_index(drop=True)


def _informative_thresholds(score, positive_score):
    """Return the thresholds to use unless others are given."""
    distinct = np.unique(score)
    if len(distinct) <= MAX_THRESHOLDS:
        return distinct
    shares = np.linspace(0, 1, MAX_THRESHOLDS // 2)
    chosen = [np.quantile(score, shares, method="nearest")]
    if len(positive_score):
        chosen.append(np.quantile(positive_score, shares, method="nearest"))
    return np.unique(np.concatenate(chosen))


def _sum_from(first, sorted_values):
    """Return the sum of `sorted_values` from each position in `first` to the end."""
    from_top = np.concatenate([np.cumsum(sorted_values[::-1])[::-1], [0.0]])
    return from_top[first]


def _binary_correlation(called_true, called_false, n_true, n_false):
    """Return the Matthews correlation at each threshold."""
    if n_true == 0 or n_false == 0:
        return np.full(len(called_true), np.nan)
    called = called_true + called_false
    spread = called * (n_true + n_false - called) * n_true * n_false
    covariance = called_true * n_false - called_false * n_true
    # 0 where all rows are predicted to be of one class, as in scikit-learn.
    return np.nan_to_num(ratio(covariance, np.sqrt(np.maximum(spread, 0.0))))


def _rows(counts, sample_weight):
    """Round counts of rows to whole numbers; leave sums of weights as they are."""
    return counts if sample_weight is not None else np.rint(counts).astype(int)
