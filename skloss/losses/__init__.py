"""Losses: one class each, found by name.

Every module of this package is imported, and every class that registers itself is
exported, so that a new loss needs no entry here; a new module is listed for editors.
The contract that a loss implements is in `skloss.losses.contract`.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

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
from skloss.losses.expression import Expression
from skloss.losses.resolve import get_loss

if TYPE_CHECKING:  # for editors; a test compares these modules with the files
    from skloss.losses.classification import *
    from skloss.losses.counts import *
    from skloss.losses.distributions import *
    from skloss.losses.embedding import *
    from skloss.losses.imbalance import *
    from skloss.losses.likelihood import *
    from skloss.losses.linex import *
    from skloss.losses.margins import *
    from skloss.losses.multilabel import *
    from skloss.losses.noisy_labels import *
    from skloss.losses.ordinal import *
    from skloss.losses.pairs import *
    from skloss.losses.quantiles import *
    from skloss.losses.regression import *
    from skloss.losses.robust import *
    from skloss.losses.similarities import *

__all__ = [
    "ClassificationLoss",
    "Custom",
    "Expression",
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
