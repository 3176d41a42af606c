"""The rows that an embedding places closest to one row."""

from typing import Any

import numpy as np
import pandas as pd

from skloss.figures.placed_rows import placed_rows
from skloss.metrics.feature_effects import feature_frame

__all__ = ["nearest_rows"]


def nearest_rows(comparison: Any, loss: str, row: int, n: int = 5) -> pd.DataFrame:
    """Return a held-out row and those that a loss places closest to it.

    With two views, the first view of the row is compared with the second view of every
    row, its own included.

    Parameters
    ----------
    comparison : Comparison
        A comparison of the task "embedding" or "pairs".
    loss : str
        A label of `Comparison.table`.
    row : int
        Position of the row in ``X``, held out in any fold.
    n : int, default 5
        Number of neighbours.

    Returns
    -------
    DataFrame
        Index row: positions in ``X``. Columns for the class, or for the rank of the
        second view, and the Euclidean distance in the embedding, then the features.
        The row itself comes first.

    Raises
    ------
    ValueError
        If the task has no embeddings, or the row is not held out in any fold.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import TorchEmbedder, compare_losses, report
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> few = TorchEmbedder(embedding_dim=3, max_iter=5)
    >>> comparison = compare_losses(X, y, "triplet", task="embedding", estimator=few)
    >>> report.nearest_rows(comparison, "triplet", 4, n=2)["target"].tolist()
    [0, 0, 0]
    """
    known = comparison.predictions
    own = known[(known["loss"] == loss) & (known["row"] == row)]
    if own.empty:
        raise ValueError(f"Row {row!r} is not a held-out row of {loss!r}.")
    placed, truth, numbers = placed_rows(comparison, loss, own["fold"].iloc[0])
    has_views = comparison.task.has_views
    candidates = truth if has_views else placed
    distance = np.linalg.norm(candidates - placed[numbers == row][0], axis=1)
    # The row itself comes first, even if others are at the same place or closer.
    nearest = np.lexsort((distance, numbers != row))[: n + 1]
    features = feature_frame(comparison.X, numbers[nearest])
    features.index = pd.Index(numbers[nearest], name="row")
    if has_views:
        closer = np.searchsorted(np.sort(distance), distance[nearest])
        found = {"rank": closer + 1}
    else:
        found = {comparison.target: truth[nearest]}
    found["distance"] = distance[nearest]
    # A feature may have one of these names, and names in a table are unique.
    found = {_unlike(name, features.columns): v for name, v in found.items()}
    return pd.concat([pd.DataFrame(found, index=features.index), features], axis=1)


def _unlike(name: Any, others: Any) -> Any:
    while name in others:
        name = f"{name} "
    return name
