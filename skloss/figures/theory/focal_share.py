"""Which rows the gradient of focal loss comes from."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, NEUTRAL
from skloss.wording import number

__all__ = ["focal_share", "focal_share_of_rows"]

#: Probability of the true label of easy and of hard rows.
_EASY, _HARD = 0.95, 0.3
_GROUPS = ("easy, common", "hard, common", "easy, rare", "hard, rare")


def focal_share(gamma=2.0, alpha=0.5, rare=0.1, hard=0.1):
    r"""Draw the share of four groups of rows in the sum of absolute gradients.

    By the raw score, a row whose true label has the probability p contributes
    :math:`\alpha_t (1 - p)^{\gamma + 1} - \gamma \alpha_t (1 - p)^\gamma\, p \log p`
    (Lin et al. 2017, appendix A); cross-entropy contributes 1 - p. Easy rows have
    p = 0.95 and hard rows p = 0.3.

    Parameters
    ----------
    gamma : float, default 2
    alpha : float, default 0.5
        Weight of the rare class; 1 - alpha is that of the common one.
    rare, hard : float, default 0.1
        Shares of the rare class, and of hard rows within each class.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If gamma is negative, or another argument is not in [0, 1].

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.focal_share(gamma=0.0)
    >>> bool((figure.data[0].y == figure.data[1].y).all())
    True
    """
    if gamma < 0:
        raise ValueError(f"gamma must not be negative, not {gamma!r}.")
    for name, value in (("alpha", alpha), ("rare", rare), ("hard", hard)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be between 0 and 1, not {value!r}.")
    rows = np.outer([1 - rare, rare], [1 - hard, hard]).ravel()
    p = np.array([_EASY, _HARD, _EASY, _HARD])
    weight = np.array([1 - alpha, 1 - alpha, alpha, alpha])
    cross_entropy = _shares(rows * (1 - p))
    focal = _shares(rows * weight * _slope(p, gamma))
    return _draw(rows, cross_entropy, focal)


def focal_share_of_rows(p_true, is_rare, gamma=2.0, alpha=0.5):
    """Draw the share of four groups of given rows in the sum of absolute gradients.

    Rows are easy if their true class is more probable than not.

    Parameters
    ----------
    p_true : array-like of shape (n_rows,)
        Probability of the true class.
    is_rare : array-like of bool of shape (n_rows,)
        Whether a row is of the rare class.
    gamma, alpha
        As for `focal_share`.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.focal_share_of_rows([0.9, 0.2], [False, True])
    >>> figure.data[2].y.tolist()
    [0.5, 0.0, 0.0, 0.5]
    """
    p = np.clip(np.asarray(p_true, dtype=float), 1e-12, 1 - 1e-12)
    rare = np.asarray(is_rare, dtype=bool)
    group = 2 * rare + (p <= 0.5)
    weight = np.where(rare, alpha, 1 - alpha)
    rows, plain, focal = (
        np.bincount(group, values, minlength=4)
        for values in (np.ones(len(p)), 1 - p, weight * _slope(p, gamma))
    )
    return _draw(_shares(rows), _shares(plain), _shares(focal))


def _draw(rows, cross_entropy, focal):
    """Draw the shares of four groups in the rows and in the gradients of two losses."""
    easy, rarely = focal[[0, 2]].sum(), focal[2:].sum()
    figure = new_figure(
        "Which rows get the gradient?",
        x="group of rows",
        y="share of the gradient",
        caption=f"Easy rows hold {number(100 * cross_entropy[[0, 2]].sum())}% of the "
        f"gradient of cross-entropy and {number(100 * easy)}% of that of focal loss; "
        f"the rare class holds {number(100 * cross_entropy[2:].sum())}% and "
        f"{number(100 * rarely)}%. How to read: gamma moves weight from easy to hard "
        "rows of every class; only alpha moves it between classes.",
        alt="Share of the gradient of four groups of rows under cross-entropy and "
        "under focal loss, next to their share of the rows.",
    )
    bars = (
        ("cross-entropy", cross_entropy, COLORS[0]),
        ("focal loss", focal, COLORS[1]),
        ("rows", rows, NEUTRAL),
    )
    for name, shares, color in bars:
        figure.add_trace(
            go.Bar(
                x=_GROUPS,
                y=shares,
                name=name,
                marker={"color": color},
                hovertemplate=hover("%{fullData.name}, %{x}", "share %{y:,.3~r}"),
            )
        )
    figure.update_yaxes(range=[0, 1.02])
    return figure


def _slope(p, gamma):
    """Return minus the derivative of the focal loss by the score of the true label."""
    return (1 - p) ** (gamma + 1) - gamma * (1 - p) ** gamma * p * np.log(p)


def _shares(gradient):
    total = gradient.sum()
    return gradient / total if total > 0 else gradient
