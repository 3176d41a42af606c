"""The spread of residuals along the predictions of one loss."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures import row_weights
from skloss.figures.canvas import hover, new_figure, sample_rows, show_message
from skloss.figures.residual_sample import residual_sample
from skloss.figures.style import NEUTRAL, styles_of
from skloss.figures.text import plot_text, with_unit
from skloss.metrics.quantiles import weighted_quantile
from skloss.wording import title_of

__all__ = ["residual_spread"]

# Parts of about equal numbers of rows: enough to see a trend, and few enough that the
# quantiles of each are known.
_PARTS = 10
_ROWS_PER_PART = 20
# Ratios between the ends that a reader would call different.
_DIFFERENT = 1.5


def residual_spread(comparison, loss, output=None):
    """Draw the sizes of the residuals against the predictions.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    loss : str
        A label of the comparison.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        Rows as points; median and 90% quantile of the absolute residuals in up to ten
        parts of equal numbers of rows.

    Raises
    ------
    ValueError
        If the comparison has no such loss, or several targets and `output` is not one
        of them.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["squared_error"], cv=2)
    >>> figure = figures.residual_spread(comparison, "squared_error")
    >>> [trace.name for trace in figure.data]
    ['rows', '90% of the rows are below', 'median']
    """
    sizes = np.abs(residual_sample(comparison, loss, output).residuals)
    suffix = "" if output is None else f"_{output}"
    of_loss = (comparison.predictions["loss"] == loss).to_numpy()
    predicted = comparison.predictions[f"y_pred{suffix}"].to_numpy()[of_loss]
    known = np.isfinite(sizes) & np.isfinite(predicted)
    sizes, predicted = sizes[known], predicted[known]
    weight = row_weights.of_rows(comparison, loss)
    parts = _parts(predicted, sizes, None if weight is None else weight[known])
    finding = _finding(parts)
    figure = new_figure(
        "Does the spread depend on predictions?",
        x=with_unit("prediction", comparison.unit),
        y=with_unit("|truth − prediction|", comparison.unit),
        subtitle=f"{plot_text(title_of(loss), 60)}, {len(sizes):,} held-out rows",
        caption=f"{finding} How to read: level lines mean that one noise model with a "
        "constant spread is enough; with rising lines, use a likelihood that predicts "
        "its spread, such as Gaussian NLL, or a logarithmic target. Each mark "
        "stands for about the same number of rows.",
        alt=f"Sizes of the residuals of {title_of(loss)} against its predictions. "
        f"{finding}",
    )
    if len(parts) < 2:
        return show_message(figure, finding)
    shown = sample_rows(len(sizes))
    figure.add_trace(
        go.Scatter(
            x=predicted[shown],
            y=sizes[shown],
            mode="markers",
            name="rows",
            marker={"color": NEUTRAL, "size": 4, "opacity": 0.35},
            hovertemplate=hover("predicted %{x:,.3~r}", "off by %{y:,.3~r}"),
        )
    )
    _add_quantiles(figure, parts, styles_of(comparison)[loss])
    # A few rows far off would flatten the lines; the caption of the histogram and the
    # table of the worst rows show them.
    figure.update_yaxes(range=[0, 1.6 * parts["high"].max() or 1])
    return figure


def _add_quantiles(figure, parts, style):
    for name, column, dash in (
        ("90% of the rows are below", "high", "dash"),
        ("median", "middle", "solid"),
    ):
        figure.add_trace(
            go.Scatter(
                x=parts["predicted"],
                y=parts[column],
                customdata=parts["rows"],
                mode="lines+markers",
                name=name,
                line={**style.line(width=2.5), "dash": dash},
                marker={"color": style.color, "size": 7},
                hovertemplate=hover(
                    "%{fullData.name}: %{y:,.3~r}", "%{customdata:,} rows"
                ),
            )
        )


def _parts(predicted, sizes, weight=None):
    """Return median and 90% quantile of the sizes in parts of similar predictions."""
    n_parts = min(_PARTS, len(sizes) // _ROWS_PER_PART)
    if n_parts < 2 or predicted.min() == predicted.max():
        return pd.DataFrame()
    part = pd.qcut(predicted, n_parts, labels=False, duplicates="drop")
    groups = pd.DataFrame({"predicted": predicted, "size": sizes}).groupby(part)
    found = pd.DataFrame(
        {
            "predicted": groups["predicted"].median(),
            "middle": groups["size"].median(),
            "high": groups["size"].quantile(0.9),
            "rows": groups["size"].count(),
        }
    )
    if weight is None:
        return found
    for name, level in {"middle": 0.5, "high": 0.9}.items():
        found[name] = [
            weighted_quantile(sizes[part == one], level, weight[part == one])
            for one in found.index
        ]
    return found


def _finding(parts):
    if len(parts) < 2:
        return "There are too few rows, or too few different predictions, for a trend."
    first, last = parts["middle"].iloc[[0, -1]]
    if min(first, last) <= 0:
        return "Half of the rows at one end of the predictions have no error at all."
    ratio = last / first
    if 1 / _DIFFERENT < ratio < _DIFFERENT:
        return (
            "The spread is about the same at low and at high predictions (the median "
            f"error is {ratio:.2g} times as large at the highest as at the lowest)."
        )
    ends = ("highest", "lowest") if ratio > 1 else ("lowest", "highest")
    return (
        f"The spread changes: the median error is {max(ratio, 1 / ratio):.2g} times as "
        f"large at the {ends[0]} predictions as at the {ends[1]}."
    )
