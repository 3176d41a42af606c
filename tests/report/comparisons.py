"""Comparisons made by hand: the scores are given, and no model is trained."""

import pandas as pd

from skloss.comparison import Comparison, Recipe
from skloss.tasks import as_task


def recipe_of(**values):
    """Build a recipe of which only some parts matter."""
    parts = {
        "losses": {},
        "estimator": None,
        "task": as_task("regression"),
        "cv": 5,
        "groups": None,
        "scoring": None,
        "sample_weight": None,
        "random_state": 0,
        "n_rows": 0,
        "n_features": 0,
        "target": None,
        "unit": "",
        "source": None,
        "versions": {},
    }
    return Recipe(**parts | values)


def comparison_of(
    task="regression",
    stopped=(),
    predictions=None,
    data=(None, None, None),
    unit="",
    target=None,
    classes=None,
    recipe=None,
    **values,
):
    """Build a comparison from values by fold, one array per metric__loss."""
    rows = [
        {"metric": metric, "loss": loss, "fold": fold, "value": value}
        for key, by_fold in values.items()
        for metric, loss in [key.split("__")]
        for fold, value in enumerate(by_fold)
    ]
    if predictions is None:
        predictions = pd.DataFrame({"loss": []})
    return Comparison(
        recipe=recipe_of(
            **{"task": as_task(task), "target": target, "unit": unit} | (recipe or {})
        ),
        data=data,
        classes=classes,
        folds=pd.DataFrame(rows),
        predictions=predictions,
        histories=pd.DataFrame(),
        splits=[],
        stopped=stopped,
    )
