"""Private torch kernels, each with a plain version where torch lacks it."""

import torch

try:
    from torch.utils._python_dispatch import TorchDispatchMode as DispatchMode
    from torch.utils._pytree import tree_leaves, tree_map_only

    #: Reads the number of a tensor, such as a truth value to branch on.
    NUMBER_OF = torch.ops.aten._local_scalar_dense.default
except (ImportError, AttributeError):  # autograd then evaluates losses in every step
    DispatchMode = None

__all__ = [
    "NUMBER_OF",
    "DispatchMode",
    "adam_step",
    "copy_all",
    "gradients",
    "relu_backward",
    "tree_leaves",
    "tree_map_only",
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


_ENGINE = getattr(torch.autograd.Variable, "_execution_engine", None)
adam_step = fused_adam_step if hasattr(torch, "_fused_adam_") else plain_adam_step
copy_all = fused_copy_all if hasattr(torch, "_foreach_copy_") else plain_copy_all
relu_backward = (
    fused_relu_backward
    if hasattr(torch.ops.aten, "threshold_backward")
    else plain_relu_backward
)
gradients = direct_gradients if hasattr(_ENGINE, "run_backward") else plain_gradients
