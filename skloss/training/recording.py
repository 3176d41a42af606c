"""Operations of a function on tensors: recorded once, repeated without autograd."""

import operator

import torch
from torch.fx import Graph

from skloss.training import kernels

__all__ = ["Recording", "record"]


class Recording:
    """The operations that a function called, to be called again on other values.

    Below autograd a loss and its gradient are a dozen operations on small tensors.
    Autograd spends several times as long on noting them, in every step, as they take
    (Griewank & Walther 2008, Evaluating Derivatives, section 4 on tapes). The numbers
    are the same: the operations are, in their order.

    Parameters
    ----------
    graph : torch.fx.Graph
        Its placeholders are the constants, then the inputs. It returns the outputs of
        the function and its conditions.
    constants : list of Tensor
    expected : list of bool
        The conditions on which the function branched, as they were when recorded.
    """

    def __init__(self, graph, constants, expected):
        # A module around the graph would keep its source for good, for each recording.
        code = graph.python_code("self")
        names = dict(code.globals)
        exec(compile(code.src, "<recording>", "exec"), names)
        self._forward, self._constants = names["forward"], constants
        self._expected = expected

    def __call__(self, *inputs):
        """Return the outputs, or None where the function would have branched.

        Inputs that require gradients would be recorded by autograd as before.
        """
        outputs, conditions = self._forward(None, *self._constants, *inputs)
        if [condition.item() for condition in conditions] != self._expected:
            return None
        return outputs


def record(function, *inputs):
    """Call a function and record its operations.

    Parameters
    ----------
    function : callable
        Takes and returns tensors. It may take gradients by `torch.autograd.grad`, and
        branch on the shapes of tensors and on truth values such as ``if x.any()``.
        Other tensors that it reads are constants, as is all that does not come from
        operations of torch: random numbers, counters, arrays of NumPy.
    *inputs : Tensor
        With at least one element each.

    Returns
    -------
    (outputs, Recording or None)
        None if the operations depend on other values, or on chance.
    """
    if kernels.DispatchMode is None:
        return function(*inputs), None
    writer = _writer(inputs)
    with writer:
        outputs = function(*inputs)
    return outputs, writer.finish(outputs)


class _Writer:
    """Write each operation of torch, as autograd calls it, to a graph."""

    def start(self, inputs):
        """Begin with a placeholder for each input."""
        self.graph, self.is_repeatable = Graph(), True
        self.constants, self.conditions, self.expected = {}, [], []
        # A tensor is known by its address. While it is alive, no other tensor has it.
        self.nodes, self.alive = {}, []
        for number, tensor in enumerate(inputs):
            self._add(tensor, self.graph.placeholder(f"input_{number}"))
        self.first = next(iter(self.graph.nodes))
        return self

    def _add(self, tensor, node):
        self.alive.append(tensor)
        self.nodes[_key(tensor)] = node

    def _node(self, tensor):
        """Return the node of a tensor: a constant, if it depends on no input."""
        key = _key(tensor)
        if key in self.nodes:
            return self.nodes[key]
        if key not in self.constants:
            with self.graph.inserting_before(self.first):
                node = self.graph.placeholder(f"constant_{len(self.constants)}")
            self.constants[key] = node, tensor.detach()
        return self.constants[key][0]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if func is kernels.NUMBER_OF and isinstance(out, bool):
            self.conditions.append(self._node(args[0]))
            self.expected.append(out)
        elif _NOT_REPEATABLE & set(func.tags):
            self.is_repeatable = False
        elif func is not torch.ops.aten.detach.default:  # the same tensor
            self._write(func, args, kwargs, out)
        return out

    def _write(self, func, args, kwargs, out):
        read = [
            x
            for x in kernels.tree_leaves((args, kwargs))
            if isinstance(x, torch.Tensor)
        ]
        known = [_key(tensor) in self.nodes for tensor in read]
        if func._schema.is_mutable:
            # A constant would change at each repetition.
            self.is_repeatable = self.is_repeatable and all(known)
        elif read and not any(known):  # the result is a constant
            self.alive += [*read, out]
            return
        call = kernels.tree_map_only(torch.Tensor, self._node, (args, kwargs))
        node = self.graph.call_function(func, *call)
        if isinstance(out, torch.Tensor):
            self._add(out, node)
        elif isinstance(out, (tuple, list)):
            for number, part in enumerate(out):
                item = self.graph.call_function(operator.getitem, (node, number))
                self._add(part, item)
        else:
            self.is_repeatable = False

    def finish(self, outputs):
        """Return the recording, or None if the operations cannot be repeated."""
        # An output of operations in another thread, as on a GPU, was not recorded.
        known = all(
            _key(tensor) in self.nodes for tensor in kernels.tree_leaves(outputs)
        )
        if not (self.is_repeatable and known):
            return None
        outputs = kernels.tree_map_only(torch.Tensor, self._node, outputs)
        self.graph.output((outputs, self.conditions))
        self.graph.eliminate_dead_code()
        constants = [tensor for _, tensor in self.constants.values()]
        return Recording(self.graph, constants, self.expected)


# Numbers read from tensors, and random numbers.
_NOT_REPEATABLE = {
    torch.Tag.data_dependent_output,
    torch.Tag.dynamic_output_shape,
    torch.Tag.nondeterministic_seeded,
}


def _writer(inputs):
    # The mode is a subclass without a method of its own: torch wraps such a method by
    # its compiler, which takes more than a second to import.
    mode = type("_WriterMode", (_Writer, kernels.DispatchMode), {})
    return mode().start(inputs)


def _key(tensor):
    """Return the place of a tensor in memory, and how it is read from there."""
    place = tensor.data_ptr(), tensor.dtype
    return *place, tuple(tensor.shape), tensor.stride()
