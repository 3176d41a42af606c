"""Private torch kernels, each with a plain version where torch lacks it."""

import torch

from skloss.training.program import Slot

try:
    from torch.utils._python_dispatch import TorchDispatchMode as DispatchMode

    #: Reads the number of a tensor, such as a truth value to branch on.
    NUMBER_OF = torch.ops.aten._local_scalar_dense.default
except (ImportError, AttributeError):  # autograd then evaluates losses in every step
    DispatchMode = None

__all__ = [
    "NUMBER_OF",
    "DispatchMode",
    "adam_step",
    "compiled",
    "copy_all",
    "gradients",
    "relu_backward",
]

# Adam's constants by Kingma & Ba (2015), "Adam: A Method for Stochastic Optimization",
# the defaults of torch.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def fused_adam_step(flat, grad, exp_avg, exp_avg_sq, step, learning_rate):
    """Take a step of Adam by torch's fused kernel.

    The class `torch.optim.Adam` around the same kernel takes longer than the kernel.
    """
    torch._fused_adam_(
        [flat],
        [grad],
        [exp_avg],
        [exp_avg_sq],
        [],
        [step],
        lr=learning_rate,
        beta1=BETA1,
        beta2=BETA2,
        weight_decay=0.0,
        eps=EPSILON,
        amsgrad=False,
        maximize=False,
    )


def plain_adam_step(flat, grad, exp_avg, exp_avg_sq, step, learning_rate):
    """Take a step of Adam, all tensors in place.

    m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2,
    w <- w - lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + eps).
    """
    exp_avg.lerp_(grad, 1 - BETA1)
    exp_avg_sq.mul_(BETA2).addcmul_(grad, grad, value=1 - BETA2)
    taken = step.item()
    root = exp_avg_sq.sqrt().div_((1 - BETA2**taken) ** 0.5).add_(EPSILON)
    flat.addcdiv_(exp_avg, root, value=-learning_rate / (1 - BETA1**taken))


def fused_copy_all(targets, sources):
    """Copy each source to its target by one call."""
    torch._foreach_copy_(targets, sources)


def plain_copy_all(targets, sources):
    """Copy each source to its target."""
    for target, source in zip(targets, sources, strict=True):
        target.copy_(source)


def fused_relu_backward(gradient, activated):
    """Set the gradient to zero, in place, where a ReLU is not active."""
    torch.ops.aten.threshold_backward.grad_input(
        gradient, activated, 0, grad_input=gradient
    )


def plain_relu_backward(gradient, activated):
    """Set the gradient to zero, in place, where a ReLU is not active."""
    gradient.masked_fill_(activated <= 0, 0.0)


def direct_gradients(values, parts, weights):
    """Gradients of the weighted sum of some values, by the engine of `torch.autograd`.

    The checks of `torch.autograd.grad` take longer than a short backward pass.
    """
    return _ENGINE.run_backward(
        *(values, weights, False, False, parts),
        allow_unreachable=False,
        accumulate_grad=False,
    )


def plain_gradients(values, parts, weights):
    """Gradients of the weighted sum of some values."""
    return torch.autograd.grad(values, parts, weights)


def interpreted(program):
    """Return a program as a function that torch calls as a whole.

    Each operation of such a function takes half the time of a call from Python, and
    the interpreter lock is released for all of them: two threads use two cores. The
    operations are called as they are in the program, none of them fused or moved.

    Parameters
    ----------
    program : Program

    Returns
    -------
    callable
        Takes and returns the tensors that the program does.
    """
    if len(program.operations) > _MOST_OPERATIONS:
        return plain_compiled(program)
    try:
        graph = _Interpreted(program).graph
    except TypeError:  # an operation or a constant that the interpreter lacks
        return plain_compiled(program)
    function = _C._create_function_from_graph("recorded", graph)

    def call(*tensors):
        # The setting belongs to the thread. Optimised, the first calls would take as
        # long as some hundred more, and might fuse operations.
        before = _C._get_graph_executor_optimize()
        _C._set_graph_executor_optimize(False)
        try:
            return function(*tensors)
        finally:
            _C._set_graph_executor_optimize(before)

    return call


