"""A stack of one user-defined module, trained through autograd."""

import copy
import os
import threading
from contextlib import contextmanager

import torch

from skloss.training.devices import seeded
from skloss.training.isolation import single_precision_by_default

__all__ = ["ModuleStack"]


class ModuleStack:
    """A `Stack` of one user-defined module, differentiated by autograd.

    Its parameters become views of ``flat`` and their gradients views of ``grad``, so
    that nothing changes for solvers. Dropout and initial weights draw from torch's
    default generators: one stack at a time seeds them by model and step, and restores
    them after each call of the module.
    """

    is_deterministic = False  # as far as is known of a user's module
    _generator = threading.Lock()

    def __init__(self, models):
        (model,) = models
        self.n, self.n_outputs, self._seed = 1, [model.n_outputs], model.seed
        self.width, self._n_inputs = model.n_outputs, model.X.shape[1]
        self._device = model.X.device
        if model.start is not None:
            self.network = copy.deepcopy(model.start.network)
        else:
            with self._forked(0), single_precision_by_default():
                self.network = model.architecture.build(
                    model.X.shape[1], model.n_outputs
                )
        if not isinstance(self.network, torch.nn.Module):
            raise TypeError(
                "network(n_features, n_outputs) must return a torch.nn.Module, not "
                f"{type(self.network).__name__}."
            )
        self.network.to(device=model.X.device, dtype=model.X.dtype)
        parameters = [p for p in self.network.parameters() if p.requires_grad]
        if not parameters:
            raise ValueError("The network has no parameters that could be learned.")
        self.flat = torch.cat([p.detach().flatten() for p in parameters])[None]
        self.grad = torch.zeros_like(self.flat)
        self.penalised = torch.ones_like(self.flat[0])
        sizes = [p.numel() for p in parameters]
        blocks = zip(
            parameters,
            *(t[0].split(sizes) for t in (self.flat, self.grad)),
            self.penalised.split(sizes),
            strict=True,
        )
        for p, value, grad, penalised in blocks:
            p.data, p.grad = value.view_as(p), grad.view_as(p)
            if p.ndim <= 1:  # vectors are intercepts
                penalised.fill_(0.0)
        self.remember()
        self._n_calls = 0 if model.start is None else model.start.n_steps_taken

    def inputs(self, n_rows):
        """Memory for a batch, new each time because a module may keep its input."""
        return self.flat.new_empty(1, n_rows, self._n_inputs)

    @contextmanager
    def _forked(self, step):
        # A prime apart, so that the steps of one seed are not those of the next seed.
        with self._generator, seeded(self._device, self._seed + 7919 * step):
            yield

    def remember(self):
        """Store the module's buffers, such as the means of a BatchNorm."""
        self._buffers = [buffer.clone() for buffer in self.network.buffers()]

    @torch.no_grad()
    def result(self, index, best):
        """The module at its best weights and buffers, as `FitResult` holds it."""
        self.flat.copy_(best)
        for buffer, kept in zip(self.network.buffers(), self._buffers, strict=True):
            buffer.copy_(kept)
        for p in self.network.parameters():
            p.data, p.grad = p.data.clone(), None
        return {"layers": None, "network": self.network.eval()}

    def keep(self, indices):
        """Keep the only model."""

    def memory(self, n_rows):
        """None: what a module does in a pass is not known."""
        return

    def forward(self, x):
        self.network.train()
        self._n_calls += 1
        with self._forked(self._n_calls), torch.enable_grad():
            self._out = self._called(x[0])
        if not torch.is_tensor(self._out):
            raise TypeError(
                f"The network returned a {type(self._out).__name__}; its forward must "
                "return one tensor of shape (n_samples, n_outputs)."
            )
        if self._out.ndim == 1:
            self._out = self._out[:, None]
        expected = (x.shape[1], self.n_outputs[0])
        if tuple(self._out.shape) != expected:
            raise ValueError(
                f"The network returned shape {tuple(self._out.shape)}, but the loss "
                f"needs {expected}: network(n_features, n_outputs) must build a module "
                "with n_outputs outputs."
            )
        return self._out.detach()[None]

    def _called(self, x):
        """Return the module's output, or state which input it cannot take."""
        try:
            return self.network(x)
        except RuntimeError as error:
            if "shapes cannot be multiplied" not in str(error):
                raise
            raise ValueError(
                f"The network cannot take {x.shape[1]} columns ({error}): "
                "network(n_features, n_outputs) must build a module with n_features "
                "inputs."
            ) from error

    def backward(self, gradient):
        self.grad.zero_()
        self._out.backward(gradient[0])

    def evaluate(self, x, flat):
        """Raw scores without dropout; ``flat`` must be the weights of the module."""
        return self.predict(x[0], [0])

    def predict(self, x, indices):
        self.network.eval()
        out = self.network(x)
        return (out[:, None] if out.ndim == 1 else out)[None]


def _release_generator():
    """Replace the lock in a forked child: the thread that holds it was not copied."""
    ModuleStack._generator = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_generator)
