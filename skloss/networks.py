"""The small networks of the estimators, as plain torch modules."""

import itertools
import math

import torch
from torch import nn

__all__ = ["ACTIVATIONS", "Ensemble", "initial_layers", "multilayer_perceptron"]

ACTIVATIONS = {
    "identity": nn.Identity,
    "logistic": nn.Sigmoid,
    "relu": nn.ReLU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}


def initial_layers(sizes, generator, dtype):
    """Draw weights and biases of the layers between ``sizes``.

    torch's own rule for `nn.Linear`: uniform on +-1/sqrt(inputs), for weights and
    biases alike, but from ``generator``, so that the global one is left alone. Drawn in
    float64 and rounded: a network starts alike in either precision.

    Returns
    -------
    list of (weight of shape (n_in, n_out), bias of shape (n_out,))
    """
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        bound = 1 / math.sqrt(n_in)
        drawn = torch.rand(n_in + 1, n_out, generator=generator, dtype=torch.float64)
        drawn = ((2 * drawn - 1) * bound).to(dtype)
        layers.append((drawn[:-1], drawn[-1]))
    return layers


def multilayer_perceptron(layers, activation, first=None):
    """Build ``Linear, activation, ..., Linear`` from (weight, bias) pairs."""
    modules = [] if first is None else [first]
    for weight, bias in layers:
        linear = Linear(weight.T.contiguous(), bias.clone())
        modules += [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*modules[:-1])


class Linear(nn.Linear):
    """torch's own layer made of a weight (n_out, n_in) and a bias, none drawn before.

    To draw them takes longer than all else, and from torch's global generator.
    """

    def __init__(self, weight, bias):
        nn.Module.__init__(self)
        self.out_features, self.in_features = weight.shape
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)


class Ensemble(nn.Module):
    """Networks side by side: output of shape (n_members, n_samples, n_outputs)."""

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, X):
        return torch.stack([member(X) for member in self.members])
