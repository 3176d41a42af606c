"""Check a loss on the spot: its gradient, its cliffs, what it elicits."""

from skloss.check.laws import LossReport, check_loss

__all__ = ["LossReport", "check_loss"]
