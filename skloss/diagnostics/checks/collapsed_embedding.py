"""SKL303: an embedding that places all rows at one point."""

from skloss.diagnostics.contract import Check, Finding

__all__ = ["CollapsedEmbedding"]


class CollapsedEmbedding(Check):
    """Report losses whose embedding does not separate rows.

    At one point, rows of different labels are as close as those of one. The scores of
    the loss are then those of chance, and so is the order of the nearest rows. It
    happens with margins or temperatures far from the distances of the rows, with a
    large penalty or learning rate, and where labels have nothing to do with the
    columns.
    """

    code = "SKL303"
    is_for_embeddings = True
    severity = "warning"
    rule = (
        "In some fold, the losses of training rows are, on average, within 1% of those "
        "of the same rows placed at their mean."
    )
    remedy = (
        "Try a smaller learning_rate or alpha, another margin or temperature, or "
        "another loss; check whether the labels follow from the columns."
    )

    def find(self, comparison):
        histories = getattr(comparison, "histories", None)
        shares = {} if histories is None else histories.attrs.get("collapsed", {})
        return [
            Finding(
                label,
                "The embedding has collapsed, or rows that belong together have "
                "nothing in common.",
                f"in {share:.0%} of the folds its loss is that of equal rows",
            )
            for label, share in shares.items()
        ]
