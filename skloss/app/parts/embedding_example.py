"""Points that a reader drags: what temperature and margin do to a loss."""

from skloss.app.parts.components import component

_HTML = """
<div class="example">
  <section class="temperature">
    <h4>Temperature: one query and three keys</h4>
    <div class="panel"></div>
  </section>
  <section class="margin">
    <h4>Margin: an anchor, its match and another row</h4>
    <div class="panel"></div>
  </section>
</div>
"""
# Where the points begin: the match is not the most similar key, and the other row is
# inside the margin, so that both losses have something to change.
_KEYS = {"q": (0.9, 0.3), "k0": (0.6, 0.7), "k1": (0.9, -0.2), "k2": (-0.7, 0.4)}
_ROWS = {"a": (-0.5, -0.2), "p": (0.1, 0.2), "n": (0.4, -0.5)}
_TEMPERATURE, _MARGIN = 0.5, 0.5


def script() -> str:
    """Return the Python that gives both losses, before any point is moved."""
    query, *keys = _KEYS.values()
    anchor, match, other = ([list(point)] for point in _ROWS.values())
    return "\n".join(
        [
            "import numpy as np",
            "import torch",
            "from scipy.special import log_softmax",
            "from skloss import get_loss",
            "",
            f"query = np.array({list(query)})",
            f"keys = np.array({[list(key) for key in keys]})  # the match first",
            f"print(-log_softmax(keys @ query / {_TEMPERATURE})[0])",
            "",
            f"triplet = get_loss('triplet', margin={_MARGIN})",
            f"rows = [{anchor}, {match}, {other}]  # anchor, match, other",
            "print(triplet.from_triplets(*map(torch.tensor, rows)))",
        ]
    )


def show() -> None:
    """Draw both examples; they follow the reader without the server."""
    component("embedding_example", _HTML)(
        data={
            "keys": _KEYS,
            "rows": _ROWS,
            "temperature": _TEMPERATURE,
            "margin": _MARGIN,
        },
        key="embedding-example",
    )
