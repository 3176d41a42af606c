"""Losses: one class each, found by name. See `skloss.losses.contract`."""

from skloss.losses.classification import (
    BinaryCrossEntropy,
    Brier,
    CrossEntropy,
    Focal,
    Poly1,
)
from skloss.losses.contract.classification_loss import (
    ClassificationLoss,
    ProbabilityLoss,
)
from skloss.losses.contract.loss import Loss, RegressionLoss
from skloss.losses.contract.ranges import Interval, Range
from skloss.losses.contract.registry import list_losses
from skloss.losses.custom import Custom
from skloss.losses.embedding import Contrastive, Triplet
from skloss.losses.imbalance import LDAM, BalancedSoftmax, ClassBalanced, LogitAdjusted
from skloss.losses.likelihood import (
    BetaNLL,
    GaussianCRPS,
    GaussianNLL,
    LaplaceCRPS,
    LaplaceNLL,
    StudentTNLL,
)
from skloss.losses.margins import Hinge, SquaredHinge
from skloss.losses.multilabel import Asymmetric
from skloss.losses.noisy_labels import (
    ConfidencePenalty,
    GeneralizedCrossEntropy,
    LabelSmoothing,
)
from skloss.losses.ordinal import Corn
from skloss.losses.pairs import InfoNCE, SymmetricCrossEntropy
from skloss.losses.positive import (
    Gamma,
    NegativeBinomial,
    Poisson,
    SquaredLogError,
    Tweedie,
)
from skloss.losses.regression import AbsoluteError, Huber, Quantile, SquaredError
from skloss.losses.residual import (
    AbsolutePercentageError,
    Expectile,
    GeneralRobust,
    LogCosh,
    PseudoHuber,
)
from skloss.losses.resolve import get_loss
from skloss.losses.several import JSDivergence, KLDivergence, MultiQuantile

__all__ = [
    "LDAM",
    "AbsoluteError",
    "AbsolutePercentageError",
    "Asymmetric",
    "BalancedSoftmax",
    "BetaNLL",
    "BinaryCrossEntropy",
    "Brier",
    "ClassBalanced",
    "ClassificationLoss",
    "ConfidencePenalty",
    "Contrastive",
    "Corn",
    "CrossEntropy",
    "Custom",
    "Expectile",
    "Focal",
    "Gamma",
    "GaussianCRPS",
    "GaussianNLL",
    "GeneralRobust",
    "GeneralizedCrossEntropy",
    "Hinge",
    "Huber",
    "InfoNCE",
    "Interval",
    "JSDivergence",
    "KLDivergence",
    "LabelSmoothing",
    "LaplaceCRPS",
    "LaplaceNLL",
    "LogCosh",
    "LogitAdjusted",
    "Loss",
    "MultiQuantile",
    "NegativeBinomial",
    "Poisson",
    "Poly1",
    "ProbabilityLoss",
    "PseudoHuber",
    "Quantile",
    "Range",
    "RegressionLoss",
    "SquaredError",
    "SquaredHinge",
    "SquaredLogError",
    "StudentTNLL",
    "SymmetricCrossEntropy",
    "Triplet",
    "Tweedie",
    "get_loss",
    "list_losses",
]
