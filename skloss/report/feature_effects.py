"""Which features the predictions of a comparison vary with."""

from typing import Any

import pandas as pd

from skloss import metrics

__all__ = ["feature_effects"]


def feature_effects(
    comparison: Any, label: Any = None, output: int | str | None = None
) -> pd.Series:
    """Return how much of the predictions' variance each feature accounts for.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers, classes or labels.
    label : object, optional
        The class or label whose probability counts; by default the last.
    output : int or str, optional
        Which target, where there are several numbers.

    Returns
    -------
    Series
        Index feature, values between 0 and 1; the strongest feature comes first.

    Examples
    --------
    >>> from skloss import compare_losses, report
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("diabetes").frame
    >>> X, y = frame[["sex", "bmi"]], frame["progression"]
    >>> comparison = compare_losses(X, y, ["mse"], cv=3)
    >>> report.feature_effects(comparison).index[0]
    'bmi'
    """
    column = "y_pred" if output is None else f"y_pred_{output}"
    if comparison.task.has_embeddings:
        return pd.Series(dtype=float)
    if not comparison.task.has_numbers:
        column = f"proba_{comparison.classes[-1] if label is None else label}"
    if column not in comparison.predictions:
        return pd.Series(dtype=float)
    weight = getattr(comparison, "sample_weight", None)
    known = comparison.X, comparison.predictions, column
    return metrics.feature_effects(*known, sample_weight=weight)
