"""One query and a few keys: InfoNCE is the cross-entropy of choosing the right key."""

import numpy as np
import plotly.graph_objects as go
from scipy.special import log_softmax

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, NEUTRAL
from skloss.wording import number

__all__ = ["info_nce"]


def info_nce(similarities, temperature=1.0):
    r"""Draw the softmax over keys, of which the first is the match of the query.

    The loss is :math:`-\log \frac{\exp(s_0 / \tau)}{\sum_k \exp(s_k / \tau)}` (van den
    Oord et al. 2018), its gradient by :math:`s_k` is (softmax - one-hot) / tau.

    Parameters
    ----------
    similarities : array-like of shape (n_keys,)
        Similarity of the query and each key; the first key is the match.
    temperature : float, default 1

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If temperature is not positive, or there are fewer than two keys.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.info_nce([2.0, 1.0, 0.0])
    >>> figure.layout.meta["caption"][:24]
    'The loss is 0.408 nats: '
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, not {temperature!r}.")
    similarities = np.asarray(similarities, dtype=float)
    if len(similarities) < 2:
        raise ValueError("similarities must hold the match and at least one other key.")
    log_p = log_softmax(similarities / temperature)
    p = np.exp(log_p)
    gradient = (p - (np.arange(len(p)) == 0)) / temperature
    strongest = 1 + int(np.argmax(gradient[1:]))
    figure = new_figure(
        "Which key does the query match?",
        x="key",
        y="probability",
        caption=f"The loss is {number(-log_p[0])} nats: minus the logarithm of the "
        f"probability {number(p[0])} of the matching key. Its gradient by the "
        f"similarity of the match is {number(gradient[0])}, and the key that is pushed "
        f"away most, k{strongest}, has {number(gradient[strongest])}. How to read: a "
        "low temperature sharpens the softmax, so that nearly all of the push goes to "
        "the most similar wrong key.",
        alt="Probability of each key under the softmax of the similarities.",
    )
    figure.add_trace(
        go.Bar(
            x=[f"k{k}" for k in range(len(p))],
            y=p,
            customdata=gradient,
            name="probability",
            showlegend=False,
            marker={"color": [COLORS[0]] + [NEUTRAL] * (len(p) - 1)},
            hovertemplate=hover(
                "%{x}", "probability %{y:,.3~r}", "gradient %{customdata:,.3~r}"
            ),
        )
    )
    figure.update_yaxes(range=[0, 1.02])
    return figure
