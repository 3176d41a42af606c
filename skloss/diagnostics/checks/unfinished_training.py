"""SKL301: a loss whose training was stopped."""

from skloss.diagnostics.contract import Check, Finding

__all__ = ["UnfinishedTraining"]


class UnfinishedTraining(Check):
    """Report losses that were stopped before their training ended.

    Their scores are those of the best weights so far and are not ranked.
    """

    code = "SKL301"
    severity = "warning"
    rule = "The comparison was stopped before the loss was trained on every fold."
    remedy = "Run the comparison again without stopping it, or with fewer losses."

    def find(self, comparison):
        return [
            Finding(label, "Training was stopped early.", "stopped by the caller")
            for label in comparison.stopped
        ]
