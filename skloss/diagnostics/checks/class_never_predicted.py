"""SKL201: a class that occurs is never predicted."""

from skloss.diagnostics.contract import Check, Finding
from skloss.tasks import as_task

__all__ = ["ClassNeverPredicted"]


class ClassNeverPredicted(Check):
    """Report a loss that assigns no held-out row to a class that occurs.

    Recall of the class is then zero and metrics at the default threshold cannot compare
    the loss with others. With rare classes this is common and indicates little about
    the ranking of the rows: a lower threshold often finds the class.
    """

    code = "SKL201"
    severity = "warning"
    rule = "No held-out row is assigned to a class that occurs among the held-out rows."
    remedy = (
        "Move the decision threshold, or use a loss that weights the class, such as "
        "logit_adjusted."
    )

    def find(self, comparison):
        if not as_task(comparison.task).has_classes:
            return []
        findings = []
        for label, rows in comparison.predictions.groupby("loss", sort=False):
            counts = rows["y_true"].value_counts()
            missing = counts.index.difference(rows["y_pred"].unique(), sort=False)
            findings += [
                Finding(
                    label,
                    f"Never predicts class {name!s}.",
                    f"0 of {len(rows):,} held-out rows are assigned to it, "
                    f"{counts[name]:,} belong to it",
                )
                for name in missing
            ]
        return findings
