"""SKL302: gradients that are clipped in many steps of the training."""

from skloss.diagnostics.contract import Check, Finding

__all__ = ["ClippedGradients"]

# Share of the steps: a few large gradients at the start of a training are usual.
_SHARE = 0.1


class ClippedGradients(Check):
    """Report losses whose training shortened its gradients in many steps.

    With the default ``clip_grad_norm`` most steps of most losses are shortened a
    little, which hardly affects Adam; there the check counts the steps whose gradient
    was more than 100 times as long. With a smaller ``clip_grad_norm`` it counts every
    step that was shortened.
    """

    code = "SKL302"
    is_for_embeddings = True
    severity = "warning"
    rule = (
        "The gradient was clipped in more than a tenth of the steps: it was longer "
        "than a clip_grad_norm below the default of 1, or over 100 times as long as "
        "any other."
    )
    remedy = (
        "Look for targets or columns of extreme values and for parameters of the loss "
        "in another unit; with a small clip_grad_norm, raise it."
    )

    def find(self, comparison):
        histories = getattr(comparison, "histories", None)
        clipped = {} if histories is None else histories.attrs.get("clipped", {})
        return [
            Finding(
                label,
                "Gradients were clipped in many steps.",
                f"{share:.0%} of the steps of Adam were clipped",
            )
            for label, share in clipped.items()
            if share > _SHARE
        ]
