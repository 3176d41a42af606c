"""Operations of a function on tensors: recorded once, repeated without autograd."""

import torch

from skloss.training import kernels
from skloss.training.program import Program, Slot

__all__ = ["Recording", "Repeated", "record"]


# Calls before the operations are recorded, which takes as long as some ten calls save.
_CALLS_BEFORE = 10

# Recordings of a function, one for each way that it branches, at most: a step that
# branches as none of them is computed once for each before it is left to autograd.
_MOST_RECORDINGS = 4


class Repeated:
    """A function of tensors that is recorded after some calls, and then repeated.

    Parameters
    ----------
    function : callable
        As for `record`. To call it again on the same inputs changes nothing.
    memory : list of Tensor or None
        As for `record`. None if the function cannot be recorded.

    Attributes
    ----------
    recordings : list of Recording
        The one that was last repeated first.
    """

    def __init__(self, function, memory):
        self._function, self._memory = function, memory
        self.recordings, self._calls = [], 0

    def __call__(self, *inputs):
        """Return what the function returns."""
        for number, recording in enumerate(self.recordings):
            outputs = recording(*inputs)
            if outputs is not None:
                if number:
                    self.recordings.insert(0, self.recordings.pop(number))
                return outputs
        self._calls += 1  # without a recording, since the last one
        if self._memory is None or self._calls <= _CALLS_BEFORE:
            return self._function(*inputs)
        outputs, recording = record(self._function, *inputs, memory=self._memory)
        self._calls = 0
        if recording is not None:
            self.recordings.insert(0, recording)
        if recording is None or len(self.recordings) == _MOST_RECORDINGS:
            self._memory = None
        return outputs


class Recording:
    """The operations that a function called, to be called again on other values.

    Below autograd a loss and its gradient are a dozen operations on small tensors.
    Autograd spends several times as long on noting them, in every step, as they take
    (Griewank & Walther 2008, Evaluating Derivatives, section 4 on tapes). The numbers
    are the same: the operations are, in their order.

    Parameters
    ----------
    program : Program
        Its inputs are the constants, then the inputs. Its outputs are those of the
        function, then its conditions.
    constants : list of Tensor
    expected : list of bool
        The conditions on which the function branched, as they were when recorded.
    is_single : bool
        Whether the function returns a tensor, and no tuple.
    """

    def __init__(self, program, constants, expected, is_single):
        self._call, self._constants = kernels.compiled(program), constants
        self._expected, self._is_single = expected, is_single

    def __call__(self, *inputs):
        """Return the outputs, or None where the function would have branched.

        Inputs that require gradients would be recorded by autograd as before.
        """
        outputs = self._call(*self._constants, *inputs)
        if self._expected:
            n = len(outputs) - len(self._expected)
            outputs, conditions = outputs[:n], outputs[n:]
            if [condition.item() for condition in conditions] != self._expected:
                return None
        return outputs[0] if self._is_single else outputs


def record(function, *inputs, memory=()):
    """Call a function and record its operations.

    Parameters
    ----------
    function : callable
        Takes tensors and returns a tensor or a tuple of tensors. It may take gradients
        by `torch.autograd.grad`, and branch on the shapes of tensors and on truth
        values such as ``if x.any()``. Other tensors that it reads are constants, as is
        all that does not come from operations of torch: random numbers, counters,
        arrays of NumPy.
    *inputs : Tensor
        With at least one element each.
    memory : list of Tensor
        Tensors whose numbers change between the calls, or that the function changes:
        they and their views are read in each call.

    Returns
    -------
    (outputs, Recording or None)
        None if the operations depend on other values, or on chance.
    """
    if kernels.DispatchMode is None:
        return function(*inputs), None
    writer = _writer(inputs, memory)
    with writer:
        outputs = function(*inputs)
    return outputs, writer.finish(outputs)


