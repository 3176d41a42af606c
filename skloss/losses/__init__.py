"""Losses: one class each, found by name.

Every module of this package is imported, and every class that registers itself is
exported, so that a new loss needs no entry here. The contract that a loss implements
is in `skloss.losses.contract`.
"""

from importlib import import_module
from pkgutil import iter_modules

from skloss.losses.contract.classification_loss import (
    ClassificationLoss,
    ProbabilityLoss,
)
from skloss.losses.contract.functional import Functional
from skloss.losses.contract.loss import Loss
from skloss.losses.contract.ranges import Interval, Range
from skloss.losses.contract.registry import REGISTRY, list_losses
from skloss.losses.contract.regression_loss import RegressionLoss
from skloss.losses.custom import Custom
from skloss.losses.resolve import get_loss

__all__ = [
    "ClassificationLoss",
    "Custom",
    "Functional",
    "Interval",
    "Loss",
    "ProbabilityLoss",
    "Range",
    "RegressionLoss",
    "get_loss",
    "list_losses",
]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

_CLASSES = {cls.__name__: cls for cls in REGISTRY.values()}
globals().update(_CLASSES)
__all__ += sorted(_CLASSES)
