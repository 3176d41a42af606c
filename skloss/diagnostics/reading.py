"""What checks read from a comparison: held-out rows, targets and columns."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from skloss.tasks import as_task
from skloss.tasks.frames import as_pandas

__all__ = [
    "columns_of",
    "held_out",
    "lead",
    "losses_of",
    "targets_of",
    "true_and_predicted",
    "weights_of",
]


def losses_of(comparison: Any) -> dict[str, Any]:
    """Return the losses by label; contenders are left out."""
    return getattr(comparison, "losses", {})


def held_out(comparison: Any) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each row of the comparison that finished, with its held-out predictions."""
    predictions = comparison.predictions
    for label, rows in predictions.groupby("loss", sort=False):
        if label not in comparison.stopped:
            yield label, rows


def true_and_predicted(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return y_true and y_pred of shape (n, n_targets)."""
    found = []
    for stem in ("y_true", "y_pred"):
        several = [name for name in rows if str(name).startswith(f"{stem}_")]
        found.append(rows[[stem] if stem in rows else several].to_numpy())
    return found[0], found[1]


def weights_of(comparison: Any, rows: pd.DataFrame) -> np.ndarray:
    """Return the weight of each held-out row, 1 without weights."""
    weight = getattr(comparison, "sample_weight", None)
    if weight is None:
        return np.ones(len(rows))
    return np.asarray(weight, dtype=float)[rows["row"].to_numpy()]


def targets_of(comparison: Any) -> pd.DataFrame:
    """Return the targets as a table, one column each; empty if they are not known."""
    y = getattr(comparison, "y", None)
    if y is None:
        return pd.DataFrame()
    values = np.asarray(
        y, dtype=float if as_task(comparison.task).has_numbers else None
    )
    return pd.DataFrame(values.reshape(len(values), -1))


def columns_of(comparison: Any) -> Iterator[tuple[str, pd.Series]]:
    """Yield the columns of the table by name; columns of an array by their number."""
    X = as_pandas(getattr(comparison, "X", None))
    if X is None:
        return
    if isinstance(X, pd.DataFrame):
        # By position: a name may occur twice.
        for place, name in enumerate(X.columns):
            yield str(name), X.iloc[:, place].reset_index(drop=True)
    elif sparse.issparse(X):
        by_column = X.tocsc()
        for place in range(X.shape[1]):
            yield str(place), pd.Series(by_column[:, [place]].toarray()[:, 0])
    else:
        values = np.asarray(X)
        for place, column in enumerate(values.reshape(len(values), -1).T):
            yield str(place), pd.Series(column)


def lead(comparison: Any, rows: pd.DataFrame, gain: np.ndarray) -> tuple[float, float]:
    """Return the weighted mean of differences between paired rows, and its t value.

    Rows of one group, and a row that is held out several times, count once: their
    differences are summed before their spread is taken.
    """
    weight = weights_of(comparison, rows)
    mean = float(np.average(gain, weights=weight))
    groups = getattr(getattr(comparison, "recipe", None), "groups", None)
    names = rows["row"].to_numpy() if "row" in rows else np.arange(len(rows))
    if groups is not None:
        names = np.asarray(groups)[names]
    codes = pd.factorize(names)[0]
    parts = np.bincount(codes, weight * (gain - mean)) / weight.sum()
    error = float(np.sqrt((parts**2).sum()))
    if error == 0:
        return mean, np.inf * np.sign(mean) if mean else 0.0
    return mean, mean / error
