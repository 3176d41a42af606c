"""Noise of known distributions."""

import numpy as np


def laplace_noise(n_rows, seed=0):
    return np.random.default_rng(seed).laplace(loc=1.0, scale=3.0, size=n_rows)


def gaussian_noise(n_rows, seed=0):
    return np.random.default_rng(seed).normal(loc=-2.0, scale=3.0, size=n_rows)
