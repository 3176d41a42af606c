"""Where embeddings of labelled rows start: at the directions that separate classes."""

import itertools

import torch

from skloss.encoding import grouped_order

__all__ = ["ClassStart"]

# Rows that covariances are estimated from: their relative error is below 0.01.
_MOST_ROWS = 20_000
# Columns at most: to decompose the covariance of more takes longer than some epochs.
_MOST_COLUMNS = 500
# Share of the mean variance within classes that replaces a tenth of its covariance:
# directions without variance, such as those of columns that depend on each other, would
# otherwise have the largest scales.
_SHRINKAGE = 0.1
# Variance of standardised columns below which each class is one point.
_SMALLEST = 1e-8
# Rows that scales are chosen by; the scales of the directions of the classes, and those
# of the others relative to them. Zero leaves the other outputs to the network.
_SHOWN = 512
_SCALES = (0.03, 0.1, 0.3, 1.0, 3.0)
_OTHERS = (0.0, 0.1, 0.3, 1.0)


class ClassStart:
    """The linear maps that the networks of one fit start at.

    Of linear discriminant analysis (Fisher 1936): columns are scaled to the same
    variance within all classes, and the directions in which class means differ most
    come first. Next to them are the principal components of what they leave. Both
    scales have the lowest loss on some rows of the fit.

    Parameters
    ----------
    n_columns : int
        The first columns of the inputs, which are the standardised ones.
    """

    def __init__(self, n_columns):
        self.n_columns = n_columns

    def among(self, rows, total):
        """Return the start of networks that are fitted to some of the rows alone."""
        return self

    def suits(self, spec):
        """Whether a network can start at such a map."""
        return (
            self.n_columns <= _MOST_COLUMNS
            and spec.groups is not None
            and spec.architecture.carries_linear(spec.n_outputs)
        )

    def models(self, specs):
        """Return the (weight, intercept) that each network starts at.

        Parameters
        ----------
        specs : list of FitSpec

        Returns
        -------
        list of (Tensor of shape (n_columns, k), Tensor of shape (k,))
            Of the first k outputs.
        """
        return [self._model(spec) for spec in specs]

    @torch.no_grad()
    def _model(self, spec):
        generator = torch.Generator().manual_seed(spec.seed)
        rows = spec.fit_rows
        if len(rows) > _MOST_ROWS:
            drawn = torch.randperm(len(rows), generator=generator)[:_MOST_ROWS]
            rows = rows[drawn.to(rows.device)]
        x = spec.X[rows][:, : self.n_columns].double()
        share = spec.weight[rows].double()
        share = share / share.sum()
        mean = share @ x
        found = directions(x - mean, share, spec.groups[rows], spec.n_outputs)
        map_ = self._scaled(spec, x - mean, rows, found, generator)
        return map_, -(mean @ map_)

    def _scaled(self, spec, x, rows, found, generator):
        """Return the map whose scales have the lowest loss on batches of some rows."""
        size = min(spec.batch_size, len(rows))
        shown = slice(max(_SHOWN // size, 1) * size)
        if size < len(rows):
            order = grouped_order(spec.groups[rows], generator).to(rows.device)[shown]
            order = order[: len(order) // size * size]
            x, rows = x[order], rows[order]
        if spec.augmentation is not None:
            x = x.clone()
            spec.augmentation.change(x, generator)
        y = spec.y[rows].unflatten(0, (-1, size))
        weight = spec.weight[rows].unflatten(0, (-1, size))
        best, lowest = None, torch.inf
        for map_ in candidates(*found):
            raw = (x @ map_).to(spec.weight.dtype).unflatten(0, (-1, size))
            raw = torch.nn.functional.pad(raw, (0, spec.n_outputs - raw.shape[-1]))
            value = float((weight * spec.loss.pointwise(raw, y)).mean())
            if best is None or value < lowest:
                best, lowest = map_, value
        return best


def directions(x, share, groups, n_most):
    """Return the directions of the classes, and others, the largest first.

    Parameters
    ----------
    x : Tensor of shape (n_rows, n_columns)
        With mean 0.
    share : Tensor of shape (n_rows,)
        Weights of sum 1.
    groups : LongTensor of shape (n_rows,)
    n_most : int
        Directions of both kinds at most.

    Returns
    -------
    (Tensor of shape (n_columns, k), Tensor of shape (n_columns, m))
        The first have variance 1 within classes, the others unit length.
    """
    n_columns = x.shape[1]
    names, place = groups.unique(return_inverse=True)
    total = share.new_zeros(len(names)).index_add_(0, place, share)
    sums = x.new_zeros(len(names), n_columns)
    means = sums.index_add_(0, place, x * share[:, None]) / total[:, None]
    inside = x - means[place]
    within = inside.mT @ (inside * share[:, None])
    own = within.diagonal().mean() * torch.eye(n_columns).to(x)
    variance, axes = torch.linalg.eigh(torch.lerp(within, own, _SHRINKAGE))
    whitening = axes / variance.clamp(min=_SMALLEST).sqrt()
    between = (means * total[:, None]).mT @ means
    n_class = min(len(names) - 1, n_columns, n_most)
    first = whitening @ _largest(whitening.mT @ between @ whitening, n_class)
    # What is orthogonal to them.
    rest = torch.linalg.qr(first, mode="complete").Q[:, n_class:]
    left = x @ rest
    n_other = min(n_most, n_columns) - n_class
    other = rest @ _largest(left.mT @ (left * share[:, None]), n_other)
    return _signed(first), _signed(other)


def candidates(first, other):
    """Iterate over maps that join both kinds of directions at different scales."""
    others = _OTHERS if other.shape[1] else (0.0,)
    for scale, relative in itertools.product(_SCALES, others):
        parts = [first, relative * other] if relative else [first]
        yield scale * torch.cat(parts, dim=1)


def _largest(matrix, n):
    """Return the eigenvectors of the n largest eigenvalues, in descending order."""
    return torch.linalg.eigh(matrix).eigenvectors.flip(-1)[:, :n]


def _signed(axes):
    """Directions whose largest number is positive: the sign of any is arbitrary."""
    if not axes.shape[1]:
        return axes
    largest = axes.gather(0, axes.abs().argmax(0, keepdim=True))
    return axes * largest.sign()