class _Interpreted:
    """A graph of torch's interpreter with the operations of a program."""

    def __init__(self, program):
        self.graph, self._values = _C.Graph(), {}
        self._tensor = _C.TensorType.get()
        for slot in program.inputs:
            self._values[slot] = self.graph.addInput()
        for operation in program.operations:
            self._call(*operation)
        outputs = [self._values[slot] for slot in program.outputs]
        whole = self._insert("prim::TupleConstruct", outputs)
        whole.setType(_C.TupleType([self._tensor] * len(outputs)))
        self.graph.registerOutput(whole)

    def _insert(self, name, args):
        return self.graph.insertNode(self.graph.create(name, args, 1)).output()

    def _list(self, parts, kind=None):
        whole = self._insert("prim::ListConstruct", parts)
        whole.setType(_C.ListType(self._tensor if kind is None else kind))
        return whole

    def _value(self, argument):
        """Return an argument: a result of an operation, or a constant."""
        if isinstance(argument, Slot):
            return self._values[argument]
        if isinstance(argument, (list, tuple)):
            if not argument:  # of numbers: no operation takes no tensors
                return self._list([], _C.IntType.get())
            if any(isinstance(part, Slot) for part in argument):
                return self._list([self._value(part) for part in argument])
            argument = list(argument)
        elif isinstance(argument, torch.memory_format):
            argument = _MEMORY_FORMATS[argument]
        return self.graph.insertConstant(argument)

    def _call(self, function, args, kwargs, result):
        schema = function._schema
        values = [self._value(argument) for argument in args]
        for argument in schema.arguments[len(args) :]:
            given = kwargs.get(argument.name, argument.default_value)
            values.append(self._value(given))
        call = self.graph.create(schema.name, values, len(schema.returns))
        found = list(self.graph.insertNode(call).outputs())
        for value, returned in zip(found, schema.returns, strict=True):
            value.setType(returned.type)
        # A number in the place of a tensor has an overload of its own.
        text = call.schema()
        scalar = f"{schema.name}.Scalar(", f"{schema.name}.Scalar_out("
        if text != str(schema) and not text.startswith(scalar):
            raise TypeError(text)
        if isinstance(result, list) and len(found) == 1:
            parts = self.graph.create("prim::ListUnpack", found, len(result))
            found = list(self.graph.insertNode(parts).outputs())
        slots = result if isinstance(result, list) else [result]
        self._values.update(zip(slots, found, strict=False))


def plain_compiled(program):
    """Return a program as a function that calls its operations from Python."""

    def call(*tensors):
        values = dict(zip(program.inputs, tensors, strict=True))

        def read(argument):
            if isinstance(argument, Slot):
                return values[argument]
            if isinstance(argument, (list, tuple)):
                return [read(part) for part in argument]
            return argument

        for function, args, kwargs, result in program.operations:
            named = {name: read(argument) for name, argument in kwargs.items()}
            found = function(*map(read, args), **named)
            if isinstance(result, list):
                values.update(zip(result, found, strict=True))
            else:
                values[result] = found
        return tuple(values[slot] for slot in program.outputs)

    return call


_C = torch._C
# Operations of a graph, at most: 2,000 are called without a fault and 20,000 overflow
# the stack of a process. A step of eight losses has about 200.
_MOST_OPERATIONS = 2_000
# Numbers of the memory formats in the operations of torch's interpreter.
_MEMORY_FORMATS = {torch.contiguous_format: 0, torch.preserve_format: 1}
_INTERPRETER = (
    "Graph",
    "IntType",
    "ListType",
    "TensorType",
    "TupleType",
    "_create_function_from_graph",
    "_get_graph_executor_optimize",
    "_set_graph_executor_optimize",
)
_ENGINE = getattr(torch.autograd.Variable, "_execution_engine", None)
adam_step = fused_adam_step if hasattr(torch, "_fused_adam_") else plain_adam_step
copy_all = fused_copy_all if hasattr(torch, "_foreach_copy_") else plain_copy_all
relu_backward = (
    fused_relu_backward
    if hasattr(torch.ops.aten, "threshold_backward")
    else plain_relu_backward
)
gradients = direct_gradients if hasattr(_ENGINE, "run_backward") else plain_gradients
compiled = interpreted if all(hasattr(_C, n) for n in _INTERPRETER) else plain_compiled
