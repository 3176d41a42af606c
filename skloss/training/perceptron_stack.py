"""A stack of perceptrons of one shape: forward and backward as batched products."""

import itertools

import torch

from skloss.networks import initial_layers
from skloss.training import kernels

__all__ = ["PerceptronStack"]


def _activate(name, z, out):
    """Apply an activation, in place but for silu, whose derivative needs its input."""
    if name == "relu":
        return z.relu_()
    if name == "tanh":
        return z.tanh_()
    if name == "logistic":
        return z.sigmoid_()
    return torch.ops.aten.silu.out(z, out=out) if name == "silu" else z


def _chain(name, gradient, z, activated):
    """Multiply a gradient by the activation's derivative, in place."""
    if name == "relu":
        kernels.relu_backward(gradient, activated)
    elif name == "tanh":
        gradient.mul_(1 - activated.square())
    elif name == "logistic":
        gradient.mul_(activated * (1 - activated))
    elif name == "silu":
        s = torch.sigmoid(z)
        gradient.mul_(s * (1 + z * (1 - s)))


def _write_product(a, b, out):
    """Write a batch of small products to ``out``.

    BLAS takes a batch at once only where the result has no gaps: for small products
    that is worth a copy.
    """
    if out.is_contiguous():
        torch.bmm(a, b, out=out)
    else:
        out.copy_(torch.bmm(a, b))


class _Memory:
    """Tensors of a pass over a number of rows, and views of them, made once.

    Attributes
    ----------
    features : Tensor
        The part of the first inputs that is filled for each pass; the rest is a
        column of ones if there are hidden layers.
    inputs, transposed : list of Tensor
        Inputs of each layer.
    outs, slopes : list of Tensor
        Of each hidden layer, z and the derivative of the loss by z.
    """

    def __init__(self, x, outs, activated, slopes, raw, n_features):
        self.features = x[..., :n_features]
        self.inputs = [x, *activated]
        self.transposed = [tensor.mT for tensor in self.inputs]
        self.outs, self.slopes = outs, slopes
        self.raw, self.raw_transposed = raw, raw.mT


