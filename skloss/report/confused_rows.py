"""The rows of one class that a loss takes for another."""

from typing import Any

import numpy as np
import pandas as pd

from skloss.metrics.feature_effects import feature_frame

__all__ = ["confused_rows", "confusions"]


def confusions(comparison: Any, loss: str) -> pd.Series:
    """Count the held-out rows of each class that are predicted as another one.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes.
    loss : str
        A label of the comparison.

    Returns
    -------
    Series of int
        Index (true class, predicted class), the most frequent confusion first.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, report
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cv=3)
    >>> report.confusions(comparison, "cross_entropy").index.names
    FrozenList(['y_true', 'y_pred'])
    """
    rows = _wrong(comparison, loss)
    return (
        rows.groupby(["y_true", "y_pred"], observed=True)
        .size()
        .sort_values(ascending=False, kind="stable")
    )


def confused_rows(
    comparison: Any, loss: str, truth: Any, predicted: Any, n: int = 20
) -> pd.DataFrame:
    """Return the rows in one cell of the confusion matrix, the surest errors first.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes.
    loss : str
        A label of the comparison.
    truth, predicted : object
        Classes.
    n : int, default=20
        Number of rows at most.

    Returns
    -------
    DataFrame
        Index row: the index of ``X``, or positions if ``X`` is not a DataFrame. The
        probability of the predicted class, where the loss gives one, then the features.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, report
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cv=3)
    >>> rows = report.confused_rows(comparison, "cross_entropy", 1, 2)
    >>> int(report.confusions(comparison, "cross_entropy")[1, 2]) == len(rows)
    True
    """
    rows = _wrong(comparison, loss)
    rows = rows[(rows["y_true"] == truth) & (rows["y_pred"] == predicted)]
    name, column = "probability of the prediction", f"proba_{predicted}"
    sure = rows.get(column, pd.Series(np.nan, rows.index)).astype(float)
    rows = rows.assign(**{name: sure}).sort_values(name, ascending=False).head(n)
    features = feature_frame(comparison.X, rows["row"].to_numpy())
    index = features.index.rename("row")
    found = [] if rows[name].isna().all() else [rows[[name]].set_axis(index)]
    return pd.concat([*found, features.set_axis(index)], axis=1)


def _wrong(comparison: Any, loss: str) -> pd.DataFrame:
    rows = comparison.predictions
    return rows[(rows["loss"] == loss) & (rows["y_true"] != rows["y_pred"])]
