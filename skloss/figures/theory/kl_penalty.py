"""A KL divergence as a penalty: estimates that are pulled towards a reference."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, NEUTRAL
from skloss.wording import number

__all__ = ["kl_penalty"]


def kl_penalty(counts, reference=None, strength=0.5):
    r"""Draw a distribution fitted to counts with a KL divergence as a penalty.

    The minimum over q of :math:`H(\hat p, q) + \beta\, D_{KL}(r \| q)`, where
    :math:`\hat p` are the observed shares and r is the reference, is
    :math:`q = (\hat p + \beta r) / (1 + \beta)`: up to terms without q, the objective
    is :math:`(1 + \beta)` times the cross-entropy of that mixture and q. With a uniform
    reference it is label smoothing (Szegedy et al. 2016).

    Parameters
    ----------
    counts : array-like of shape (n_outcomes,)
        Observations of each outcome.
    reference : array-like of shape (n_outcomes,), optional
        Uniform by default.
    strength : float, default 0.5
        Weight beta of the penalty.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If strength is negative, or there are no observations.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.kl_penalty([3, 0], strength=1.0)
    >>> figure.data[2].y.tolist()
    [0.75, 0.25]
    """
    if strength < 0:
        raise ValueError(f"strength must not be negative, not {strength!r}.")
    counts = np.asarray(counts, dtype=float)
    if not counts.sum() > 0:
        raise ValueError("counts must hold at least one observation.")
    shares = counts / counts.sum()
    uniform = np.full(len(counts), 1 / len(counts))
    reference = uniform if reference is None else np.asarray(reference, dtype=float)
    fitted = (shares + strength * reference) / (1 + strength)
    weight = strength / (1 + strength)
    figure = new_figure(
        "What does a KL penalty do?",
        x="outcome",
        y="probability",
        caption=f"With a penalty of {number(strength)} the estimate moves "
        f"{100 * weight:.0f}% of the way from the observed shares to the reference. "
        f"{_change(shares, reference, fitted)} How to read: an "
        "outcome that was not observed has a probability of 0 without the penalty, and "
        "an infinite loss when it occurs.",
        alt="Observed shares, the reference and the estimate for each outcome.",
    )
    bars = (
        ("observed", shares, NEUTRAL),
        ("reference", reference, COLORS[0]),
        ("estimate", fitted, COLORS[1]),
    )
    for name, values, color in bars:
        figure.add_trace(
            go.Bar(
                x=np.arange(1, len(counts) + 1),
                y=values,
                name=name,
                marker={"color": color},
                hovertemplate=hover("%{fullData.name} of outcome %{x}", "%{y:,.3~r}"),
            )
        )
    figure.update_xaxes(dtick=1)
    figure.update_yaxes(range=[0, 1.02])
    return figure


def _change(shares, reference, fitted):
    """Return what the penalty changes in the divergence and in the cross-entropy."""
    from skloss import divergence  # at the call: it reads SciPy's distributions

    if np.allclose(shares, fitted, rtol=0, atol=1e-12):  # equal up to rounding
        return "The estimate equals the observed shares."
    before = divergence.kl_divergence(reference, shares)
    after = divergence.kl_divergence(reference, fitted)
    return (
        f"Its divergence from the reference falls from {number(before)} to "
        f"{number(after)} nats, and its cross-entropy with the rows rises from "
        f"{number(divergence.entropy(shares))} to "
        f"{number(divergence.cross_entropy(shares, fitted))}."
    )
