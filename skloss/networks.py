"""Networks of the estimators, as plain torch modules."""

import itertools
import math

import torch
from torch import nn

__all__ = [
    "ACTIVATIONS",
    "Ensemble",
    "Network",
    "Towers",
    "initial_layers",
    "multilayer_perceptron",
    "predicted",
]

ACTIVATIONS = {
    "identity": nn.Identity,
    "logistic": nn.Sigmoid,
    "relu": nn.ReLU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}


def initial_layers(sizes, generator, dtype):
    """Draw weights and biases of the layers between ``sizes``.

    torch's rule for `nn.Linear`: uniform on +-1/sqrt(n_in), for weights and biases
    alike, but drawn from ``generator``, so that the global one is not used. Drawn in
    float64 and rounded, so that a network starts at the same weights in either
    precision.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, units of each hidden layer, outputs.
    generator : torch.Generator
    dtype : torch.dtype

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
    """A layer from a given weight (n_out, n_in) and bias, without initialisation.

    Drawing initial weights would take longer than all the rest, and would use torch's
    global generator.
    """

    def __init__(self, weight, bias):
        nn.Module.__init__(self)
        self.out_features, self.in_features = weight.shape
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)


def predicted(network, x):
    """Return ``network(x)`` without gradients, with ReLU in place after `Linear`.

    A fresh tensor per block of rows costs a tenth of a prediction's time. Modules are
    not changed to work in place, so that their hooks receive unchanged outputs.
    """
    if isinstance(network, Ensemble):
        return torch.stack([predicted(member, x) for member in network.members])
    if type(network) is not nn.Sequential:
        return network(x)
    before = None
    for layer in network:
        # Only hooks read the output of this package's layer.
        is_own = type(before) is Linear and not before._forward_hooks
        x = x.relu_() if is_own and type(layer) is nn.ReLU else layer(x)
        before = layer
    return x


class Towers(nn.Module):
    """Two networks on two groups of columns, their outputs joined.

    Each is a linear map plus a multilayer perceptron that starts at 0: on views that
    are linear in what they share, a perceptron alone has to learn that first, from few
    rows. Constants that are learned with the networks follow as further outputs, equal
    for all rows. As in CLIP they are clamped before each step.

    Parameters
    ----------
    n_inputs : (int, int)
        Columns of the first and of the second group.
    hidden_layer_sizes : tuple of int
        Hidden layers of each tower.
    n_outputs : int
        Outputs of each tower.
    activation : str
    constants : sequence of (float, float, float), default ()
        Start, lowest and highest value of each constant.
    """

    def __init__(
        self, n_inputs, hidden_layer_sizes, n_outputs, activation, constants=()
    ):
        super().__init__()
        self.n_inputs, self.constants = n_inputs, None
        if constants:
            start, low, high = torch.tensor(constants).T
            self.constants = nn.Parameter(start)
            self.register_buffer("low", low)
            self.register_buffer("high", high)
        self.towers = nn.ModuleList()
        for n in n_inputs:
            modules = []
            sizes = n, *hidden_layer_sizes, n_outputs
            for n_in, n_out in itertools.pairwise(sizes):
                modules += [nn.Linear(n_in, n_out), ACTIVATIONS[activation]()]
            self.towers.append(nn.Sequential(*modules[:-1]))
        self.direct = nn.ModuleList()
        for n in n_inputs if hidden_layer_sizes else ():
            self.direct.append(nn.Linear(n, n_outputs))
        for tower in self.towers if hidden_layer_sizes else ():
            nn.init.zeros_(tower[-1].weight)
            nn.init.zeros_(tower[-1].bias)

    def forward(self, X):
        views = X.split(self.n_inputs, dim=-1)
        pairs = zip(self.towers, views, strict=True)
        parts = [tower(view) for tower, view in pairs]
        for place, linear in enumerate(self.direct):
            parts[place] = parts[place] + linear(views[place])
        if self.constants is not None:
            if self.training:
                with torch.no_grad():
                    self.constants.clamp_(self.low, self.high)
            constants = self.constants.clamp(self.low, self.high)
            parts.append(constants.expand(len(X), -1))
        return torch.cat(parts, dim=-1)


class Ensemble(nn.Module):
    """Networks side by side: output of shape (n_members, n_samples, n_outputs)."""

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, X):
        return torch.stack([member(X) for member in self.members])


class Network(nn.Sequential):
    """An encoding of raw columns, then a network on the encoded ones.

    Rows may have any floating dtype: they are encoded in that of the network.
    """

    def forward(self, input):
        encoding, body = self
        floating = (p.dtype for p in body.parameters() if p.is_floating_point())
        return body(encoding(input, next(floating, input.dtype)))
