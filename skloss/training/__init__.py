"""Training: stacks of models as one batched program. See `skloss.training.plan`."""

from skloss.training.plan import Fit, Model, Progress, Settings
from skloss.training.run import Monitor, train, warn_of

__all__ = ["Fit", "Model", "Monitor", "Progress", "Settings", "train", "warn_of"]
