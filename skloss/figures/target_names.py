"""Names of the targets of a comparison: of one, of several, and of labels."""

from skloss.wording import display_name

__all__ = ["kind_of_class", "name_of_class", "name_of_output"]


def name_of_output(comparison, output=None):
    """Return the name of the target, or of one of several by its place.

    Parameters
    ----------
    comparison : Comparison
    output : int or str, optional
        Place of the target.
    """
    if output is None:
        return comparison.target
    return _names(comparison).get(str(output), f"{comparison.target} {output}")


def name_of_class(comparison, label):
    """Return the name of a class; of a multilabel task, that of the label's column."""
    if comparison.task.kind != "labels":
        return display_name(label)
    return display_name(_names(comparison).get(str(label), label))


def kind_of_class(comparison):
    """Return what an indicator of the task stands for: "class" or "label"."""
    return "label" if comparison.task.kind == "labels" else "class"


def _names(comparison):
    """Return the names of several targets by their places, if they have any."""
    names = getattr(getattr(comparison, "recipe", None), "targets", ())
    return {str(place): name for place, name in enumerate(names)}
