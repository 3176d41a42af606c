"""The rows that a loss predicts worst, with their features."""

from typing import Any

import pandas as pd

from skloss import metrics
from skloss.figures.target_names import name_of_output
from skloss.metrics.feature_effects import feature_frame

__all__ = ["worst_rows"]


def worst_rows(
    comparison: Any, loss: str, n: int = 20, output: int | str | None = None
) -> pd.DataFrame:
    """Return the held-out rows that a loss predicts worst, with their features.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of `Comparison.table`.
    n : int, default 20
        Number of rows at most.
    output : int or str, optional
        Which target or label, where there are several.

    Returns
    -------
    DataFrame
        Index row: the index of ``X``, or positions if ``X`` is not a DataFrame.
        Columns for the truth, the prediction, and the error or the probability of the
        truth, then the features. The worst row comes first.

    Raises
    ------
    ValueError
        Of embeddings, or of several targets if `output` is not one of them.

    Examples
    --------
    >>> from skloss import compare_losses, report
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("diabetes").frame
    >>> X, y = frame[["bmi", "age"]], frame["progression"]
    >>> comparison = compare_losses(X, y, ["mse"], cv=3)
    >>> for name in report.worst_rows(comparison, "squared_error", n=3):
    ...     print(name)
    true progression
    predicted progression
    absolute error
    bmi
    age
    """
    if getattr(comparison.task, "has_embeddings", False):
        raise ValueError(
            "The worst rows are those of predicted numbers or classes, and the task is "
            f"{comparison.task}."
        )
    found = metrics.worst_rows(comparison.predictions, loss, n, output)
    target = name_of_output(comparison, output)
    features = feature_frame(comparison.X, found["row"].to_numpy())
    words = {
        "y_true": f"true {target}",
        "y_pred": f"predicted {target}",
        "miss": "absolute error",
        "proba_true": "probability of the truth",
    }
    results = found.drop(columns="row").rename(columns=words)
    # A feature may have one of these names, and names in a table are unique.
    results = results.rename(columns=lambda name: name + " *" * (name in features))
    index = features.index.rename("row")
    return pd.concat([results.set_axis(index), features.set_axis(index)], axis=1)
