"""How the rows of a comparison are divided and weighted, in sentences."""

from collections.abc import Mapping
from typing import Any

from sklearn.model_selection import TimeSeriesSplit

from skloss.report.markup import PLAIN, Markup
from skloss.wording import quoted

__all__ = ["design_sentences", "sentences_on_rows"]

_SENTENCES = {
    "group": "Rows with the same {} are in the same fold.",
    "time": "Rows are ordered by {}, and each fold is predicted from earlier rows.",
    "weight": "Rows are weighted by {}, in training and in scores.",
}
_UNNAMED = {"group": "group", "time": "time", "weight": "their weights"}


def design_sentences(comparison: Any, markup: Markup = PLAIN) -> list[str]:
    """Return what differs from random folds of rows that count equally.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How names are written.

    Returns
    -------
    list of str
        Empty if nothing differs.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.report.design import design_sentences
    >>> X, y = load_diabetes(return_X_y=True)
    >>> groups = np.arange(len(y)) % 9
    >>> design_sentences(compare_losses(X, y, "mse", cv=2, groups=groups))
    ['Rows with the same group are in the same fold.']
    """
    recipe = comparison.recipe
    roles = None if recipe.source is None else recipe.source.roles
    named: dict[str, Any] = {}
    if recipe.groups is not None:
        named["group"] = getattr(recipe.groups, "name", None)
    if isinstance(recipe.cv, TimeSeriesSplit):
        times = [] if roles is None else roles.index[roles["role"] == "time"]
        named["time"] = next(iter(times), None)
    if recipe.sample_weight is not None:
        named["weight"] = getattr(recipe.sample_weight, "name", None)
    return sentences_on_rows(named, markup)


def sentences_on_rows(named: Mapping[str, Any], markup: Markup = PLAIN) -> list[str]:
    """Return a sentence for each column that divides or weights rows.

    Parameters
    ----------
    named : mapping of str to object
        Names of columns, by the role group, time or weight; None without a name.
    markup : Markup
        How names are written.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skloss.report.design import sentences_on_rows
    >>> sentences_on_rows({"group": "hospital"})
    ['Rows with the same “hospital” are in the same fold.']
    """
    return [
        _SENTENCES[role].format(
            _UNNAMED[role] if name is None else markup.text(quoted(name))
        )
        for role, name in named.items()
    ]
