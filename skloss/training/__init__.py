"""Training: stacks of models as one batched program. See `skloss.training.plan`."""

from skloss.training.plan import Fit, Model, Progress, Settings
from skloss.training.run import train

__all__ = ["Fit", "Model", "Progress", "Settings", "train"]
