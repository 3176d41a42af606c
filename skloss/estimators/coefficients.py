"""Coefficients of linear models in units of the columns and of the target."""

import numpy as np
import torch

__all__ = ["coefficients"]

# Largest relative difference between the slopes of a score on both sides of the average
# row: beyond the rounding of float32, the score is not linear in the columns.
_LARGEST_DIFFERENCE = 1e-4


@torch.no_grad()
def coefficients(model, name):
    """Return coefficients and intercepts of a linear model.

    A model of standardised columns z_j = (x_j - m_j) / s_j with raw scores b + sum_j
    z_j W_j has coefficients W_j / s_j and intercept b - sum_j m_j W_j / s_j; those of
    numbers are multiplied by the scale of the target and moved by its center.

    Parameters
    ----------
    model : FittedModel
    name : str
        Attribute that was read, for messages.

    Returns
    -------
    (ndarray of shape (n_scores, n_features), ndarray of shape (n_scores,))

    Raises
    ------
    AttributeError
        If the model is not linear.
    """
    if not model.is_linear:
        raise AttributeError(
            f"{name} exists only for linear models; fit with hidden_layer_sizes=()."
        )
    if len(model.fits) > 1:
        raise AttributeError(
            f"{name} exists only for a single model; fit with n_members=1."
        )
    weight, bias = (part.double() for part in model.fits[0].layers[0])
    # Scores of the average row, and of rows that are one standard deviation above and
    # below it in one column.
    n = len(weight)
    scores = torch.cat([bias[None], bias + weight, bias - weight])
    scores, units = model.linear_scores(scores)
    slopes = scores[1 : n + 1] - scores[0]
    difference = (slopes + scores[n + 1 :] - scores[0]).abs()
    size = slopes.abs() + scores[0].abs() + 1
    if not (difference <= _LARGEST_DIFFERENCE * size).all():
        raise AttributeError(
            f"{name} does not exist for the loss {model.loss.name!r}, whose prediction "
            "is not linear in its scores."
        )
    encoding = model.encoding
    slopes = slopes / encoding.scale.double()[:, None]
    intercept = (scores[0] - encoding.mean.double() @ slopes).cpu().numpy()
    scale, center = (np.reshape(part, -1) for part in units)
    return slopes.T.cpu().numpy() * scale[:, None], intercept * scale + center
