"""Sums over the rows of a linear model: its loss, gradient and Hessian.

Inputs are centred by blocks that stay in the cache, in memory allocated once, so that
the table may have any length. The loss is evaluated on parts of several blocks, because
its time depends on the number of operations. Shares of the rows are summed in parallel
where cores are free, and added in a fixed order, so that the result does not depend on
the number of cores.
"""

import itertools
import threading

import torch

from skloss.training.budget import Budget

__all__ = ["RowSums"]


class RowSums:
    """The objective of a linear model and its derivatives.

    Weights and intercept are ``theta`` of shape (d, q), raw scores ``raw = X theta`` of
    shape (n, q), where the last column of X is 1. With weights w of sum s,

        value    = 1/s sum_i w_i l(raw_i, y_i) + alpha/2 ||theta without intercepts||^2,
        gradient = X' G / s + alpha theta,  G_i = w_i dl/draw_i,
        Hessian  = blocks X' diag(w_i d2l/draw_ij draw_ik) X / s, + alpha for j = k,

    as for generalised linear models (McCullagh & Nelder 1989, section 2.5).

    Parameters
    ----------
    model : FitSpec

    Attributes
    ----------
    pool : Executor or None
        Whose threads sum the shares; by default the calling thread does.
    """

    def __init__(self, model):
        self.pool = None
        rows, width = model.fit_rows, model.X.shape[1] + 1
        self.n, every = len(rows), len(rows) == len(model.X)
        self.y = model.y if every else model.y[rows]
        self.weight, self.total = model.fit_weight, model.total_weight
        self.penalty = self.total.new_tensor(model.alphas).repeat(width, 1)
        self.penalty[-1] = 0.0  # the intercept is free
        # Dividing sums by the columns' scales spares dividing the columns.
        self.unit = self.total.new_ones(width, 1)
        if not isinstance(model.X, torch.Tensor):
            self.unit[:-1, 0] = model.X.encoding.scale
        budget = Budget.for_device(model.X.device)
        fewest = budget.block_rows
        height = budget.newton_block_numbers // width
        height = max(fewest, min(budget.newton_block_rows, height))
        length = min(
            budget.newton_part_blocks * height,
            budget.newton_part_numbers // model.n_outputs**2,
        )
        self.own = threading.local()
        self.shape = (min(height, self.n), width)
        small = self.n * width <= budget.newton_kept_numbers
        whole = self.total.new_ones(self.n, width) if small else None

        def source(block):
            read = _reader(model, block, every)
            if whole is None:
                return lambda memory: memory.filled(block, read)
            x = whole[block]
            read(x[:, :-1])
            return lambda memory: x

        # Threads that wait for the interpreter cost more than the sums: views and
        # readers are made once, so that a pass takes a few calls per block.
        self.shares = [
            [
                (part, [(block, source(block)) for block in _even(part, height)])
                for part in _even(share, max(fewest, length))
            ]
            for share in _even(
                slice(0, self.n), -(-self.n // (1 if small else budget.newton_shares))
            )
        ]

    def objective(self, loss, theta):
        """Value at ``theta``, and the raw scores there."""
        raw, scaled = theta.new_empty(self.n, theta.shape[1]), theta / self.unit

        def share_values(parts, memory):
            values = []
            for part, blocks in parts:
                for block, inputs in blocks:
                    torch.mm(inputs(memory), scaled, out=raw[block])
                found = self.weight[part] * loss.pointwise(raw[part], self.y[part])
                values.append(found.sum().item())
            return values

        return self._value(self._by_share(share_values), theta), raw

    def _value(self, values, theta):
        """The objective, from the losses of the parts of each share."""
        # `math.fsum` would raise an error where a step too long has a huge loss.
        value = sum(itertools.chain.from_iterable(values)) / self.total.item()
        penalty = self.penalty[:, : theta.shape[1]]
        return value + 0.5 * (penalty * theta.square()).sum().item()

    def derivatives(self, loss, theta, raw, second=True):
        """Value, gradient (d, q) and Hessian (q * d, q * d), None without ``second``.

        The intercept is the last of d.
        """
        d, q = theta.shape
        pairs = [(j, k) for j in range(q) for k in range(j, q)] if second else []

        def share_sums(parts, memory):
            values, gradient = [], theta.new_zeros(q, d)
            products = theta.new_zeros(len(pairs), d, d)
            for part, blocks in parts:
                args = raw[part], self.y[part], self.weight[part]
                value, slope, curvature = _by_row(loss, *args, pairs)
                values.append(value)
                for block, inputs in blocks:
                    own = slice(block.start - part.start, block.stop - part.start)
                    x = inputs(memory)
                    gradient.addmm_(slope[own].mT, x)
                    for product, factor in zip(products, curvature, strict=True):
                        memory.add_product(product, x, factor, own)
            return values, gradient, products

        values, gradients, products = zip(*self._by_share(share_sums), strict=True)
        value = self._value(values, theta)
        penalty = self.penalty[:, :q]
        gradient = sum(gradients).mT / (self.total * self.unit) + penalty * theta
        if not second:
            return value, gradient, None
        hessian = theta.new_empty(q, d, q, d)
        products = sum(products) / (self.total * self.unit * self.unit.mT)
        for (j, k), product in zip(pairs, products, strict=True):
            hessian[j, :, k] = hessian[k, :, j] = product
        for j in range(q):
            hessian[j, :, j].diagonal().add_(penalty[:, j])
        return value, gradient, hessian.reshape(q * d, q * d)

    def _by_share(self, function):
        """Results of a function of a share's parts and memory, in order."""

        def call(parts):
            if not hasattr(self.own, "memory"):
                self.own.memory = _Memory(self.total, *self.shape)
            return function(parts, self.own.memory)

        each = map if self.pool is None else self.pool.map
        return list(each(call, self.shares))


class _Memory:
    """A thread's memory for a block, allocated once: new pages cost as much as sums."""

    def __init__(self, like, height, width):
        self.x = like.new_ones(height, width)  # ones in the column of the intercept
        self.weighted = None
        self.views = {}

    def filled(self, block, read):
        """Inputs of a block, the column of the intercept included."""
        n = block.stop - block.start
        if n not in self.views:
            self.views[n] = self.x[:n], self.x[:n, :-1]
        x, inputs = self.views[n]
        read(inputs)
        return x

    def add_product(self, product, x, factor, rows):
        """Add ``x' diag(factor) x``, where a factor may be one number for all rows."""
        if isinstance(factor, float):
            if factor:
                product.addmm_(x.mT, x, alpha=factor)
            return
        if self.weighted is None:
            self.weighted = torch.empty_like(self.x)
        weighted = torch.mul(x, factor[rows], out=self.weighted[: len(x)])
        product.addmm_(x.mT, weighted)


def _reader(model, block, every):
    """Return a function that writes the centred rows of a block to memory."""
    rows = block if every else model.fit_rows[block]
    if isinstance(model.X, torch.Tensor):
        return lambda out: out.copy_(model.X[rows])
    return model.X.centred(rows)


def _even(rows, size):
    """Split a slice into slices of at most ``size`` rows and nearly equal length."""
    n, length = -(-(rows.stop - rows.start) // size), rows.stop - rows.start
    ends = [rows.start + k * length // n for k in range(n + 1)]
    return [slice(a, b) for a, b in itertools.pairwise(ends)]


def _by_row(loss, raw, y, weight, pairs):
    """Value, slope (n, q) of each row, and second derivatives by pairs of outputs.

    A second derivative is of shape (n, 1), or a float that all rows share.
    """
    raw = raw.detach().requires_grad_()
    curvature = []
    with torch.enable_grad():
        value = (weight * loss.pointwise(raw, y)).sum()
        (slope,) = torch.autograd.grad(value, raw, create_graph=bool(pairs))
        for j in sorted({j for j, _ in pairs}):
            (row,) = torch.autograd.grad(slope[:, j].sum(), raw, retain_graph=True)
            curvature += [row[:, k, None] for i, k in pairs if i == j]
    for number, factor in enumerate(curvature):
        low, high = torch.aminmax(factor)
        if low == high:
            curvature[number] = low.item()
    return value.item(), slope.detach(), curvature
