"""The tables of a comparison, for files."""

from typing import Any

import pandas as pd

__all__ = ["tables"]


def tables(comparison: Any) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison by name.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    dict of str to DataFrame
        Scores, scores by fold, held-out predictions and learning curves; empty ones
        are left out. `skloss.table.write_csv` writes them for a spreadsheet.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> list(report.tables(compare_losses(X, y, "mse", cv=3)))
    ['scores', 'scores by fold', 'predictions', 'learning curves']
    """
    scores = comparison.table
    scores = scores.set_axis([f"{name} {part}" for name, part in scores], axis=1)
    found = {
        "scores": scores.reset_index(),
        "scores by fold": comparison.folds,
        "predictions": comparison.predictions,
        "learning curves": comparison.histories,
    }
    return {name: table for name, table in found.items() if len(table)}
