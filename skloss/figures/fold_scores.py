"""One metric fold by fold, for each loss."""

import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import styles_of
from skloss.figures.text import about_metric, not_ranked, plot_text, with_unit
from skloss.wording import capitalized, join, number, title_of

__all__ = ["fold_scores"]


def fold_scores(comparison, metric):
    """Draw one metric fold by fold, a line per loss.

    Parameters
    ----------
    comparison : Comparison
    metric : str
        A name in the column "metric" of `Comparison.folds`.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the comparison has no such metric.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=2)
    >>> figures.fold_scores(comparison, "mae").layout.yaxis.title.text
    'MAE'
    """
    rows = comparison.folds[comparison.folds["metric"] == metric]
    if rows.empty:
        known = join(comparison.folds["metric"].unique())
        raise ValueError(f"There are no scores named {metric!r}; there are: {known}.")
    label, unit, greater_is_better = about_metric(metric, comparison.unit)
    scores = rows.pivot(index="fold", columns="loss", values="value")
    scores = scores[rows["loss"].unique()]
    figure = new_figure(
        "Does the same loss win every fold?",
        x="fold",
        y=with_unit(label, unit),
        caption=_caption(
            scores.drop(columns=list(comparison.stopped), errors="ignore"),
            *(label, unit, greater_is_better),
        )
        + not_ranked(comparison),
        alt=f"{label} of {join(map(title_of, scores))} in each of {len(scores)} folds.",
    )
    styles = styles_of(comparison)
    for loss in scores:
        figure.add_trace(
            go.Scatter(
                x=[str(fold + 1) for fold in scores.index],
                y=scores[loss],
                mode="lines+markers",
                name=styles[loss].name,
                line=styles[loss].line(width=1.5),
                marker=styles[loss].marker(size=9),
                hovertemplate=hover(
                    "%{fullData.name}",
                    "fold %{x}: %{y:,.3~r}" + (" %{meta}" * bool(unit)),
                ),
                meta=plot_text(unit, 20) if unit else None,
            )
        )
    figure.update_xaxes(type="category")
    return figure


def _caption(scores, label, unit, greater_is_better):
    """Return which loss is best in most folds; the means if that is not defined."""
    better = "higher is better" if greater_is_better else "lower is better"
    read = (
        f"How to read: {label}, {better}. Lines that never cross mean the same order "
        "in every fold; a difference much smaller than the variation from fold to "
        "fold, with crossing lines, is a tie."
    )
    complete = scores.dropna()
    if complete.empty or scores.shape[1] < 2:
        values = [
            f"{title_of(loss)} {number(mean, unit=unit, trim=True)}"
            for loss, mean in scores.mean(axis=0).dropna().items()
        ]
        return f"Mean over folds: {join(values)}. {read}" if values else read
    best = complete.idxmax(axis=1) if greater_is_better else complete.idxmin(axis=1)
    wins = best.value_counts()
    return (
        f"{capitalized(title_of(wins.index[0]))} has the best {label} in "
        f"{wins.iloc[0]} of {len(complete)} folds. {read}"
    )
