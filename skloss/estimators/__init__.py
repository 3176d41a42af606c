"""Estimators: scikit-learn's face of the losses and networks."""

from skloss.estimators.classifier import TorchClassifier
from skloss.estimators.regressor import TorchRegressor

__all__ = ["TorchClassifier", "TorchRegressor"]
