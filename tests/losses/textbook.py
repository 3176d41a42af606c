"""A loss as textbooks write it, and a small model that learns it."""

import torch

SMALL = {"hidden_layer_sizes": (16,), "max_iter": 40, "n_members": 1, "random_state": 0}


def gaussian_nll_loss(y_pred, y_true):
    mean, logvar = y_pred
    var = torch.exp(logvar)
    return torch.mean(0.5 * (logvar + (y_true - mean) ** 2 / var))
