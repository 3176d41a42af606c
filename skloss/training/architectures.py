"""Architectures: which module is trained, and by which stack."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch

from skloss.networks import Towers, multilayer_perceptron
from skloss.training.correlation_start import start_at_correlation
from skloss.training.module_stack import ModuleStack
from skloss.training.perceptron_stack import PerceptronStack
from skloss.training.stack import Stack

__all__ = ["Architecture", "Perceptron", "TwoTowers", "UserModule"]


class Architecture(Protocol):
    """What solvers and estimators require of a model.

    Instances are compared with ``==`` and hashed: specs of equal architecture, data
    and settings train in one stack.

    Attributes
    ----------
    is_linear : bool
        Whether raw scores are ``x @ W + b``, the model that Newton requires.
    is_stackable : bool
        Whether several models may share a stack.
    takes_piecewise_linear : bool
        Whether ``numeric_encoding="auto"`` appends piecewise-linear columns.
    widest : int
        Numbers per row of the widest hidden layer: predictions take fewer rows at once
        where it is large.
    """

    is_linear: bool
    is_stackable: bool
    takes_piecewise_linear: bool
    widest: int

    def carries_linear(self, n_outputs: int) -> bool:
        """Return whether its stack can start at a linear model of that many outputs."""
        ...

    def stack(self, specs: list[Any]) -> Stack:
        """Return the models of some specs, at their initial weights."""
        ...

    def module(self, fit: Any) -> torch.nn.Module:
        """Return a trained model as a plain module, from its `FitResult`."""
        ...

    def cost(self, n_features: int, n_outputs: int, n_rows: int) -> int:
        """Return the multiplications of a forward pass over that many rows."""
        ...


@dataclass(frozen=True)
class Perceptron:
    """A multilayer perceptron; without hidden layers, a linear model.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int
    activation : str
        Name in `skloss.networks.ACTIVATIONS`.
    """

    hidden_layer_sizes: tuple[int, ...] = (64, 64)
    activation: str = "relu"

    is_stackable = True

    def __str__(self):
        return f"hidden_layer_sizes={self.hidden_layer_sizes}"

    @property
    def is_linear(self):
        """Whether there is no hidden layer."""
        return not self.hidden_layer_sizes

    @property
    def takes_piecewise_linear(self):
        """Whether there are hidden layers: a linear model has one slope per column."""
        return not self.is_linear

    @property
    def widest(self):
        """Units of the widest hidden layer, or 0."""
        return max(self.hidden_layer_sizes, default=0)

    def carries_linear(self, n_outputs):
        """Whether a(z) - a(-z) = z, and half of the units or more are free to learn."""
        narrowest = min(self.hidden_layer_sizes, default=0)
        return self.activation in ("relu", "silu") and 4 * n_outputs <= narrowest

    def stack(self, specs):
        """Return a `PerceptronStack`."""
        return PerceptronStack(specs)

    def module(self, fit):
        """Return ``Linear, activation, ..., Linear``."""
        return multilayer_perceptron(fit.layers, self.activation)

    def cost(self, n_features, n_outputs, n_rows):
        """Multiplications of the products of all layers."""
        sizes = n_features, *self.hidden_layer_sizes, n_outputs
        return n_rows * sum(a * b for a, b in itertools.pairwise(sizes))


@dataclass(frozen=True)
class UserModule:
    """A user-defined module.

    Parameters
    ----------
    build : callable
        ``(n_features, n_outputs) -> torch.nn.Module``.
    """

    # A callable need not be hashable.
    build: Callable[[int, int], torch.nn.Module] = field(hash=False)

    is_linear = False
    is_stackable = False
    takes_piecewise_linear = False  # the user's module gets the columns as they are
    widest = 64  # unknown, so that of a default perceptron is taken

    def __str__(self):
        return "a custom network"

    def carries_linear(self, n_outputs):
        """Return False: its layers are not known."""
        return False

    def stack(self, specs):
        """Return a `ModuleStack` of the only spec."""
        return ModuleStack(specs)

    def module(self, fit):
        """Return the trained module itself."""
        return fit.network

    def cost(self, n_features, n_outputs, n_rows):
        """Those of a linear model, since the module's own are not known."""
        return n_rows * n_features * n_outputs


@dataclass(frozen=True)
class TwoTowers:
    """Two perceptrons, one per view of the rows, for the losses on pairs.

    The columns of both views are joined, those of the first view first; the outputs
    are the embedding of the first view followed by that of the second.

    Parameters
    ----------
    n_first : int
        Columns of the first view.
    hidden_layer_sizes : tuple of int
        Hidden layers of each tower.
    activation : str
    constants : tuple of (float, float, float)
        Start, lowest and highest value of constants that are learned with the towers.
        They are the last outputs.
    """

    n_first: int
    hidden_layer_sizes: tuple[int, ...] = (64, 64)
    activation: str = "relu"
    constants: tuple[tuple[float, float, float], ...] = ()

    is_linear = False
    is_stackable = False
    takes_piecewise_linear = False  # appended columns would belong to neither view

    @property
    def widest(self):
        """Units of the widest hidden layer of both towers, or 0."""
        return 2 * max(self.hidden_layer_sizes, default=0)

    def carries_linear(self, n_outputs):
        """Return False: each tower has a linear map of its own."""
        return False

    def build(self, n_features, n_outputs):
        """Return the towers; half of the outputs belong to each, after constants."""
        n_inputs = self.n_first, n_features - self.n_first
        return Towers(
            n_inputs,
            self.hidden_layer_sizes,
            (n_outputs - len(self.constants)) // 2,
            self.activation,
            self.constants,
        )

    def stack(self, specs):
        """Return a `ModuleStack` of the only spec, at the correlation of the views."""
        stack = ModuleStack(specs)
        if specs[0].start is None:
            start_at_correlation(stack.network, specs[0])
        return stack

    def module(self, fit):
        """Return the trained towers."""
        return fit.network

    def cost(self, n_features, n_outputs, n_rows):
        """Multiplications of the products of both towers."""
        towers = Perceptron(self.hidden_layer_sizes, self.activation)
        both = (self.n_first, n_features - self.n_first)
        direct = n_features * (n_outputs // 2) * n_rows if self.widest else 0
        return direct + sum(towers.cost(n, n_outputs // 2, n_rows) for n in both)
