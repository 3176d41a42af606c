"""What the held-out predictions of a comparison cost, and what decisions would."""

import numpy as np
import pandas as pd

from skloss.costs import as_cost, decide
from skloss.losses import get_loss
from skloss.training import warn_caller

__all__ = [
    "add_trained_loss",
    "check_cost",
    "constant_costs",
    "price",
]

# Quantiles of the training targets that are tried as one decision for all rows.
_DECISIONS = 201


def add_trained_loss(losses, cost, task):
    """Return the losses of a comparison, and the one that trains for a cost.

    Parameters
    ----------
    losses : str, loss or iterable
        As given to `compare_losses`.
    cost : Cost, callable or None
    task : Task

    Returns
    -------
    object
        ``losses`` itself if nothing is added.
    """
    trained = None if cost is None else as_cost(cost).loss()
    if trained is None or not trained.supports(task):
        return losses
    plain = isinstance(losses, str) or callable(losses) or not np.iterable(losses)
    given = [losses] if plain else list(losses)
    named = [get_loss(one) for one in given if not isinstance(one, dict)]
    is_there = any(repr(one) == repr(trained) for one in named)
    return given if is_there else [*given, trained]


def check_cost(cost, y, task):
    """Return a cost as an object, after trying it on the targets.

    Parameters
    ----------
    cost : Cost or callable
    y : array-like of shape (n_samples,)
        All targets, those of weight 0 included.
    task : Task

    Returns
    -------
    Cost

    Raises
    ------
    ValueError
        If it is not a cost of such targets, or has amounts for other rows.
    """
    cost = as_cost(cost)
    cost.validate()
    y = np.asarray(y)
    if y.ndim > 1:
        raise ValueError("cost= is for one target or label in each row.")
    if cost.n_rows not in (None, len(y)):
        raise ValueError(
            f"The cost has amounts for {cost.n_rows} rows, but y has {len(y)}; give "
            "one number or one for each row."
        )
    if task.has_classes:
        classes = np.unique(y).tolist()
        cost.class_table(classes, len(classes))
    elif cost.over_classes:
        raise ValueError(
            f"{cost!r} is a cost of classes, but the target is a number; use one of "
            "numbers, such as costs.Linear."
        )
    else:
        cost[np.arange(len(y))](y, y)
    return cost


def price(cost, results, classes):
    """Fill in the costs of the held-out rows of each result.

    Parameters
    ----------
    cost : Cost
        With amounts for the rows that the results refer to, if it has any.
    results : list of FoldResult
    classes : list or None
        Labels in the order of the columns of probabilities.
    """
    failed = set()
    for result in results:
        if not result.is_trained:
            continue
        own = cost[result.test]
        if classes is None:
            result.costs["cost"] = own(result.y_true, result.y_pred)
        else:
            truth, decision = (
                pd.Index(classes).get_indexer(labels)
                for labels in (result.y_true, result.y_pred)
            )
            result.costs["cost"] = _looked_up(own, classes, truth, decision)
        try:
            result.costs["cost_decided"] = _decided(own, result, classes)
        except ValueError as error:
            result.costs["cost_decided"] = None
            if result.label not in failed:
                failed.add(result.label)
                warn_caller(
                    f"No decision can be made from the distribution of "
                    f"{result.label!r}, so its cost_decided is NaN: {error}",
                    UserWarning,
                )


def constant_costs(cost, y, weight, splits, classes):
    """Return the mean costs of the decision that is best on the training rows.

    Parameters
    ----------
    cost : Cost
    y : ndarray of shape (n_samples,)
    weight : ndarray of shape (n_samples,) or None
    splits : list of (ndarray, ndarray)
    classes : list or None

    Returns
    -------
    list of (str, int, str, float)
        "constant", fold, metric, value.
    """
    rows = []
    for fold, (train, test) in enumerate(splits):
        seen, held_out = cost[train], cost[test]
        if classes is None:
            # The best decision is a quantile, or the mean, for the usual costs.
            # Without weights, the quantiles between rows too.
            own = None if weight is None else weight[train]
            method = "linear" if own is None else "inverted_cdf"
            shares = np.linspace(0, 1, _DECISIONS)
            known = np.quantile(y[train], shares, weights=own, method=method)
            decisions = [*np.unique(known), np.average(y[train], weights=own)]
            paid = [seen(y[train], np.full(len(train), one)) for one in decisions]
        else:
            codes = pd.Index(classes).get_indexer(y)
            decisions = range(len(classes))
            paid = [
                _looked_up(seen, classes, codes[train], np.full(len(train), one))
                for one in decisions
            ]
        best = decisions[int(np.argmin([_mean(one, weight, train) for one in paid]))]
        answers = np.full(len(test), best)
        if classes is None:
            value = held_out(y[test], answers)
        else:
            value = _looked_up(held_out, classes, codes[test], answers)
        mean = _mean(value, weight, test)
        rows += [("constant", fold, name, mean) for name in ("cost", "cost_decided")]
    return rows


def _mean(values, weight, rows):
    return float(np.average(values, weights=None if weight is None else weight[rows]))


def _decided(cost, result, classes):
    """Return the costs of the decisions; None without a distribution."""
    if classes is None:
        if result.distribution is None:
            return None
        return cost(result.y_true, decide(result.distribution, cost))
    if result.proba is None or not np.isfinite(result.proba).all():
        return None
    truth = pd.Index(classes).get_indexer(result.y_true)
    return _looked_up(cost, classes, truth, cost.best_class(result.proba, classes))


def _looked_up(cost, classes, truth, decision):
    """Return the costs of positions of classes and decisions."""
    table = cost.class_table(classes, len(classes))
    if table.ndim == 2:
        return table[truth, decision]
    return table[truth, decision, np.arange(len(truth))]
