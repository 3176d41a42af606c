"""Comparisons of embeddings, as figures read them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from skloss.tasks import as_task


def _comparison(task, loss, frame):
    folds = pd.DataFrame({"loss": [loss, "other"], "fold": 0})
    return SimpleNamespace(
        task=as_task(task), predictions=frame, folds=folds, stopped=[]
    )


def _frame(loss, n_rows, **columns):
    place = {
        "loss": loss,
        "fold": np.arange(n_rows) % 2,
        "row": 100 + np.arange(n_rows),
    }
    return pd.DataFrame(place | columns)


def of_labels(dim, n_classes=3, n_rows=40, scale=1.0, loss="triplet", first="a"):
    """Normal rows around their class, half of them in each of two folds."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, n_classes, n_rows)
    placed = scale * (rng.normal(size=(n_rows, dim)) + 3 * labels[:, None])
    names = np.array([first, *"bcdefghijklmnopqrstuvwxyz"][:n_classes])[labels]
    columns = {f"y_pred_{k}": column for k, column in enumerate(placed.T)}
    frame = _frame(loss, n_rows, y_true=names, **columns)
    # Another loss has more columns, which are missing here.
    wide = {f"y_pred_{k}": rng.normal(size=n_rows) for k in range(dim + 1)}
    other = _frame("other", n_rows, y_true=names, **wide)
    return _comparison("embedding", loss, pd.concat([frame, other]))


def of_views(n_rows=40):
    """Two views on the unit circle that differ by a tenth of a radian."""
    angle = np.linspace(0, 2 * np.pi, n_rows, endpoint=False)
    views = {}
    for stem, turned in (("y_true", angle), ("y_pred", angle + 0.1)):
        views |= {f"{stem}_0": np.cos(turned), f"{stem}_1": np.sin(turned)}
    return _comparison("pairs", "clip", _frame("clip", n_rows, **views))
