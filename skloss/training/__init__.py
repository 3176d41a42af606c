"""Training: stacks of models as one batched program. See `skloss.training.spec`."""

from skloss.training.architectures import Perceptron, TwoTowers, UserModule
from skloss.training.augmentation import Augmentation
from skloss.training.budget import Budget
from skloss.training.class_start import ClassStart
from skloss.training.devices import resolve_device
from skloss.training.grouping import LARGEST_STACK, partition
from skloss.training.interrupts import deferred_interrupts
from skloss.training.isolation import (
    isolated,
    single_precision_by_default,
    usual_torch_state,
)
from skloss.training.outcomes import Outcome, emit_warnings
from skloss.training.progress_bar import ProgressBar
from skloss.training.run import Monitor, train, train_without_warnings
from skloss.training.shutdown import (
    is_shutting_down,
    leave_if_shutting_down,
    stop_threads_first,
    until_shutdown,
)
from skloss.training.solvers import ONE_EPOCH_SOLVER, SOLVERS, choose_solver
from skloss.training.solvers.linear_start import LinearStart
from skloss.training.spec import FitResult, FitSpec, Progress, TrainSettings
from skloss.training.threads import one_thread, share_out
from skloss.training.warn import warn_caller

__all__ = [
    "LARGEST_STACK",
    "ONE_EPOCH_SOLVER",
    "SOLVERS",
    "Augmentation",
    "Budget",
    "ClassStart",
    "FitResult",
    "FitSpec",
    "LinearStart",
    "Monitor",
    "Outcome",
    "Perceptron",
    "Progress",
    "ProgressBar",
    "TrainSettings",
    "TwoTowers",
    "UserModule",
    "choose_solver",
    "deferred_interrupts",
    "emit_warnings",
    "is_shutting_down",
    "isolated",
    "leave_if_shutting_down",
    "one_thread",
    "partition",
    "resolve_device",
    "share_out",
    "single_precision_by_default",
    "stop_threads_first",
    "train",
    "train_without_warnings",
    "until_shutdown",
    "usual_torch_state",
    "warn_caller",
]
