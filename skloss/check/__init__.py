"""Check whether a loss is right, and what it elicits."""

from skloss.check.report import LossReport, check_loss

__all__ = ["LossReport", "check_loss"]
