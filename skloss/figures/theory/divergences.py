"""Two distributions over a few outcomes, and how their cross-entropy is made up."""

import numpy as np
import plotly.graph_objects as go
from scipy.special import softmax

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, NEUTRAL
from skloss.wording import number

__all__ = ["divergences", "entropy_parts", "measures", "peaked"]


def peaked(peak, spread, n_outcomes=6):
    """Return a distribution over outcomes 1 to n with one peak, by a Gaussian shape.

    Parameters
    ----------
    peak : float
        Outcome with the highest probability.
    spread : float
        Standard deviation of the shape; 0 is one-hot.
    n_outcomes : int, default 6

    Returns
    -------
    ndarray of shape (n_outcomes,)

    Examples
    --------
    >>> from skloss.figures import theory
    >>> theory.peaked(2, 0.0, n_outcomes=3)
    array([0., 1., 0.])
    """
    distance = np.abs(np.arange(1, n_outcomes + 1) - peak)
    if spread == 0:
        nearest = distance == distance.min()
        return nearest / nearest.sum()
    # Relative to the nearest outcome, so that a narrow shape does not underflow.
    return softmax((distance.min() ** 2 - distance**2) / (2 * spread**2))


def divergences(p, q):
    """Draw two distributions over the same outcomes, with their divergences.

    Parameters
    ----------
    p, q : array-like of shape (n_outcomes,)
        Probabilities.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If p or q is not a distribution.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.divergences([0.5, 0.5], [0.9, 0.1])
    >>> figure.layout.meta["caption"][:46]
    'KL(P‖Q) is 0.511 and KL(Q‖P) is 0.368 nats: di'
    """
    measured = measures(p, q)
    forward, reverse = measured["KL(P‖Q)"], measured["KL(Q‖P)"]
    same = np.isclose(forward, reverse, rtol=5e-4, atol=1e-9)
    figure = new_figure(
        "How far apart are P and Q?",
        x="outcome",
        y="probability",
        caption=f"KL(P‖Q) is {number(forward)} and KL(Q‖P) is {number(reverse)} nats: "
        f"{'equal here' if same else 'different'}, since each weights the outcomes by "
        "its first distribution. The Jensen-Shannon divergence is "
        f"{number(measured['JSD'])}, the same in both directions and at most "
        f"{number(np.log(2))}. How to read: two bars per outcome; KL(P‖Q) is large "
        "where P is high and Q is low, and infinite where Q is 0 there.",
        alt="Probabilities of P and Q for each outcome.",
    )
    outcomes = np.arange(1, len(np.asarray(p)) + 1)
    for name, values, color in (("P", p, COLORS[0]), ("Q", q, COLORS[1])):
        figure.add_trace(
            go.Bar(
                x=outcomes,
                y=np.asarray(values, dtype=float),
                name=name,
                marker={"color": color},
                hovertemplate=hover("%{fullData.name} of outcome %{x}", "%{y:,.3~r}"),
            )
        )
    figure.update_yaxes(range=[0, 1.02])
    figure.update_xaxes(dtick=1, range=[0.5, len(outcomes) + 0.5])
    return figure


def entropy_parts(p, q):
    """Draw the cross-entropy of p and q as the sum of the entropy of p and KL(p‖q).

    Parameters
    ----------
    p, q : array-like of shape (n_outcomes,)
        Probabilities.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If p or q is not a distribution.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.entropy_parts([1.0, 0.0], [0.9, 0.1])
    >>> [round(float(bar.x[0]), 3) for bar in figure.data]
    [0.0, 0.105]
    """
    measured = measures(p, q)
    certain = measured["H(P)"] < 1e-9
    figure = new_figure(
        "What is a cross-entropy made of?",
        x="nats",
        y="cross-entropy",
        caption=f"H(P, Q) {number(measured['H(P, Q)'])} = H(P) "
        f"{number(measured['H(P)'])} + KL(P‖Q) {number(measured['KL(P‖Q)'])} nats. "
        + (
            "P is one-hot, so its entropy is 0, and cross-entropy and KL divergence "
            "are the same number: minus the logarithm of the probability that Q "
            "gives to the true outcome. "
            if certain
            else "The entropy of P does not depend on Q, so minimising the "
            "cross-entropy over Q minimises the KL divergence. "
        )
        + "How to read: the length of the whole bar is the cross-entropy.",
        alt="The cross-entropy as a bar of two parts, entropy of P and KL divergence.",
    )
    for name, color in (("H(P)", NEUTRAL), ("KL(P‖Q)", COLORS[1])):
        figure.add_trace(
            go.Bar(
                # An infinite bar cannot be drawn; the caption states the value.
                x=[min(measured[name], 1e6)],
                y=["H(P, Q)"],
                name=name,
                orientation="h",
                marker={"color": color},
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r} nats"),
            )
        )
    figure.update_layout(barmode="stack", height=220)
    return figure


def measures(p, q):
    """Return entropies and divergences of two distributions, in nats.

    Parameters
    ----------
    p, q : array-like of shape (n_outcomes,)
        Probabilities.

    Returns
    -------
    dict of str to float

    Examples
    --------
    >>> from skloss.figures.theory.divergences import measures
    >>> round(float(measures([1.0, 0.0], [0.5, 0.5])["KL(P‖Q)"]), 3)
    0.693
    """
    from skloss import divergence  # at the call: it reads SciPy's distributions

    return {
        "H(P)": divergence.entropy(p),
        "H(P, Q)": divergence.cross_entropy(p, q),
        "KL(P‖Q)": divergence.kl_divergence(p, q),
        "KL(Q‖P)": divergence.kl_divergence(q, p),
        "JSD": divergence.js_divergence(p, q),
    }
