"""Comparisons made by hand: targets, columns and predictions are given."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from skloss import get_loss
from skloss.tasks import as_task

N_FOLDS = 5


def splits_of(fold):
    """Training and held-out rows of each fold."""
    rows = np.arange(len(fold))
    return [(rows[fold != k], rows[fold == k]) for k in range(fold.max() + 1)]


def comparison(
    y,
    predicted,
    *,
    X=None,
    task="regression",
    fold=None,
    proba=None,
    classes=None,
    nll=None,
    groups=None,
    estimator=None,
    **values,
):
    """Build a comparison of losses whose held-out predictions are given by label."""
    y = np.asarray(y)
    rows = np.arange(len(y))
    fold = rows % N_FOLDS if fold is None else fold
    order = np.argsort(fold, kind="stable")
    frames = []
    for label, answer in predicted.items():
        frame = {"loss": label, "fold": fold[order], "row": rows[order]}
        for stem, array in (("y_true", y), ("y_pred", np.asarray(answer))):
            columns = array[order].reshape(len(y), -1).T
            names = [stem] if len(columns) == 1 else None
            names = names or [f"{stem}_{k}" for k in range(len(columns))]
            frame |= dict(zip(names, columns, strict=True))
        if nll is not None:
            frame["nll"] = np.asarray(nll)[order]
        if proba is not None:
            names = [f"proba_{one}" for one in classes]
            frame |= dict(zip(names, proba[order].T, strict=True))
        frames.append(pd.DataFrame(frame))
    facts = {
        "task": as_task(task),
        "X": X,
        "y": y,
        "sample_weight": None,
        "classes": classes,
        "splits": splits_of(fold),
        "predictions": pd.concat(frames, ignore_index=True),
        "folds": pd.DataFrame({"metric": ["rmse", "r2", "mae"]}),
        "histories": pd.DataFrame(),
        "losses": {label: get_loss(label) for label in predicted},
        "stopped": (),
        "baselines": None,
        "baseline_folds": None,
        "recipe": SimpleNamespace(groups=groups, estimator=estimator),
    }
    return SimpleNamespace(**facts | values)
