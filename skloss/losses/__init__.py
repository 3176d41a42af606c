"""Losses: one class each, found by name. The contract is in `skloss.losses.base`."""

from skloss.losses.base import Loss, Range, RegressionLoss, get_loss, list_losses
from skloss.losses.classification import BinaryCrossEntropy, CrossEntropy, Focal
from skloss.losses.heads import ClassificationLoss, ProbabilityLoss
from skloss.losses.likelihood import GaussianNLL, LaplaceNLL
from skloss.losses.regression import AbsoluteError, Huber, Quantile, SquaredError

__all__ = [
    "AbsoluteError",
    "BinaryCrossEntropy",
    "ClassificationLoss",
    "CrossEntropy",
    "Focal",
    "GaussianNLL",
    "Huber",
    "LaplaceNLL",
    "Loss",
    "ProbabilityLoss",
    "Quantile",
    "Range",
    "RegressionLoss",
    "SquaredError",
    "get_loss",
    "list_losses",
]
