"""SKL103: a target that is rounded."""

import numpy as np

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import targets_of
from skloss.noise.rounding import COARSE, rounding_step
from skloss.tasks import as_task
from skloss.wording import count, number

__all__ = ["RoundedTarget"]


class RoundedTarget(Check):
    """Report a numeric target whose values are whole multiples of a step.

    A density can grow without limit on values that repeat, so that a log score of
    densities rewards spikes instead of a good noise model. The rule is that of
    `noise_verdict`: values lie on a grid, and each occurs twice or more on average.
    """

    code = "SKL103"
    severity = "note"
    rule = (
        "All values of the target are multiples of one step, each occurs twice or more "
        "on average, and the step is more than 2% of the target's standard deviation."
    )
    remedy = (
        "Read the log score as that of the rounding cell; for counts, use poisson or "
        "negative_binomial, for a few ordered grades an ordinal loss."
    )

    def find(self, comparison):
        if not as_task(comparison.task).has_numbers:
            return []
        findings = []
        weight = getattr(comparison, "sample_weight", None)
        targets = targets_of(comparison)
        if weight is not None:  # a row of weight 0 counts as absent
            targets = targets[np.asarray(weight) > 0]
        for name, values in targets.items():
            step = rounding_step(values.to_numpy())
            if step > COARSE * values.std(ddof=0):
                which = f" {name + 1}" if len(targets.columns) > 1 else ""
                findings.append(
                    Finding(
                        "",
                        f"The target{which} is rounded to a multiple of "
                        f"{number(step, trim=True)}.",
                        f"{count(values.nunique(), 'value')} in "
                        f"{count(len(values), 'row')}",
                    )
                )
        return findings
