"""What softmax and sigmoids make of the same scores, and what cross-entropy costs."""

import numpy as np
import plotly.graph_objects as go
from scipy.special import expit, log_expit, log_softmax, softmax

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS
from skloss.wording import number

__all__ = ["link_functions"]


def link_functions(scores, true=0):
    r"""Draw softmax and sigmoids of scores, with the cross-entropy of each.

    The probability of a one-hot label under a categorical model is
    :math:`\prod_j \hat y_j^{y_j}`, so its negative logarithm is the cross-entropy
    :math:`-\sum_j y_j \log \hat y_j` (CCE). With a sigmoid per label, each label is a
    Bernoulli variable of its own, and their negative log-likelihoods add up (BCE).

    Parameters
    ----------
    scores : array-like of shape (n_classes,)
        Raw scores z.
    true : int, default 0
        Place of the true class, which is the only label that is present.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If true is not the place of a score.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.link_functions([0.0, 0.0])
    >>> [trace.y.tolist() for trace in figure.data]
    [[0.5, 0.5], [0.5, 0.5]]
    """
    z = np.asarray(scores, dtype=float)
    if not 0 <= true < len(z):
        raise ValueError(f"true must be from 0 to {len(z) - 1}, not {true!r}.")
    present = np.arange(len(z)) == true
    cce = -log_softmax(z)[true]
    bce = -log_expit(np.where(present, z, -z)).sum()
    figure = new_figure(
        "Do the probabilities sum to one?",
        x="class",
        y="probability",
        caption=f"The softmax gives the true class, {true + 1}, the probability "
        f"{number(softmax(z)[true])}; the negative logarithm is its cross-entropy "
        f"(CCE), {number(cce)} nats. Probabilities of a softmax sum to 1, those of "
        f"sigmoids here to {number(expit(z).sum())}; their cross-entropy (BCE), summed "
        f"over the labels, is {number(bce)} nats. How to read: a constant added to all "
        "scores changes the sigmoids and not the softmax, in which classes compete.",
        alt="Probabilities of each class by softmax and by sigmoids.",
    )
    classes = [str(k + 1) + (" (true)" if k == true else "") for k in range(len(z))]
    for place, (name, values) in enumerate(
        {"softmax": softmax(z), "sigmoids": expit(z)}.items()
    ):
        figure.add_trace(
            go.Bar(
                x=classes,
                y=values,
                name=name,
                marker={"color": COLORS[place]},
                hovertemplate=hover("%{fullData.name}, class %{x}", "%{y:,.3~r}"),
            )
        )
    figure.update_xaxes(type="category")
    figure.update_yaxes(range=[0, 1.02])
    return figure
