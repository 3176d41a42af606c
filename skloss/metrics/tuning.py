"""F1 of each loss at a threshold that is tuned on other folds."""

import numpy as np
import pandas as pd

from skloss.metrics.decision import f1
from skloss.metrics.tables import threshold_table


def tuned_thresholds(predictions, positive, *, sample_weight=None):
    """Tune the threshold on one class for every loss, on folds that are not scored.

    For each fold, the threshold is the one with the highest F1 in all other folds, so
    that no row is scored at a threshold that it helped to choose.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, fold, y_true, y_pred, proba_<class>.
    positive : label
        The class in question, against all others.
    sample_weight : array-like of shape (n,), optional
        One for each row of ``predictions``.

    Returns
    -------
    DataFrame
        Index loss; columns decided (F1 of the class in the loss's own predictions),
        tuned (F1 of the class at the tuned thresholds) and threshold (their median).
        Losses without probabilities, and comparisons of a single fold, have NaN in
        the last two.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.metrics import tuned_thresholds
    >>> frame = pd.DataFrame({"loss": "focal", "fold": [0, 0, 1, 1], "y_pred": "no",
    ...                       "y_true": ["no", "yes"] * 2,
    ...                       "proba_yes": [0.1, 0.4, 0.2, 0.3]})
    >>> tuned_thresholds(frame, "yes").reset_index().round(2)
        loss  decided  tuned  threshold
    0  focal      0.0   0.67       0.35
    """
    weight = np.ones(len(predictions)) if sample_weight is None else sample_weight
    weight = np.asarray(weight, dtype=float)
    rows = {
        loss: _tuned(
            part["fold"].to_numpy(),
            (part["y_true"] == positive).to_numpy(),
            (part["y_pred"] == positive).to_numpy(),
            part[f"proba_{positive}"].to_numpy(dtype=float),
            weight[part.index],
        )
        for loss, part in predictions.reset_index(drop=True).groupby("loss", sort=False)
    }
    columns = ["decided", "tuned", "threshold"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return frame.rename_axis("loss")


def _tuned(fold, truth, decided, score, weight):
    """Return the columns of one loss."""
    options = {"classes": [False, True], "sample_weight": weight}
    own = f1(truth, decided, **options)
    if not np.isfinite(score).all():
        return own, np.nan, np.nan
    called = np.zeros(len(truth), dtype=bool)
    thresholds = []
    for held_out in np.unique(fold):
        here = fold == held_out
        if here.all():  # a single fold leaves no rows to tune on
            return own, np.nan, np.nan
        # All thresholds: the table would thin many of them out, as for a figure.
        table = threshold_table(
            *(truth[~here], score[~here], True, np.unique(score[~here])),
            sample_weight=weight[~here],
        )
        if table["f1"].isna().all():  # the class has no rows in the other folds
            return own, np.nan, np.nan
        thresholds.append(table.loc[table["f1"].idxmax(), "threshold"])
        called[here] = score[here] >= thresholds[-1]
    return own, f1(truth, called, **options), np.median(thresholds)
