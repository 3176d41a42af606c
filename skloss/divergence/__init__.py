"""Entropies and divergences of distributions, in nats.

A distribution is a NumPy array of probabilities along an axis, a frozen distribution
of `scipy.stats`, or what `TorchRegressor.predict_distribution` returns; the last gives
one value per row.
"""

from skloss.divergence.functions import (
    cross_entropy,
    entropy,
    js_divergence,
    kl_divergence,
)

__all__ = ["cross_entropy", "entropy", "js_divergence", "kl_divergence"]
