"""A comparison without its data, as JSON can hold it."""

import numpy as np
import pandas as pd

from skloss.comparison.arrays import packed
from skloss.losses import get_loss
from skloss.metrics import METRICS

__all__ = ["HISTORY", "store_comparison"]


def store_comparison(comparison):
    """Return the results of a comparison without the table, for a file.

    Neither features nor targets are part of it: the true values are those of the table
    that it is restored with, and labels of classes are stored by their position.
    Distributions of one target are part of it where parameters describe them.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers, classes or labels, without custom scorers.

    Returns
    -------
    dict
        Of what JSON can hold.

    Raises
    ------
    ValueError
        If `comparison` is one of embeddings.

    See Also
    --------
    restore_comparison : Makes the comparison again.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.comparison import store_comparison
    >>> X, y = load_diabetes(return_X_y=True)
    >>> sorted(store_comparison(compare_losses(X, y, ["mse", "mae"], cv=3)))
    ['baselines', 'distributions', 'folds', 'histories', 'labels', 'n_members', \
'predictions', 'splits', 'stopped', 'train', 'versions']
    """
    if comparison.task.has_embeddings:
        raise ValueError(
            "A comparison of embeddings cannot be stored; keep comparison.script(), "
            "or pickle the comparison."
        )
    labels = list(comparison.table.index)
    rows = comparison.predictions
    clipped = comparison.histories.attrs.get("clipped", {})
    predictions = {
        "loss": packed(rows["loss"].map(labels.index).to_numpy(np.int32)),
        "fold": packed(rows["fold"].to_numpy(np.int32)),
        "row": packed(rows["row"].to_numpy(np.int32)),
    }
    predictions |= _store_predicted(comparison, rows)
    return {
        "labels": labels,
        "stopped": [labels.index(label) for label in comparison.stopped],
        "versions": comparison.recipe.versions,
        "n_members": comparison.recipe.n_members,
        "folds": _store_scores(comparison.folds, labels),
        "baselines": _store_baselines(comparison),
        "predictions": predictions,
        "histories": {
            "loss": packed(
                comparison.histories["loss"].map(labels.index).to_numpy(np.int32)
            ),
            **{
                name: packed(comparison.histories[name].to_numpy(dtype))
                for name, dtype in HISTORY.items()
            },
            "clipped": packed([float(clipped.get(one, np.nan)) for one in labels]),
        },
        "splits": [packed(np.asarray(test, np.int32)) for _, test in comparison.splits],
        "train": _store_training_rows(comparison),
        "distributions": _store_distributions(comparison, labels),
    }


def _store_scores(folds, labels):
    metrics = [name for name in folds["metric"].unique() if name in METRICS]
    folds = folds[folds["metric"].isin(metrics)]
    return {
        "metrics": metrics,
        "loss": packed(folds["loss"].map(labels.index).to_numpy(np.int32)),
        "fold": packed(folds["fold"].to_numpy(np.int32)),
        "metric": packed(folds["metric"].map(metrics.index).to_numpy(np.int32)),
        "value": packed(folds["value"].to_numpy(float)),
    }


def _store_baselines(comparison):
    """Return the scores of the baselines that were fitted, None if they were not."""
    if comparison.baseline_folds is None:
        return None
    folds = comparison.baseline_folds
    fitted = [name for name in folds["loss"].unique() if name != "constant"]
    scores = _store_scores(folds[folds["loss"].isin(fitted)], fitted)
    return {"names": fitted, "scores": scores}


def _store_predicted(comparison, rows):
    """Return what was predicted: numbers, classes by position, or labels as 0 and 1."""
    names = [name for name in rows if name.startswith("y_pred")]
    several = names != ["y_pred"]
    values = rows[names] if several else rows["y_pred"]
    if comparison.classes is None:
        return {
            "y_pred": packed(values.to_numpy(float)),
            "nll": packed(rows["nll"].to_numpy(float)),
        }
    if not several:
        values = pd.Index(comparison.classes).get_indexer(values)
    columns = [f"proba_{label}" for label in comparison.classes]
    found = {
        "y_pred": packed(np.asarray(values, np.int32)),
        "proba": packed(rows[columns].to_numpy(float)),
    }
    if comparison.link_probabilities is not None:
        link = comparison.link_probabilities[columns].to_numpy(float)
        found["link"] = packed(link)
    return found


def _store_training_rows(comparison):
    """Return the training rows of each fold, None where they are all others."""
    n_rows, found = comparison.recipe.n_rows, []
    for train, test in comparison.splits:
        is_rest = len(train) + len(test) == n_rows
        found.append(None if is_rest else packed(np.asarray(train, np.int32)))
    return found


#: Columns of the histories by the type in which they are stored.
HISTORY = {
    "fold": np.int32,
    "member": np.int32,
    "epoch": np.int32,
    "train": float,
    "validation": float,
}


def _store_distributions(comparison, labels):
    found = []
    if "y_pred" not in comparison.predictions:  # several targets, which nothing decides
        return found
    for (label, fold), one in comparison.distributions.items():
        parameters = dict(one.parameters)
        loss = parameters.pop("loss", None)
        numbers = _numbers_of(loss)
        arrays = {name: np.asarray(value) for name, value in parameters.items()}
        is_plain = all(array.dtype.kind == "f" for array in arrays.values())
        if is_plain and numbers is not None:
            found.append(
                {
                    "loss": labels.index(label),
                    "fold": int(fold),
                    "family": one.family.name,
                    "parameters": {k: packed(array) for k, array in arrays.items()},
                    "loss_parameters": None if loss is None else numbers,
                    "seen": None
                    if one.seen is None
                    else [float(end) for end in one.seen],
                }
            )
    return found


def _numbers_of(loss):
    """Return the parameters of the loss of a density, with what it learned.

    Empty without a loss; None if the loss is not one of skloss with numbers only.
    """
    if loss is None:
        return {}
    learned = {k: v for k, v in getattr(loss, "bound_", {}).items() if np.ndim(v) == 0}
    try:
        numbers = {k: float(v) for k, v in (loss.get_params() | learned).items()}
        again = get_loss(loss.name, **numbers)
    except (TypeError, ValueError):
        return None
    return numbers if type(again) is type(loss) else None
