"""Rows of a stack: shuffled batches to learn from, and rows to stop on."""

import itertools

import numpy as np
import torch

from skloss.encoding import grouped_order
from skloss.training.budget import Budget

__all__ = ["FitRows", "ValidationRows"]


class FitRows:
    """Batches of all models of a stack, each in its own order.

    Orders depend on each model's seed and number of rows alone: models that share both
    use the same batches, so that a comparison of losses is paired. Folds may differ by
    some rows: an epoch takes equally many of each, and none of the padding.
    """

    def __init__(self, models):
        self.models = models
        self.budget = Budget.for_device(models[0].X.device)
        self.n_steps, first = models[0].n_steps, models[0]
        n_rows = first.batch_size if self.n_steps > 1 else len(first.fit_rows)
        self.width = n_rows * first.n_views
        self.indices = _padded([_views(m, m.fit_rows) for m in models])
        self.indices = self.indices.to(first.X.device)
        self.y = _padded([_views(m, m.y[m.fit_rows]) for m in models])
        self.weight = _padded([self._weight(m) for m in models])
        lengths = [len(m.fit_rows) for m in models]
        self.is_padded = len(set(lengths)) > 1
        self.shares = self.weight.new_tensor([n_rows / n for n in lengths])
        self.last_losses = None
        self.generators, self.groups = {}, {}
        for m in models:
            generator = torch.Generator().manual_seed(_order_seed(m))
            self.generators.setdefault(_order_key(m), generator)
            if m.groups is not None:
                rows = _views(m, m.groups[m.fit_rows])
                self.groups.setdefault(_order_key(m), rows)
        self._arrange()

    def _weight(self, model):
        """Weights of mean 1 over all rows, divided by the rows of a batch."""
        mean = model.total_weight / len(model.fit_rows)
        return _views(model, model.fit_weight) / (mean * self.width)

    def _arrange(self):
        """Join small tables of several folds, so that a batch is a single look-up."""
        self.numbers, self.joined, self.twins = self.indices, None, {}
        tables = {id(m.X): m.X for m in self.models}
        kept = all(isinstance(X, torch.Tensor) for X in tables.values())
        if kept and len(tables) == 1:
            self.joined = self.models[0].X
        elif (
            kept
            and sum(X.numel() for X in tables.values()) <= self.budget.joined_numbers
        ):
            self.joined = torch.cat(list(tables.values()))
            begins = np.cumsum([0] + [len(X) for X in tables.values()])
            begin = dict(zip(tables, begins.tolist(), strict=False))
            first = self.indices.new_tensor([begin[id(m.X)] for m in self.models])
            self.numbers = self.indices + first[:, None]
        # Otherwise rows are looked up once for all models that use the same ones.
        for position, m in enumerate(self.models):
            key = (id(m.X), m.seed, id(m.fit_rows))
            self.twins.setdefault(key, []).append(position)
        self.shared = {}  # without an order of their own, members share all rows
        for position, m in enumerate(self.models):
            rows = None if self._reads_all(m) else id(m.fit_rows)
            self.shared.setdefault((id(m.X), rows), []).append(position)

    def estimates(self, losses):
        """Weighted mean over all rows, each at the last step that saw the row.

        The rows of the ragged batch keep their losses of earlier epochs: a mean over
        the others would scatter, from epoch to epoch, by more than training gains.

        Parameters
        ----------
        losses : Tensor of shape (steps, models, rows)
            Losses of the rows in the order of the epoch.

        Returns
        -------
        Tensor of shape (models,)
        """
        seen = losses.transpose(0, 1).flatten(1)
        if self.last_losses is None:
            mean = seen.mean(1, keepdim=True)
            self.last_losses = mean.repeat(1, self.indices.shape[1])
        self.last_losses.scatter_(1, self._order, seen)
        return torch.linalg.vecdot(self.weight, self.last_losses) * self.shares

    @torch.no_grad()
    def scores(self, stack, flat, losses, positions):
        """Weighted mean loss of some models over all of their rows, block by block.

        Parameters
        ----------
        stack : Stack
        flat : Tensor of shape (len(positions), n_parameters)
            Their weights, now or after an earlier epoch.
        losses : callable ``(raw, y) -> Tensor of shape (len(positions), rows)``
        positions : list of int

        Returns
        -------
        Tensor of shape (len(positions),)
        """
        total, n_rows = 0.0, self.indices.shape[1]
        numbers = len(positions) * stack.width
        step = max(self.budget.block_rows, self.budget.judged_numbers // numbers)
        for begin in range(0, n_rows, step):
            part = slice(begin, min(begin + step, n_rows))
            raw = self._raw_scores(stack, flat, positions, part)
            weight = self.weight[positions, part]
            values = losses(raw, self.y[positions, part])
            if self.is_padded:  # the loss of padding may be infinite
                values = values.masked_fill(weight == 0, 0.0)
            total += torch.linalg.vecdot(weight, values)
        return total * self.shares[positions]

    def _raw_scores(self, stack, flat, positions, part):
        """Raw scores of some models on a part of their rows, in blocks."""
        n, size = len(positions), self.budget.judged_rows // len(positions)
        size = max(self.budget.block_rows, size)
        raw = self.weight.new_empty(n, part.stop - part.start, stack.width)
        slots = {position: slot for slot, position in enumerate(positions)}
        for begin in range(part.start, part.stop, size):
            block = slice(begin, min(begin + size, part.stop))
            x = stack.inputs(block.stop - begin)[:n]
            # A look-up of every row is one call; for larger blocks it would be slower
            # than the copies of shared rows below.
            if self.joined is not None and x.numel() <= self.budget.judged_numbers:
                numbers = self.numbers[positions, block].flatten()
                torch.index_select(self.joined, 0, numbers, out=x.view(-1, x.shape[2]))
                shared = ()
            else:
                shared = self.shared.values()
            for members in shared:
                own = [slots[position] for position in members if position in slots]
                if not own:
                    continue
                m = self.models[members[0]]
                whole = self._reads_all(m)
                picked = m.X[block if whole else self.indices[members[0], block]]
                for slot in own:
                    x[slot] = picked
            begin -= part.start
            raw[:, begin : begin + x.shape[1]] = stack.evaluate(x, flat)
        return raw

    def _reads_all(self, model):
        """Whether a model is fitted to every row of its table, in their order."""
        return not self.is_padded and len(model.fit_rows) == len(model.X)

    def keep(self, positions):
        """Keep only the models at ``positions``."""
        self.models = [self.models[p] for p in positions]
        self.indices = self.indices[positions]
        self.y = self.y[positions]
        self.weight = self.weight[positions]
        self.shares = self.shares[positions]
        if self.last_losses is not None:
            self.last_losses = self.last_losses[positions]
        self._arrange()

    def shuffle(self):
        """Draw the next epoch's order.

        Returns
        -------
        (Tensor, Tensor)
            Targets and weights, each of shape (steps, models, rows, ...).
        """
        if self.n_steps == 1:
            self._numbers = (self.numbers,)
            return self.y[None], self.weight[None]
        used = self.n_steps * self.width
        drawn = {
            key: self._draw(key, generator)[:used]
            for key, generator in self.generators.items()
        }
        keys = [_order_key(m) for m in self.models]
        if len(set(keys)) == 1:  # without a copy for each
            order = drawn[keys[0]].expand(len(keys), -1)
        else:
            order = torch.stack([drawn[key] for key in keys])
        self._order = order = order.to(self.indices.device)
        y = self.y
        wide = order.reshape(*order.shape, *(1,) * (y.ndim - 2))
        numbers, y, weight = (
            array.unflatten(1, (self.n_steps, self.width)).transpose(0, 1)
            for array in (
                self.numbers.gather(1, order),
                y.gather(1, wide.expand(*order.shape, *y.shape[2:])),
                self.weight.gather(1, order),
            )
        )
        numbers = numbers.contiguous()
        joined = self.joined is not None
        self._numbers = (numbers.flatten(1) if joined else numbers).unbind()
        return y, weight

    def _draw(self, key, generator):
        """Draw an order of rows, in which those of one group stand together."""
        if key in self.groups:
            return grouped_order(self.groups[key], generator)
        return torch.randperm(key[1], generator=generator)

    @property
    def table(self):
        """The rows of all models, where the numbers of those of a batch are enough."""
        return None if self._is_augmented else self.joined

    @property
    def _is_augmented(self):
        augmentation = self.models[0].augmentation
        return augmentation is not None and not augmentation.is_identity

    def batch(self, step, x):
        """Return a batch: the numbers of its rows in `table`, or ``x``, filled."""
        if self.table is None:
            return self.read(step, x)
        return self._numbers[step].view(-1)

    def read(self, step, x):
        """Write the inputs of a batch to ``x``, (models, rows, features)."""
        numbers = self._numbers[step]
        if self.joined is not None:
            out = x.view(-1, x.shape[2])
            torch.index_select(self.joined, 0, numbers.view(-1), out=out)
        else:
            for positions in self.twins.values():
                picked = self.models[positions[0]].X[numbers[positions[0]]]
                for position in positions:
                    x[position] = picked
        if self._is_augmented:
            self._augment(x)
        return x

    def _augment(self, x):
        drawn = {}  # models with the same rows have the same changes
        for position, model in enumerate(self.models):
            key = _order_key(model)
            if key not in drawn:
                drawn[key] = self.generators[key].get_state()
            self.generators[key].set_state(drawn[key])
            self.models[0].augmentation.change(x[position], self.generators[key])


class ValidationRows:
    """Held-out rows of all models of a stack; models with equal rows share them.

    A loss that compares rows is the mean over blocks of the size of a batch, so that
    memory does not grow with the square of the rows.
    """

    def __init__(self, models):
        first = models[0]
        self.is_empty = first.validation_rows is None
        if self.is_empty:
            return
        n_rows = len(first.validation_rows)
        n_blocks = 1
        if first.compares_rows:
            n_blocks = max(1, n_rows // first.batch_size)
        edges = [n_rows * k // n_blocks * first.n_views for k in range(n_blocks + 1)]
        self.blocks = [slice(a, b) for a, b in itertools.pairwise(edges)]
        self.augmentation, self.seeds = first.augmentation, {}
        self.shared = {}
        self.keys = []
        for m in models:
            key = (id(m.X), id(m.validation_rows))
            self.keys.append(key)
            if key not in self.shared:
                self.shared[key] = m.X, _views(m, m.validation_rows)
                self.seeds[key] = m.seed
        self.y = torch.stack([m.y[self.shared[k][1]] for m, k in self._pairs(models)])
        self.weight = torch.stack(
            [m.shares(self.shared[k][1]) for m, k in self._pairs(models)]
        )

    def _pairs(self, models):
        """Models with their keys."""
        return zip(models, self.keys, strict=True)

    def keep(self, positions):
        """Keep only the models at ``positions``."""
        if not self.is_empty:
            self.keys = [self.keys[p] for p in positions]
            self.y, self.weight = self.y[positions], self.weight[positions]

    @torch.no_grad()
    def scores(self, stack, losses):
        """Weighted mean loss of each model on its held-out rows, or None."""
        if self.is_empty:
            return None
        budget = Budget.for_device(stack.flat.device)
        raw = stack.flat.new_zeros((*self.weight.shape, stack.width))
        # Two views of a row are compared as they are changed; a single one as it is.
        changes = self.augmentation is not None and self.augmentation.n_views > 1
        positions = {}
        for position, key in enumerate(self.keys):
            positions.setdefault(key, []).append(position)
        for key, members in positions.items():
            X, rows = self.shared[key]
            begin = 0
            size = min(
                budget.scoring_rows // len(members),
                budget.scoring_numbers // X.shape[1],
            )
            # The same changes in every epoch, so that epochs can be compared.
            generator = torch.Generator().manual_seed(self.seeds[key])
            for part in rows.split(max(budget.block_rows, size)):
                end = begin + len(part)
                x = X[part]
                if changes:
                    self.augmentation.change(x, generator)
                raw[members, begin:end] = stack.predict(x, members)
                begin = end
        return sum(
            (self.weight[:, rows] * losses(raw[:, rows], self.y[:, rows])).sum(1)
            for rows in self.blocks
        ).tolist()


def _padded(rows):
    """One array of all models' rows, the shorter ones padded with zeros."""
    if len(rows) == 1:  # a single model may have very many: no copy of them
        return rows[0][None]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def _views(model, rows):
    """Rows with their copies, where training augments them."""
    return rows if model.augmentation is None else model.augmentation.repeated(rows)


def _order_key(model):
    """Models of equal key use their rows in the same order."""
    groups = None if model.groups is None else id(model.groups)
    return model.seed, len(model.fit_rows) * model.n_views, groups


def _order_seed(model):
    """Seed of the orders from here on; a continued fit does not repeat them."""
    taken = 0 if model.start is None else model.start.n_steps_taken
    # Multiples of 2^64 over the golden ratio are far apart for any two counts, as in
    # the generator SplitMix64 (Steele, Lea & Flood 2014).
    return (model.seed + 0x9E3779B97F4A7C15 * (1 + taken)) % 2**63
