"""Training: stacks of models as one batched program. See `skloss.training.spec`."""

from skloss.training.grouping import LARGEST_STACK, partition
from skloss.training.interrupts import deferred_interrupts
from skloss.training.run import Monitor, emit_warnings, train, train_without_warnings
from skloss.training.spec import FitResult, FitSpec, Progress, TrainSettings
from skloss.training.threads import one_thread
from skloss.training.warn import warn_caller

__all__ = [
    "LARGEST_STACK",
    "FitResult",
    "FitSpec",
    "Monitor",
    "Progress",
    "TrainSettings",
    "deferred_interrupts",
    "emit_warnings",
    "one_thread",
    "partition",
    "train",
    "train_without_warnings",
    "warn_caller",
]
