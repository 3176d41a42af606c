"""Registry of losses: look up by name, by task, or by supported targets."""

__all__ = ["REGISTRY", "list_losses", "losses_that_take", "register"]

#: Classes by canonical name and by alias; filled by `register`.
REGISTRY: dict[str, type] = {}


def register(cls):
    """Register a loss under its name and aliases; skip a base class without a name.

    Raises
    ------
    TypeError
        If another loss has one of the names.
    """
    if not isinstance(vars(cls).get("name"), str):
        return
    for name in (cls.name, *cls.aliases):
        if name in REGISTRY:
            raise TypeError(
                f"Two losses have the name {name!r}: {REGISTRY[name].__name__} and "
                f"{cls.__name__}."
            )
    REGISTRY.update(dict.fromkeys((cls.name, *cls.aliases), cls))


def losses_that_take(y, task):
    """Names of the losses of a task for which these targets are valid."""
    return [
        name for name in list_losses(task) if not REGISTRY[name]().reason_invalid(y)
    ]


def list_losses(task=None):
    """Return the canonical names of the losses in alphabetical order.

    Parameters
    ----------
    task : str or Task, optional
        "regression", "binary", "multiclass", "multilabel", "ordinal", "embedding",
        "pairs", or "classification" (binary or multiclass). All losses by default.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If the task is not one of these.

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
            f"No loss supports the task {task!r}. Tasks: "
            f"{', '.join(sorted(known | {'classification'}))}."
        )
    return sorted(
        name
        for name, loss in REGISTRY.items()
        if name == loss.name and (task is None or wanted & set(loss.tasks))
    )
