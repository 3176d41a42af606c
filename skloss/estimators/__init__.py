"""Estimators: the scikit-learn interface to losses and networks."""

from skloss.estimators.classifier import TorchClassifier
from skloss.estimators.regressor import TorchRegressor
from skloss.estimators.versions import VersionWarning

__all__ = ["TorchClassifier", "TorchRegressor", "VersionWarning"]
