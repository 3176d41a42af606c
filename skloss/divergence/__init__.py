"""How far one distribution is from another, in nats.

Distributions are NumPy arrays of probabilities along an axis, frozen distributions of
`scipy.stats`, or what `TorchRegressor.predict_distribution` returns: then there is one
value per row.
"""

from skloss.divergence.functions import (
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
)

__all__ = ["cross_entropy", "entropy", "js_divergence", "kl_divergence"]
