"""Which held-out rows pull hardest on a prediction, under each of several losses."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from skloss.report.markup import PLAIN, Markup
from skloss.wording import capitalized, join, number, shorten, title_of

__all__ = ["hardest_rows", "hardest_sentence", "margins", "true_probabilities"]

# Beyond these probabilities a margin is infinite.
_CERTAIN = 1e-12


def hardest_rows(
    comparison: Any,
    losses: Mapping[str, Any],
    n_rows: int = 5,
    markup: Markup = PLAIN,
) -> pd.DataFrame:
    """Return the rows with the largest gradient, with their share of all gradients.

    The gradients are those of each loss at the held-out predictions of the first loss
    of the comparison, so that the losses are compared on the same errors.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers with one target, or of classes.
    losses : dict of str to Loss
        By name. Those without a gradient by one prediction or by the scores of the
        classes are left out.
    n_rows : int, default 5
    markup : Markup
        How the names of losses are written.

    Returns
    -------
    DataFrame of str
        Index 1, 2, ...; a column for each loss with the number of the row, from 1, and
        its share. Without columns if no loss has such gradients.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, get_loss, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "squared_error", cv=2)
    >>> losses = {"squared_error": get_loss("squared_error")}
    >>> report.hardest_rows(comparison, losses, 3).shape
    (3, 1)
    """
    rows = _first_rows(comparison)
    found = {}
    for name, share in _shares(comparison, losses).items():
        order = np.argsort(-share, kind="stable")[:n_rows]
        title = markup.text(capitalized(shorten(title_of(name), 60)))
        numbers = rows["row"].to_numpy()[order] + 1
        found[title] = [
            f"row {row:,} ({100 * part:.2g}%)"
            for row, part in zip(numbers, share[order], strict=True)
        ]
    table = pd.DataFrame(found)
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="place"))


def hardest_sentence(
    comparison: Any, losses: Mapping[str, Any], n_rows: int = 5
) -> str:
    """Return the share of the gradient that the hardest rows have under each loss.

    Parameters
    ----------
    comparison : Comparison
    losses : dict of str to Loss
    n_rows : int, default 5

    Returns
    -------
    str
        Plain text; empty if no loss has such gradients.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, get_loss, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "squared_error", cv=2)
    >>> losses = {"absolute_error": get_loss("absolute_error")}
    >>> report.hardest_sentence(comparison, losses)[:60]
    'The 5 rows that pull hardest have 1.13% of the gradient of a'
    """
    parts = [
        f"{number(100 * np.sort(share)[-n_rows:].sum(), trim=True)}% of the gradient "
        f"of {title_of(name)}"
        for name, share in _shares(comparison, losses).items()
    ]
    if not parts:
        return ""
    return f"The {n_rows} rows that pull hardest have {join(parts)}."


def margins(comparison: Any) -> np.ndarray:
    """Return how much higher the score of the true class is than those of the others.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes.

    Returns
    -------
    ndarray of shape (n_rows,)
        Of the held-out probabilities of its first loss with probabilities, at which
        the other classes have equal scores; empty if no loss has any.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, report
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> report.margins(comparison).shape
    (150,)
    """
    _, true = true_probabilities(comparison)
    true = np.clip(true, _CERTAIN, 1 - _CERTAIN)
    others = max(len(comparison.classes) - 1, 1)
    return np.log(true) - np.log1p(-true) + np.log(others)


def true_probabilities(comparison: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return which held-out rows are of the rarest class, and how likely their class.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes.

    Returns
    -------
    is_rare : ndarray of bool of shape (n_rows,)
    probability : ndarray of shape (n_rows,)
        Of the true class, by the first loss with probabilities; both are empty if no
        loss has any.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, report
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> is_rare, probability = report.true_probabilities(comparison)
    >>> int(is_rare.sum())
    50
    """
    rows = _first_rows(comparison)
    codes, p = _classes(comparison, rows)
    counts = np.bincount(codes, minlength=p.shape[1])
    return codes == counts.argmin(), p[np.arange(len(p)), codes]


def _first_rows(comparison: Any) -> pd.DataFrame:
    """Return the held-out rows of the first loss that has what gradients require."""
    predictions = comparison.predictions
    needed = [f"proba_{label}" for label in comparison.classes or []] or ["y_pred"]
    known = np.isfinite(predictions[needed].to_numpy(dtype=float)).all(axis=1)
    predictions = predictions[known]
    if predictions.empty:
        return predictions
    return predictions[predictions["loss"] == predictions["loss"].iloc[0]]


def _classes(comparison: Any, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return places of the true classes, and the probabilities."""
    codes = pd.Index(comparison.classes).get_indexer(rows["y_true"])
    names = [f"proba_{label}" for label in comparison.classes]
    return codes, rows[names].to_numpy(dtype=float)


def _shares(comparison: Any, losses: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return the share of each row in the sum of the gradients of each loss."""
    # Imported here because reports do without torch.
    from skloss.losses.tug_of_war import class_pulls, has_tug_of_war, row_pulls

    rows, task, found = _first_rows(comparison), comparison.task, {}
    # Several targets have a column each, and ordered classes scores of their own kind.
    if rows.empty or "y_true" not in rows or task.is_ordered:
        return found
    able = {name: loss for name, loss in losses.items() if loss.supports(task)}
    for name, loss in able.items():
        if task.has_classes:
            pull = class_pulls(loss, *_classes(comparison, rows))
        elif has_tug_of_war(loss):
            values = (rows[column].to_numpy(float) for column in ("y_true", "y_pred"))
            pull = row_pulls(loss, *values)
        else:
            continue
        total = np.abs(pull).sum()
        if np.isfinite(total) and total > 0:
            found[name] = np.abs(pull) / total
    return found
