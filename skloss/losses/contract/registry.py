"""Which losses there are: by name, by task, by the targets they take."""

__all__ = ["REGISTRY", "list_losses", "losses_that_take"]

#: Classes by canonical name and by alias; a class statement enters itself.
REGISTRY: dict[str, type] = {}


def losses_that_take(y, task):
    """Names of the losses of a task that do not refuse these targets."""
    return [
        name for name in list_losses(task) if not REGISTRY[name]().reason_invalid(y)
    ]


def list_losses(task=None):
    """Return the names of the losses in order, all or those that serve a task.

    Parameters
    ----------
    task : str, optional
        "regression", "binary", "multiclass", "multilabel", "ordinal", "embedding",
        "pairs", or "classification" (binary or multiclass).

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skloss import list_losses
    >>> "huber" in list_losses("regression")
    True
    """
    known = {t for loss in REGISTRY.values() for t in loss.tasks}
    wanted = {"binary", "multiclass"} if task == "classification" else {task}
    if task is not None and not wanted & known:
        raise ValueError(
            f"No loss serves the task {task!r}. Tasks: "
            f"{', '.join(sorted(known | {'classification'}))}."
        )
    return sorted(
        name
        for name, loss in REGISTRY.items()
        if name == loss.name and (task is None or wanted & set(loss.tasks))
    )
