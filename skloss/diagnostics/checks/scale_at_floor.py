"""SKL105: predicted scales that are as small as they can get."""

import numpy as np

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import held_out, true_and_predicted
from skloss.tasks import as_task
from skloss.wording import number

__all__ = ["ScaleAtFloor"]

# With log-normal spreads of log-deviation 1, far more than most tables have, 0.2% of
# the rows have a scale below a twentieth of the mean error; with 1.5 it is 6%. Early
# stopping ends most fits before scales are smaller.
_FACTOR = 0.05
_ROWS = 0.1


class ScaleAtFloor(Check):
    """Report a loss that predicts a very small scale for many rows.

    Where many targets are equal, or rows are copies of others, a likelihood gains
    without limit from a smaller scale. Its log score is then a statement on those rows
    alone. The scale is bounded by the density: a held-out row of log score ``-nll`` has
    a scale of at most ``exp(nll) / 2``.
    """

    code = "SKL105"
    severity = "warning"
    rule = (
        "For more than 10% of the held-out rows the predicted scale is less than a "
        "twentieth of the mean absolute error of the loss."
    )
    remedy = (
        "Model the repeated value separately, for example as a class, or use a loss of "
        "constant scale; do not rank the loss by its log score."
    )

    def find(self, comparison):
        if not as_task(comparison.task).has_numbers:
            return []
        findings = []
        for label, rows in held_out(comparison):
            truth, predicted = true_and_predicted(rows)
            if "nll" not in rows or truth.shape[1] != 1 or not len(rows):
                continue
            nll = rows["nll"].to_numpy(dtype=float)
            typical = np.mean(np.abs(truth - predicted))
            if not typical:
                continue
            with np.errstate(over="ignore", invalid="ignore"):
                small = np.exp(nll) / 2 < _FACTOR * typical
            if small.mean() > _ROWS:
                findings.append(
                    Finding(
                        label,
                        "The predicted scale is near 0 for many rows.",
                        f"{small.mean():.0%} of the held-out rows have a scale below "
                        f"{number(_FACTOR * typical)}, a twentieth of the mean "
                        "absolute error",
                    )
                )
        return findings
