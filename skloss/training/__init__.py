"""Training: stacks of models as one batched program. See `skloss.training.plan`."""

from skloss.training.plan import Fit, Model, Progress, Settings
from skloss.training.run import Monitor, train, train_quietly, warn_of
from skloss.training.stacks import LARGEST_STACK, deal
from skloss.training.threads import one_thread

__all__ = [
    "LARGEST_STACK",
    "Fit",
    "Model",
    "Monitor",
    "Progress",
    "Settings",
    "deal",
    "one_thread",
    "train",
    "train_quietly",
    "warn_of",
]
