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
    """Return why a target cannot be one of classes in so many folds."""
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
