"""What is wrong with a target that cannot be compared."""

import pandas as pd

from skloss import wording
from skloss.tasks import Task


def problem_with_numbers(y: pd.Series) -> str:
    """Return why a target cannot be one of numbers; empty if it can."""
    if not pd.api.types.is_numeric_dtype(y):
        return "Regression needs a numeric target. Choose another column or task."
    if y.nunique() < 2:
        return "The target has only one value, so there is nothing to predict."
    return ""


def problem_with_classes(y: pd.Series, task: Task, folds: int) -> str:
    """Return why a target cannot be one of classes in that many folds."""
    sizes = y.value_counts()
    if len(sizes) < 2:
        return "The target has only one class, so there is nothing to predict."
    if task.link == "logit" and len(sizes) > 2:  # one logit separates two classes
        return (
            f"The target has {len(sizes)} classes, but a binary task needs two. "
            "Choose multiclass."
        )
    rarest = int(sizes.iloc[-1])
    if rarest >= folds:
        return ""
    if rarest >= 2:
        remedy = f"Use {rarest} folds"
    elif pd.api.types.is_numeric_dtype(y):
        remedy = "Choose regression if the target is an amount or a count"
    else:
        remedy = "Add more rows of this class, or merge it with another one"
    return (
        f"Class {wording.quoted(sizes.index[-1])} has "
        f"{wording.count(rarest, 'row')}, but each of {folds} folds needs one. "
        f"{remedy}, or remove this class from the file."
    )


def problem_with_formula(text: str) -> str:
    """Return why a text is not the formula of a loss; empty if it is.

    Parameters
    ----------
    text : str
        From anyone; it is parsed and never run.

    Returns
    -------
    str

    Examples
    --------
    >>> problem_with_formula("abs(y - mu)")
    ''
    >>> problem_with_formula("y - 1")
    "The formula 'y - 1' must contain mu, the prediction."
    """
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.losses.formula import Formula

    try:
        Formula(text)
    except ValueError as error:
        return str(error)
    return ""


def problem_with_columns(y: pd.DataFrame, task: Task) -> str:
    """Return why several columns cannot be predicted together; empty if they can."""
    text = [name for name in y if not pd.api.types.is_numeric_dtype(y[name])]
    if text:
        return (
            f"Several targets must be numbers, but {wording.quoted(text[0])} is not. "
            "Give it another role."
        )
    constant = [name for name in y if y[name].nunique() < 2]
    if constant:
        return (
            f"The target {wording.quoted(constant[0])} has only one value, so there is "
            "nothing to predict. Give it another role."
        )
    if task.kind == "labels" and not y.isin([0, 1]).all(axis=None):
        return "Labels must be 0 or 1. Choose regression."
    if task.has_classes:
        return "Several columns are not classes. Choose multilabel or regression."
    return ""


def problem_with_groups(groups: pd.Series, folds: int) -> str:
    """Return why rows cannot be divided by group into that many folds."""
    n_groups = groups.nunique()
    if n_groups >= folds:
        return ""
    remedy = f"Use {n_groups} folds or give" if n_groups >= 2 else "Give"
    return (
        f"The column {wording.quoted(groups.name)} has "
        f"{wording.count(n_groups, 'group')}, but each of {folds} folds needs one. "
        f"{remedy} the column another role."
    )


def problem_with_time(y: pd.Series, name: str, folds: int) -> str:
    """Return why rows in the order of time cannot be divided into that many folds.

    The first fold is trained on the earliest rows, as `TimeSeriesSplit` divides them.
    """
    n_first = len(y) - folds * (len(y) // (folds + 1))
    absent = set(y.unique()) - set(y.iloc[:n_first].unique())
    if not absent:
        return ""
    return (
        f"The first {wording.count(n_first, 'row')} by {wording.quoted(name)}, on "
        f"which the first of {folds} folds is trained, have no row of class "
        f"{wording.quoted(min(absent, key=str))}. Use fewer folds or give the column "
        "another role."
    )
