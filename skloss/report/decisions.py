"""What decisions cost, in sentences, as text and as Python."""

from typing import Any

import pandas as pd

from skloss.costs import as_cost
from skloss.report.markup import PLAIN, Markup
from skloss.wording import capitalized, number, shorten, title_of

__all__ = ["decision_script", "decision_sentences", "decision_table"]

_HARD_SPACE = "\u00a0"


def decision_sentences(
    comparison: Any, ranked: pd.DataFrame, markup: Markup = PLAIN
) -> list[str]:
    """Return the answer that a cost implies, and what it saves, in sentences.

    Parameters
    ----------
    comparison : Comparison
        With a cost.
    ranked : DataFrame
        As `skloss.comparison.rank_decisions` returns it.
    markup : Markup

    Returns
    -------
    list of str

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, costs, report
    >>> from skloss.comparison import rank_decisions
    >>> X, y = load_diabetes(return_X_y=True)
    >>> cost = costs.Linear(under=9.0, over=1.0)
    >>> comparison = compare_losses(X, y, "mse", cost=cost, cv=3)
    >>> report.decision_sentences(comparison, rank_decisions(comparison))[0]
    'The best decision is the 0.9 quantile.'
    """
    cost = as_cost(comparison.recipe.cost)
    rule = markup.strong(markup.text(cost.rule(comparison.classes)))
    found = [f"The best decision is {rule}."]
    if ranked.empty:
        return found
    best = ranked.iloc[0]
    predicted = "distribution" if comparison.task.has_numbers else "probabilities"
    ways = {
        "decided": f"with decisions from its predicted {predicted}",
        "predicted": "with its predictions as decisions",
    }
    name = markup.text(title_of(best["loss"]))
    found.append(
        f"{capitalized(name)} costs least: {number(best['mean'])} per row"
        f"{_interval(best, 'low', 'high')}, {ways[best['way']]}."
    )
    own = ranked[(ranked["loss"] == best["loss"]) & (ranked["way"] == "predicted")]
    if best["way"] == "decided" and len(own):
        found.append(
            "Taking its prediction as the decision instead costs "
            f"{number(own['gap'].iloc[0])} more per row"
            f"{_interval(own.iloc[0], 'gap_low', 'gap_high')}."
        )
    return found


def _interval(row: pd.Series, low: str, high: str) -> str:
    if pd.isna(row[low]):
        return ""
    return f" (95% interval {number(row[low])} to {number(row[high])})"


def decision_table(ranked: pd.DataFrame, markup: Markup = PLAIN) -> pd.DataFrame:
    """Return what each loss costs per row as text.

    Parameters
    ----------
    ranked : DataFrame
        As `skloss.comparison.rank_decisions` returns it.
    markup : Markup

    Returns
    -------
    DataFrame of str
        Index loss, the least expensive first.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"loss": "mse", "way": "decided", "trained": False, "mean": 2.0}
    >>> row |= {"low": 1.5, "high": 2.5, "gap": 0.0, "gap_low": 0.0, "gap_high": 0.0}
    >>> decision_table(pd.DataFrame([row]))["Cost per row"].tolist()
    ['2.00']
    """
    first = ranked.index == 0
    more = ranked["gap"].map(number).where(~first, "–")
    text = {
        "Decision": ranked["way"],
        "Trained for it": ranked["trained"].map({True: "yes", False: ""}),
        "Cost per row": ranked["mean"].map(number),
        "95% interval": _intervals(ranked, "low", "high"),
        "More than the first": more,
        "95% interval of that": _intervals(ranked, "gap_low", "gap_high").where(
            ~first, "–"
        ),
    }
    if not ranked["trained"].any():
        del text["Trained for it"]
    names = [markup.text(shorten(title_of(loss), 80)) for loss in ranked["loss"]]
    return pd.DataFrame(text).set_axis(pd.Index(names, name="loss"))


def _intervals(ranked: pd.DataFrame, low: str, high: str) -> pd.Series:
    # In one piece: on a narrow screen the table scrolls.
    return pd.Series(
        [
            "–"
            if pd.isna(a)
            else f"{number(a)} to {number(b)}".replace(" ", _HARD_SPACE)
            for a, b in ranked[[low, high]].to_numpy(dtype=float)
        ],
        index=ranked.index,
        dtype=object,
    )


def decision_script(comparison: Any, cost: str, row: int, loss: str) -> str:
    """Write the Python script that compares, decides and ranks decisions.

    Parameters
    ----------
    comparison : Comparison
    cost : str
        An expression of Python for the cost; it may use ``costs``, ``frame``, the
        table, and ``X``, the features.
    row : int
        Position of the row that is drawn.
    loss : str
        Label of the loss whose distribution is drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, report
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "mse", cv=3)
    >>> text = report.decision_script(comparison, "costs.Quadratic()", 0, "mse")
    >>> print(text.splitlines()[-1])
    figures.decision(priced, 'mse', row=0).show()
    """
    draw = "decision" if comparison.task.has_numbers else "class_decision"
    return "\n".join(
        [
            comparison.script().rstrip(),
            "",
            "from skloss import costs, figures",
            "from skloss.comparison import rank_decisions, reprice",
            "",
            f"priced = reprice(comparison, {cost})",
            "ranked = rank_decisions(priced)",
            "print(ranked)",
            "figures.decision_costs(priced, ranked).show()",
            f"figures.{draw}(priced, {loss!r}, row={row}).show()",
        ]
    )
