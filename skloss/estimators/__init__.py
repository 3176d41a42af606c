"""Estimators: the scikit-learn interface to losses and networks."""

from skloss.estimators.aligner import TorchAligner
from skloss.estimators.classifier import TorchClassifier
from skloss.estimators.embedder import TorchEmbedder
from skloss.estimators.regressor import TorchRegressor
from skloss.estimators.versions import VersionWarning

__all__ = [
    "TorchAligner",
    "TorchClassifier",
    "TorchEmbedder",
    "TorchRegressor",
    "VersionWarning",
]
