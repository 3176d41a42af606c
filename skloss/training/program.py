"""Operations on tensors, one after the other."""

__all__ = ["Program", "Slot", "slots"]


class Slot:
    """The place of a tensor in a program."""

    __slots__ = ()


class Program:
    """Operations on tensors, one after the other.

    Parameters
    ----------
    inputs, outputs : list of Slot
    operations : list of (function, args, kwargs, result)
        The function is an operation of torch, its arguments hold slots in the place of
        tensors, and the result is a slot, a list of slots or None.
    """

    def __init__(self, inputs, operations, outputs):
        self.inputs, self.outputs = inputs, outputs
        self.operations = _needed(operations, outputs)


def _needed(operations, outputs):
    """Operations on which the outputs depend, and those that change their inputs."""
    read, kept = set(outputs), []
    for operation in reversed(operations):
        function, args, kwargs, result = operation
        if function._schema.is_mutable or not read.isdisjoint(slots(result)):
            kept.append(operation)
            read.update(slots([*args, *kwargs.values()]))
    return kept[::-1]


def slots(argument):
    """Return the slots in an argument or a result."""
    if isinstance(argument, Slot):
        return [argument]
    if isinstance(argument, (list, tuple)):
        return [slot for part in argument for slot in slots(part)]
    return []
