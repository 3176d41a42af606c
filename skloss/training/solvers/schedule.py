"""Learning rate of each step: a warm-up, then constant or a cosine."""

import math

__all__ = ["learning_rate_at"]


def learning_rate_at(settings, taken, total):
    """Rate of a step: a linear warm-up, then constant or a half cosine.

    The cosine is that of Loshchilov & Hutter (2017), "SGDR", without restarts.
    """
    rate = settings.learning_rate
    warm = settings.warmup_fraction * total
    if taken < warm:
        return rate * min(1.0, (taken + 1) / warm)
    if settings.schedule == "cosine":
        progress = (taken - warm) / max(1.0, total - warm)
        return rate * 0.5 * (1 + math.cos(math.pi * progress))
    return rate