class _Writer:
    """Write down each operation of torch, as autograd calls it."""

    def start(self, inputs, memory):
        """Begin with a slot for each input."""
        self.memory = {_storage(tensor) for tensor in memory}
        self.operations, self.is_repeatable = [], True
        self.constants, self.conditions, self.expected = {}, [], []
        # A tensor is known by its address. While it is alive, no other tensor has it.
        self.slots, self.alive = {}, []
        self.inputs = [self._add(tensor) for tensor in inputs]
        return self

    def _add(self, tensor):
        self.alive.append(tensor)
        slot = self.slots[_key(tensor)] = Slot()
        return slot

    def _slot(self, tensor):
        """Return the slot of a tensor: a constant, or memory, if none wrote it."""
        key = _key(tensor)
        if key in self.slots:
            return self.slots[key]
        if key not in self.constants:
            self.constants[key] = Slot(), tensor.detach()
        return self.constants[key][0]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if func is kernels.NUMBER_OF and isinstance(out, bool):
            self.conditions.append(self._slot(args[0]))
            self.expected.append(out)
        elif not _NOT_REPEATABLE.isdisjoint(func.tags):
            self.is_repeatable = False
        elif func is not torch.ops.aten.detach.default:  # the same tensor
            self._write(func, args, kwargs, out)
        return out

    def _is_known(self, tensor):
        """Whether a tensor is an input, depends on one, or lies in the memory."""
        return _key(tensor) in self.slots or _storage(tensor) in self.memory

    def _write(self, func, args, kwargs, out):
        read = _tensors([*args, *kwargs.values()])
        if func._schema.is_mutable:
            # A constant would change at each repetition.
            changed = _changed(func._schema, args, kwargs)
            self.is_repeatable &= all(map(self._is_known, changed))
        elif read and not any(map(self._is_known, read)):  # the result is a constant
            self.alive += [*read, *_tensors(out)]
            return
        args = [self._argument(argument) for argument in args]
        kwargs = {name: self._argument(value) for name, value in kwargs.items()}
        if isinstance(out, (tuple, list)):
            result = [self._add(part) for part in out]
        elif isinstance(out, torch.Tensor):
            result = self._add(out)
        else:
            result = None
            self.is_repeatable &= out is None
        self.operations.append((func, args, kwargs, result))

    def _argument(self, value):
        if isinstance(value, torch.Tensor):
            return self._slot(value)
        if isinstance(value, (list, tuple)):
            return [self._argument(part) for part in value]
        return value

    def finish(self, outputs):
        """Return the recording, or None if the operations cannot be repeated."""
        is_single = isinstance(outputs, torch.Tensor)
        outputs = [outputs] if is_single else list(outputs)
        # An output of operations in another thread, as on a GPU, was not recorded.
        if not (self.is_repeatable and all(map(self._is_known, outputs))):
            return None
        found = [*map(self._slot, outputs), *self.conditions]
        places = [slot for slot, _ in self.constants.values()]
        constants = [tensor for _, tensor in self.constants.values()]
        program = Program(places + self.inputs, self.operations, found)
        return Recording(program, constants, self.expected, is_single)


# Numbers read from tensors, and random numbers.
_NOT_REPEATABLE = {
    torch.Tag.data_dependent_output,
    torch.Tag.dynamic_output_shape,
    torch.Tag.nondeterministic_seeded,
}


def _writer(inputs, memory):
    # The mode is a subclass without a method of its own: torch wraps such a method by
    # its compiler, which takes more than a second to import.
    mode = type("_WriterMode", (_Writer, kernels.DispatchMode), {})
    return mode().start(inputs, memory)


def _key(tensor):
    """Return the place of a tensor in memory, and how it is read from there."""
    place = tensor.data_ptr(), tensor.dtype
    return *place, tuple(tensor.shape), tensor.stride()


def _storage(tensor):
    """Return where the memory begins of which a tensor is a view."""
    return tensor.untyped_storage().data_ptr()


def _tensors(value):
    """Tensors in an argument or a result."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [tensor for part in value for tensor in _tensors(part)]
    return []


def _changed(schema, args, kwargs):
    """Tensors that an operation writes to."""
    named = dict(zip((a.name for a in schema.arguments), args, strict=False)) | kwargs
    return _tensors(
        [
            named[argument.name]
            for argument in schema.arguments
            if argument.alias_info is not None and argument.alias_info.is_write
        ]
    )
