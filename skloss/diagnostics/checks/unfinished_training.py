"""SKL301: a loss whose training is not finished."""

from sklearn.pipeline import Pipeline

from skloss.diagnostics.contract import Check, Finding
from skloss.wording import count

__all__ = ["UnfinishedTraining"]

# Default of the estimators, which a comparison without an estimator uses.
_MAX_ITER = 200
# Early stopping ends nearly all fits before; a single fit of many that does not is no
# reason to distrust the comparison.
_SHARE = 0.2
# A fit was still improving if its best epoch is among the last tenth, and what it
# gained in that tenth is more than 1% of what it gained in all.
_LAST = 0.1
_GAIN = 0.01
# More epochs do not help a training that was stopped before its last one.
_AGAIN = "Run the comparison again to its end; fewer losses or folds take less time."


class UnfinishedTraining(Check):
    """Report losses that were stopped, or were still improving at ``max_iter``.

    Scores of a loss that was stopped are those of the best weights so far and are not
    ranked; another run to its end helps, not more epochs. A loss that reached
    ``max_iter`` epochs while its loss on validation rows (else on training rows) still
    decreased is ranked, but more epochs could improve it.
    """

    code = "SKL301"
    is_for_embeddings = True
    severity = "warning"
    rule = (
        "The comparison was stopped before the loss was trained on every fold, or more "
        "than a fifth of its fits reached max_iter while they still improved by 1% of "
        "their total gain in the last tenth of the epochs."
    )
    remedy = "Compare again with more epochs: a larger max_iter."

    def find(self, comparison):
        findings = [
            Finding(label, "Training was stopped early.", "before its end", _AGAIN)
            for label in comparison.stopped
        ]
        histories = getattr(comparison, "histories", None)
        if histories is None or histories.empty:
            return findings
        estimator = getattr(getattr(comparison, "recipe", None), "estimator", None)
        if isinstance(estimator, Pipeline):
            estimator = estimator[-1]
        if getattr(estimator, "schedule", None) == "cosine":
            return findings  # planned to end at max_iter, at a learning rate of 0
        longest = getattr(estimator, "max_iter", _MAX_ITER)
        for label, of_loss in histories.groupby("loss", sort=False):
            if label in comparison.stopped:
                continue
            fits = [fit for _, fit in of_loss.groupby(["fold", "member"])]
            n_open = sum(_is_improving(fit, longest) for fit in fits)
            if n_open > _SHARE * len(fits):
                findings.append(
                    Finding(
                        label,
                        "Training reached max_iter while it still improved.",
                        f"{n_open} of {count(len(fits), 'fit')} in {longest} epochs",
                    )
                )
        return findings


def _is_improving(fit, longest):
    """Return whether a fit has used all epochs and was still improving."""
    if fit["epoch"].max() < longest or longest < 2:
        return False
    column = "validation" if fit["validation"].notna().all() else "train"
    values = fit[column].cummin().to_numpy()
    late = values[: max(int((1 - _LAST) * len(values)), 1)][-1]
    return values[0] > values[-1] and late - values[-1] > _GAIN * (
        values[0] - values[-1]
    )
