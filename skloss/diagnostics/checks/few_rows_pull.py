"""SKL104: a few rows carry most of the gradient of a loss."""

import numpy as np

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import (
    held_out,
    losses_of,
    true_and_predicted,
    weights_of,
)
from skloss.tasks import as_task
from skloss.wording import count, join

__all__ = ["FewRowsPull"]

# With Gaussian errors the largest 1% of the rows carry 8% of the squared gradient of
# squared error, with Laplace errors 16%; half of it needs outliers.
_ROWS = 0.01
_SHARE = 0.5
# With fewer rows, one of them is more than a few.
_LEAST = 30


class FewRowsPull(Check):
    """Report a loss whose gradient comes mostly from a few rows.

    For the losses whose prediction is one number, the check differentiates the loss of
    each held-out row by its prediction. If one row in a hundred carries more than half
    of the sum of squares, these rows decide the fit, and the remaining ones hardly
    matter. Losses with a scale of their own are not checked.
    """

    code = "SKL104"
    severity = "warning"
    rule = "1% of the held-out rows carry more than half of the squared gradient."
    remedy = (
        "Look at these rows: correct them if they are wrong, else use a loss with a "
        "bounded gradient, such as huber or absolute_error, if large errors need not "
        "count most."
    )

    def find(self, comparison):
        if not as_task(comparison.task).has_numbers:
            return []
        # Differentiating a loss loads torch, which a comparison has loaded anyway.
        from skloss.losses.tug_of_war import has_tug_of_war, row_pulls

        losses, findings = losses_of(comparison), []
        for label, rows in held_out(comparison):
            loss = losses.get(label)
            truth, predicted = true_and_predicted(rows)
            if len(rows) < _LEAST or truth.shape != predicted.shape:
                continue
            if loss is None or truth.shape[1] != 1 or not has_tug_of_war(loss):
                continue
            pull = row_pulls(loss, truth[:, 0], predicted[:, 0])
            energy = weights_of(comparison, rows) * pull**2
            few = int(np.ceil(_ROWS * len(rows)))
            order = np.argsort(energy)[::-1][:few]
            total = energy.sum()
            if np.isfinite(total) and energy[order].sum() > _SHARE * total:
                named = rows["row"].to_numpy()[order]
                findings.append(
                    Finding(
                        label,
                        "A few rows carry most of the gradient.",
                        f"{count(few, 'row')} of {len(rows):,} "
                        f"({join(list(map(str, named)), 5)}, counted from 0) "
                        f"{'carry' if few > 1 else 'carries'} "
                        f"{energy[order].sum() / total:.0%} of the squared gradient",
                    )
                )
        return findings
