"""Scores of each loss split into miscalibration, discrimination and uncertainty."""

from typing import Any

import numpy as np
import pandas as pd

from skloss.figures import row_weights
from skloss.metrics import decomposition

__all__ = ["decomposition_table"]


def decomposition_table(
    comparison: Any,
    label: Any = None,
    *,
    functional: str = "mean",
    level: float = 0.5,
    score: str | None = None,
) -> pd.DataFrame:
    """Return the decomposition of the pooled held-out score of each loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of one target, or of classes or labels.
    label : object, optional
        For classes the one whose probability is judged, against all others; or one
        label of a multilabel task.
    functional : {"mean", "quantile"}, default "mean"
    level : float, default 0.5
        Level of the quantile.
    score : {"squared_error", "log_loss"}, optional
        As for `skloss.metrics.decomposition`.

    Returns
    -------
    DataFrame
        Index loss, columns score, miscalibration, discrimination and uncertainty.
        Losses without predictions, or without probabilities of the class, have NaN.

    Raises
    ------
    ValueError
        If the comparison has several targets, or does not have the class.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=3)
    >>> report.decomposition_table(comparison).columns.tolist()
    ['score', 'miscalibration', 'discrimination', 'uncertainty']
    """
    rows = comparison.predictions.reset_index(drop=True)
    truth, answer = _columns(comparison, label)
    weight = row_weights.of_rows(comparison)
    found = {}
    for loss, part in rows.groupby("loss", sort=False):
        own = None if weight is None else weight[part.index]
        y, predicted = truth[part.index], part[answer].to_numpy(dtype=float)
        if np.isfinite(predicted).all():
            found[loss] = decomposition(
                y,
                predicted,
                functional=functional,
                level=level,
                score=score,
                sample_weight=own,
            )
    order = pd.Index(comparison.table.index, name="loss")
    columns = ["score", "miscalibration", "discrimination", "uncertainty"]
    return pd.DataFrame(found, index=columns).T.reindex(order)


def _columns(comparison: Any, label: Any) -> tuple[np.ndarray, str]:
    """Return the targets of all rows, and the column of predictions."""
    rows = comparison.predictions.reset_index(drop=True)
    if comparison.task.has_numbers:
        if "y_true" not in rows:
            raise ValueError(
                "A decomposition is of one target; the comparison has several."
            )
        return rows["y_true"].to_numpy(dtype=float), "y_pred"
    answer = f"proba_{label}"
    if answer not in rows:
        known = ", ".join(map(str, comparison.classes))
        raise ValueError(f"label={label!r} is not a class; choose one of {known}.")
    if comparison.task.has_classes:
        return (rows["y_true"] == label).to_numpy(dtype=float), answer
    place = list(comparison.classes).index(label)
    return rows[f"y_true_{place}"].to_numpy(dtype=float), answer