class PerceptronStack:
    """A `Stack` of perceptrons of one shape, one row of memory per model.

    Layer k computes z_k = x_{k-1} W_k + b_k and x_k = a(z_k); the raw scores are
    the z of the last layer. With D_k = d loss / d z_k, the backward pass is

        d loss / d W_k = x_{k-1}' D_k,  d loss / d b_k = sum over rows of D_k,
        D_{k-1} = (D_k W_k') * a'(z_{k-1}),

    as in Goodfellow, Bengio & Courville (2016), Deep Learning, algorithm 6.4. It is
    written out, into buffers made once: autograd would allocate them in every step.
    D of the last layer comes from autograd, so that a loss stays one formula.

    Attributes
    ----------
    weights, biases : list of Tensor
        Views of ``flat``, shapes (n, n_in, n_out) and (n, 1, n_out).
    """

    is_deterministic = True

    def __init__(self, models):
        first = models[0]
        hidden = first.architecture.hidden_layer_sizes
        self.activation = first.architecture.activation
        self.n_outputs = [model.n_outputs for model in models]
        self.sizes = (first.X.shape[1], *hidden, max(self.n_outputs))
        self.width = self.sizes[-1]  # outputs, the shorter ones padded
        self.n = len(models)
        self._allocate(first.X.dtype, first.X.device)
        for index, model in enumerate(models):
            self._fill(index, self._initial(model, hidden))

    def _initial(self, model, hidden):
        if model.start is not None:
            return model.start.layers
        generator = torch.Generator().manual_seed(model.seed)
        sizes = (model.X.shape[1], *hidden, model.n_outputs)
        layers = initial_layers(sizes, generator, model.X.dtype)
        if model.head_bias is not None:
            layers[-1][1].copy_(model.head_bias)
        return layers

    def _allocate(self, dtype, device):
        self._shapes = []
        for n_in, n_out in itertools.pairwise(self.sizes):
            self._shapes += [(n_in, n_out), (1, n_out)]
        total = sum(a * b for a, b in self._shapes)
        # Rows that begin on a cache line (16 numbers): BLAS reads them faster.
        total = -(-total // 16) * 16
        self.flat = torch.zeros((self.n, total), dtype=dtype, device=device)
        self.grad = torch.zeros_like(self.flat)
        self.weights, self.biases = self._views(self.flat)
        self.weight_grads, self.bias_grads = self._views(self.grad)
        self.penalised = self.flat.new_zeros(total)
        for weight in self._views(self.penalised[None])[0]:
            weight.fill_(1.0)
        self._transposed = [weight.mT for weight in self.weights]
        self._head = self.biases[-1].mT, self._transposed[-1]
        self._head_grad = self.weight_grads[-1].mT
        # The first intercepts lie behind their weights: a column of ones next to the
        # inputs makes one product of both.
        n_in, n_out = self.sizes[0] + 1, self.sizes[1]
        self._first, self._first_grad = (
            flat[:, : n_in * n_out].view(self.n, n_in, n_out)
            for flat in (self.flat, self.grad)
        )
        self._made = {}

    def _views(self, flat):
        n, views, begin = len(flat), [], 0
        for n_in, n_out in self._shapes:
            end = begin + n_in * n_out
            views.append(flat[:, begin:end].view(n, n_in, n_out))
            begin = end
        # The head lies transposed in memory: BLAS is slow on products with one or two
        # columns, and fast on the same products with one or two rows.
        n_in, n_out = self._shapes[-2]
        begin = end - n_out - n_in * n_out
        views[-2] = flat[:, begin : end - n_out].view(n, n_out, n_in).mT
        return views[::2], views[1::2]

    def _fill(self, index, layers):
        for k, (weight, bias) in enumerate(layers):
            self.weights[k][index, :, : weight.shape[1]] = weight
            self.biases[k][index, 0, : bias.shape[0]] = bias

    def output_weights(self, outputs):
        """Return 1 for each weight that leads to some outputs, and 0 for the others."""
        mask = torch.zeros_like(self.penalised)
        self._views(mask[None])[0][-1][..., outputs] = 1.0
        return mask

    def start_at(self, index, weight, bias):
        """Let a model predict ``x @ weight + bias``, x the first of its inputs.

        With a(z) - a(-z) = z for ReLU and SiLU, two units of each hidden layer for each
        output carry a(z) and a(-z) to the head. The other units keep the weights that
        were drawn, and enter the head with weights of zero.

        Parameters
        ----------
        index : int
        weight : Tensor of shape (n_in, n_outputs)
        bias : Tensor of shape (n_outputs,)
        """
        n_in, n = weight.shape
        both = slice(0, 2 * n)
        for hidden, own in zip(self.weights[:-1], self.biases[:-1], strict=True):
            hidden[index, :, both] = own[index, :, both] = 0.0
        self.weights[0][index, :n_in, both] = torch.cat([weight, -weight], 1)
        one = torch.eye(n, dtype=self.flat.dtype, device=self.flat.device)
        difference = torch.cat([one, -one])
        for middle in self.weights[1:-1]:
            middle[index, both, both] = torch.cat([difference, -difference], 1)
        head = self.weights[-1][index]
        head.zero_()
        head[both, :n] = difference
        self.biases[-1][index, 0, :n] = bias

    def result(self, index, best):
        """The best layers of one model, as `FitResult` holds them.

        Parameters
        ----------
        index : int
        best : Tensor of the shape of ``flat``

        Returns
        -------
        dict
            ``layers``, copies of the (weight, bias) pairs, padding left off.
        """
        weights, biases = self._views(best[index : index + 1])
        layers = [
            (w[0].clone(), b[0, 0].clone())
            for w, b in zip(weights, biases, strict=True)
        ]
        weight, bias = layers[-1]
        n_outputs = self.n_outputs[index]
        layers[-1] = (weight[:, :n_outputs].clone(), bias[:n_outputs].clone())
        return {"layers": layers}

    def remember(self):
        """Do nothing: all of the state is in ``flat``."""

    def keep(self, indices):
        """Keep only the models at ``indices``."""
        kept = self.flat[indices]
        self.n = len(indices)
        self.n_outputs = [self.n_outputs[i] for i in indices]
        self._allocate(self.flat.dtype, self.flat.device)
        self.flat.copy_(kept)

    def _memory(self, n_rows):
        """Memory for a pass, allocated once: new pages cost as much as the sums."""
        if n_rows not in self._made:
            new, hidden = self.flat.new_empty, self.sizes[1:-1]
            x = self.flat.new_ones(self.n, n_rows, self.sizes[0] + bool(hidden))
            outs, slopes, activated = (
                [new(self.n, n_rows, size) for size in hidden] for _ in range(3)
            )
            if self.activation != "silu":  # in place
                activated = outs
            raw = new(self.n, self.width, n_rows).mT
            self._made[n_rows] = _Memory(x, outs, activated, slopes, raw, self.sizes[0])
        return self._made[n_rows]

    def inputs(self, n_rows):
        """Memory of shape (n, n_rows, n_in), filled by the caller before `forward`."""
        return self._memory(n_rows).features

    def memory(self, n_rows):
        """Tensors that a pass reads and writes: see `Stack`."""
        memory = self._memory(n_rows)
        passed = [*memory.inputs, *memory.outs, *memory.slopes, memory.raw]
        return [self.flat, self.grad, *passed]

    def forward(self, x):
        """Raw scores of the rows in `inputs`; stores what `backward` needs.

        Returns
        -------
        Tensor of shape (n, rows, n_outputs)
            Overwritten by the next pass.
        """
        memory = self._memory(x.shape[1])
        x = memory.inputs[0]
        for k, out in enumerate(memory.outs):
            if k == 0:
                torch.bmm(x, self._first, out=out)
            else:
                torch.baddbmm(self.biases[k], x, self.weights[k], out=out)
            x = _activate(self.activation, out, memory.inputs[k + 1])
        bias, weight = self._head
        torch.baddbmm(bias, weight, memory.transposed[-1], out=memory.raw_transposed)
        self._tape = memory
        return memory.raw

    def evaluate(self, x, flat):
        """Raw scores for any weights, in the memory of the first of the models."""
        n, (weights, biases) = len(flat), self._views(flat)
        memory = self._memory(x.shape[1])
        x, raw = memory.inputs[0][:n], memory.raw[:n]
        for k, out in enumerate(memory.outs):
            if k == 0:
                first = flat[:, : self._first[0].numel()].view(n, *self._first[0].shape)
                z = torch.bmm(x, first, out=out[:n])
            else:
                z = torch.baddbmm(biases[k], x, weights[k], out=out[:n])
            x = _activate(self.activation, z, memory.inputs[k + 1][:n])
        return torch.baddbmm(biases[-1].mT, weights[-1].mT, x.mT, out=raw.mT).mT

    def backward(self, gradient):
        """Fill ``grad`` from the gradient with respect to the last outputs."""
        memory = self._tape
        inputs, transposed, last = memory.inputs, memory.transposed, len(memory.outs)
        _write_product(gradient.mT, inputs[last], self._head_grad)
        torch.sum(gradient, 1, keepdim=True, out=self.bias_grads[last])
        for k in range(last - 1, -1, -1):
            slope = memory.slopes[k]
            torch.bmm(gradient, self._transposed[k + 1], out=slope)
            _chain(self.activation, slope, memory.outs[k], inputs[k + 1])
            if k == 0:
                _write_product(transposed[0], slope, self._first_grad)
            else:
                torch.bmm(transposed[k], slope, out=self.weight_grads[k])
                torch.sum(slope, 1, keepdim=True, out=self.bias_grads[k])
            gradient = slope

    def predict(self, x, indices):
        """Raw scores of some models on the same rows, shape (models, rows, outputs)."""
        x = x.expand(len(indices), *x.shape)
        last = len(self.weights) - 1
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = torch.baddbmm(bias[indices], x, weight[indices])
            if k < last:
                x = _activate(self.activation, x, torch.empty_like(x))
        return x
