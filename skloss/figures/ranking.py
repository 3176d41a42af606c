"""Figures of scores: how well they rank a class, and what a threshold trades."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.metrics import METRICS, pr_auc, roc_auc, threshold_table
from skloss.wording import display_name, join, number, title_of

from .style import COLORS, DASHES, NEUTRAL, draw, hover, say_instead, styles_for
from .text import plot_text


def precision_recall_curves(predictions, positive, styles=None):
    """Draw precision against recall of one class, a line per loss.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, y_true, proba_<class>; for several
        labels y_true_<label>.
    positive : label
        The class in question, against all others.
    styles : dict, optional
        From `loss_styles`, for all losses of the comparison.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"loss": "focal", "y_true": ["no", "yes"],
    ...                       "proba_yes": [0.2, 0.7]})
    >>> precision_recall_curves(frame, "yes").data[-1].name
    'focal'
    """
    styles = styles_for(predictions, styles)
    ranked, without = _ranked(predictions, positive)
    truth = _truth(predictions, positive)
    share = float(truth.mean())
    areas = {loss: pr_auc(truth, score) for loss, (truth, score) in ranked.items()}
    figure = draw(
        "How many false alarms for each catch?",
        x="recall: share of the class that is found",
        y="precision: share of alarms that are right",
        subtitle=f"class {plot_text(positive)}, {100 * share:.3g}% of the rows",
        caption=f"{_area_order('average precision', areas, share)}{_left_out(without)} "
        "How to read: further up and right is better; each point is a threshold, "
        "moving right finds more of the class at the price of more false alarms. The "
        "grey line is guessing. Held-out rows of all folds pooled.",
        alt=f"Precision-recall curves of {join(map(title_of, ranked))} for the class "
        f"{display_name(positive)}.",
    )
    if all(np.isnan(area) for area in areas.values()):
        return say_instead(figure, _no_contrast(positive, without))
    _add_guessing(figure, [0, 1], [share, share])
    for loss, (truth, score) in ranked.items():
        table = threshold_table(truth, score, True)
        _add_ranking(figure, table, "recall", "precision", loss, styles[loss])
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(range=[-0.02, 1.04])
    return figure


def roc_curves(predictions, positive, styles=None):
    """Draw the share found against the share of false alarms, a line per loss.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, y_true, proba_<class>; for several
        labels y_true_<label>.
    positive : label
        The class in question, against all others.
    styles : dict, optional
        From `loss_styles`, for all losses of the comparison.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"loss": "focal", "y_true": ["no", "yes"],
    ...                       "proba_yes": [0.2, 0.7]})
    >>> roc_curves(frame, "yes").data[-1].y.tolist()
    [1.0, 1.0, 0.0]
    """
    styles = styles_for(predictions, styles)
    ranked, without = _ranked(predictions, positive)
    areas = {loss: roc_auc(truth, score) for loss, (truth, score) in ranked.items()}
    figure = draw(
        "Does the class rank above the rest?",
        x="share of the other rows falsely flagged",
        y="share of the class that is found",
        subtitle=f"class {plot_text(positive)}",
        caption=f"{_area_order('area under the curve', areas, 0.5)}"
        f"{_left_out(without)} How to read: further up and left is better; the grey "
        "diagonal is guessing. With a rare class this picture flatters: look at "
        "precision and recall too. Held-out rows of all folds pooled.",
        alt=f"ROC curves of {join(map(title_of, ranked))} for the class "
        f"{display_name(positive)}.",
    )
    if all(np.isnan(area) for area in areas.values()):
        return say_instead(figure, _no_contrast(positive, without))
    _add_guessing(figure, [0, 1], [0, 1])
    for loss, (truth, score) in ranked.items():
        table = threshold_table(truth, score, True)
        table["false_alarms"] = 1 - table["specificity"]
        # Above the highest score nothing is flagged: the curve starts at the corner.
        corner = {"threshold": [np.inf], "false_alarms": [0.0], "recall": [0.0]}
        table = pd.concat([table, pd.DataFrame(corner)], ignore_index=True)
        _add_ranking(figure, table, "false_alarms", "recall", loss, styles[loss])
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(range=[-0.02, 1.04])
    return figure


def threshold_curve(table, threshold, loss=""):
    """Draw what each threshold would give, with the chosen one marked.

    Parameters
    ----------
    table : DataFrame
        From `skloss.metrics.threshold_table`.
    threshold : float
        The chosen threshold.
    loss : str
        Whose scores, for the subtitle.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from skloss.metrics import threshold_table
    >>> table = threshold_table([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], positive=1)
    >>> threshold_curve(table, 0.5).layout.shapes[0].x0
    0.5
    """
    shown = ["precision", "recall", "f1", "g_mean"]
    best = table["f1"].idxmax() if table["f1"].notna().any() else None
    highest = (
        f" F1 is highest, {number(table.loc[best, 'f1'], trim=True)}, at "
        f"{number(table.loc[best, 'threshold'], trim=True)}."
        if best is not None
        else " The class has no rows here, so no threshold can be judged."
    )
    figure = draw(
        "What does the threshold trade?",
        x="threshold on the probability of the class",
        y="score",
        subtitle=plot_text(title_of(loss), 60) if loss else "",
        caption=f"At {number(threshold, trim=True)}: "
        f"{_scores_at(table, threshold, shown)}."
        f"{highest} How to read: moving the line right raises fewer alarms, so "
        "precision tends to grow and recall to fall. A threshold picked on these rows "
        "looks a little better than it will be on new ones.",
        alt="Precision, recall, F1 and G-mean against the threshold.",
    )
    for place, name in enumerate(shown):
        figure.add_trace(
            go.Scatter(
                x=table["threshold"],
                y=table[name],
                mode="lines",
                name=_score_name(name),
                line={
                    "color": COLORS[place],
                    "dash": DASHES[place],
                    "width": 2,
                    "shape": "vh",
                },
                hovertemplate=hover(
                    "%{fullData.name} %{y:,.3~r}", "threshold %{x:,.3~r}"
                ),
            )
        )
    figure.add_vline(x=threshold, line={"color": NEUTRAL, "width": 2})
    if table["threshold"].between(0, 1).all():
        figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(range=[-0.02, 1.04])
    return figure


def _score_name(name):
    return METRICS[name].label if name in METRICS else name.capitalize()


def _scores_at(table, threshold, names):
    """Say what a threshold gives, from the next one of the table, to two digits."""
    place = table["threshold"].searchsorted(threshold)
    if place == len(table):
        return "no row is called positive"
    at = table.iloc[place]
    return join(
        f"{METRICS[name].label if name in METRICS else name} {at[name]:.2f}"
        for name in names
        if np.isfinite(at[name])
    )


def _truth(rows, positive):
    """Tell which rows are of the class, by its column where there are several."""
    column = f"y_true_{positive}"
    if column in rows:
        return rows[column].to_numpy() == 1
    truth = (rows["y_true"] == positive).to_numpy(dtype=bool)
    # A label that went through a widget or an address has become text.
    return (
        truth
        if truth.any()
        else (rows["y_true"].astype(str) == str(positive)).to_numpy()
    )


def _ranked(predictions, positive):
    """Return truth and score per loss, and the losses that have no probabilities."""
    column = f"proba_{positive}"
    if column not in predictions:
        known = [name[6:] for name in predictions if str(name).startswith("proba_")]
        raise ValueError(
            f"There are no probabilities of the class {positive!r}; there are those "
            f"of: {join(known) or 'none'}."
        )
    ranked, without = {}, []
    for loss, rows in predictions.groupby("loss", sort=False):
        score = rows[column].to_numpy(dtype=float)
        known = np.isfinite(score)
        if known.any():
            ranked[loss] = _truth(rows, positive)[known], score[known]
        else:
            without.append(loss)
    return ranked, without


def _area_order(name, areas, guessing):
    known = {loss: area for loss, area in areas.items() if np.isfinite(area)}
    if not known:
        return ""
    order = sorted(known, key=known.get, reverse=True)
    values = [f"{title_of(loss)} {number(known[loss], trim=True)}" for loss in order]
    guessed = number(guessing, trim=True)
    return f"From best, by {name}: {join(values)} (guessing {guessed})."


def _left_out(without):
    if not without:
        return ""
    verb = "gives" if len(without) == 1 else "give"
    return f" {join(map(title_of, without))} {verb} no probabilities."


def _no_contrast(positive, without):
    if without:
        return (
            f"{join(map(title_of, without))} gave no probabilities, so there is "
            "nothing to rank."
        )
    return (
        f"All rows are of the class {display_name(positive)}, or none is, so there is "
        "nothing to rank."
    )


def _add_guessing(figure, x, y):
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": NEUTRAL, "width": 1},
            showlegend=False,
            hoverinfo="skip",
        )
    )


def _add_ranking(figure, table, x, y, loss, style):
    figure.add_trace(
        go.Scatter(
            x=table[x],
            y=table[y],
            customdata=table["threshold"],
            mode="lines",
            name=plot_text(title_of(loss)),
            line=style.line(),
            hovertemplate=hover(
                "%{fullData.name}",
                "threshold %{customdata:,.3~r}",
                f"{'precision' if y == 'precision' else 'found'} %{{y:,.3~r}}",
                f"{'found' if x == 'recall' else 'false alarms'} %{{x:,.3~r}}",
            ),
        )
    )
