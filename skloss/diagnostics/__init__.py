"""Checks of a comparison: what an expert would notice, with codes and remedies."""

from skloss.diagnostics import checks
from skloss.diagnostics.contract import (
    CHECKS,
    SEVERITIES,
    Check,
    Finding,
    group_findings,
    run_checks,
)

__all__ = [
    "CHECKS",
    "SEVERITIES",
    "Check",
    "Finding",
    "checks",
    "group_findings",
    "run_checks",
]
