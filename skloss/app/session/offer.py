"""The losses that are offered for a question, and those that are not, with reasons."""

from typing import Any

import skloss
from skloss import wording
from skloss.app.session.question import Question
from skloss.tasks import as_task

# Why a loss is not for a target of another kind.
_KINDS = {
    "numbers": "For targets of numbers.",
    "classes": "For targets of classes.",
    "labels": "For several labels in each row.",
    "embeddings": "For embeddings, on the page Embeddings.",
}


def families(question: Question) -> list[Any]:
    """Return the families of the losses of a question, each with title and purpose."""
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.losses.contract.families import families_of

    return families_of(question.losses)


def excluded_losses(question: Question) -> dict[str, list[str]]:
    """Return the losses that cannot be compared on the target, by the reason.

    Parameters
    ----------
    question : Question

    Returns
    -------
    dict of str to list of str
    """
    found: dict[str, list[str]] = {}
    for name, reason in question.refused_losses.items():
        # Without the name, since losses with one reason are listed together.
        _, _, required = reason.partition(f"The loss {name!r} ")
        found.setdefault(wording.capitalized(required or reason), []).append(name)
    for name in skloss.list_losses():
        tasks = [as_task(one) for one in skloss.get_loss(name).tasks]
        if question.task not in tasks:
            kinds = {task.kind: task for task in reversed(tasks)}
            own = kinds.get(question.task.kind)
            reason = _KINDS[tasks[0].kind] if own is None else f"To {own.label}."
            found.setdefault(reason, []).append(name)
    return found
