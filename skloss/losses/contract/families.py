"""Families of losses: those of one module, with a title for lists and pickers."""

from typing import NamedTuple

from skloss.losses.contract.registry import REGISTRY

__all__ = ["Family", "families_of"]


class Family(NamedTuple):
    """Losses that solve one kind of problem.

    Attributes
    ----------
    title : str
    purpose : str
        When to use them, in one sentence.
    losses : tuple of str
        Canonical names, in alphabetical order.
    """

    title: str
    purpose: str
    losses: tuple[str, ...] = ()


# By the module in which a loss is defined; several modules may share a family.
_COMMON = Family("Squared and absolute", "The mean or the median of the target.")
_ASYMMETRIC = Family(
    "Quantiles and one-sided errors",
    "Errors in one direction count more, or an interval is required.",
)
_FAMILIES = {
    "regression": _COMMON,
    "robust": Family("Robust", "Outliers pull less than with squared error."),
    "quantiles": _ASYMMETRIC,
    "linex": _ASYMMETRIC,
    "likelihood": Family(
        "Likelihoods and distributions",
        "Predict a location and a spread for each row.",
    ),
    "counts": Family("Counts and amounts", "Targets of 0 and more, or above 0."),
    "distributions": Family("Shares", "Several columns that sum to 1 in each row."),
    "classification": Family("Probability", "The probability of the true class."),
    "imbalance": Family("Rare classes", "Classes of very different size."),
    "margins": Family("Margin", "Only the decision counts, not the probability."),
    "noisy_labels": Family("Noisy labels", "Some labels are wrong."),
    "multilabel": Family("Several labels", "Labels that may occur together."),
    "ordinal": Family("Ordered classes", "Classes with an order, such as grades."),
}
_OTHER = Family("Other losses", "")


def families_of(names):
    """Return the families of some losses, in the order of the catalogue.

    Parameters
    ----------
    names : iterable of str
        Canonical names.

    Returns
    -------
    list of Family
        Each with those of the losses that belong to it.

    Examples
    --------
    >>> import skloss
    >>> from skloss.losses.contract.families import families_of
    >>> [one.title for one in families_of(["huber", "poisson"])]
    ['Robust', 'Counts and amounts']
    """
    found = {}
    for name in sorted(names):
        module = REGISTRY[name].__module__.rpartition(".")[2]
        family = _FAMILIES.get(module, _OTHER)
        found.setdefault(family, []).append(name)
    order = [*dict.fromkeys(_FAMILIES.values()), _OTHER]
    return [
        family._replace(losses=tuple(found[family]))
        for family in order
        if family in found
    ]
