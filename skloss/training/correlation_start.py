"""Where two towers start: at the canonical correlation of both views."""

import torch

__all__ = ["start_at_correlation"]

# Rows that correlations are estimated from: their standard error is below 0.01.
_MOST_ROWS = 20_000
# Columns of a view, at most: to decompose the covariance of more takes longer than
# some epochs.
_MOST_COLUMNS = 500
# Rows for each direction of a view. With fewer, correlations of the rows of the fit
# are close to 1 by chance; as many directions as suit have the largest variances.
_ROWS_PER_DIRECTION = 10
# Share of the largest variance below which a direction is the rounding error of
# columns that depend on each other, such as those of categories.
_SMALLEST_VARIANCE = 1e-8
# A correlation of 1 would leave no other direction any influence.
_LARGEST_CORRELATION = 0.9999
# Rows that a scale is chosen by, and the scales: of the variates, and of a constant
# next to them. By the cosine their quotient counts, by the distance the first alone.
_SHOWN = 512
_SCALES = (0.125, 0.25, 0.5, 1.0)
_CONSTANTS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
# Other directions start near 0: a zero would have a gradient of zero.
_OTHERS = 0.1


@torch.no_grad()
def start_at_correlation(towers, spec):
    """Set the linear maps of both towers to canonical variates of the views.

    For jointly Gaussian views the logarithm of p(x, y) / (p(x) p(y)), the similarity
    that the losses on pairs are lowest at, is the sum over canonical variates u_k, v_k
    of correlation r_k (Bach and Jordan 2005) of

        r_k / (1 - r_k^2) u_k v_k - r_k^2 / (2 (1 - r_k^2)) (u_k^2 + v_k^2),

    nearly minus half of the squared distance of variates that are multiplied by
    sqrt(r_k / (1 - r_k^2)). With a large constant as a further column, the cosine
    orders rows as that distance does. Scale and constant have the lowest loss.

    Parameters
    ----------
    towers : Towers
    spec : FitSpec
    """
    n_dims = _linear(towers, 0).out_features
    generator = torch.Generator().manual_seed(spec.seed)
    order = torch.randperm(len(spec.fit_rows), generator=generator)[:_MOST_ROWS]
    rows = spec.fit_rows[order.to(spec.fit_rows.device)]
    if max(towers.n_inputs) > _MOST_COLUMNS:
        return
    views = spec.X[rows].double().split(towers.n_inputs, dim=-1)
    maps = canonical_maps(*views)
    n_found = maps[0].shape[1]
    if not n_found:
        return
    means = [view.mean(0) for view in views]
    size = min(spec.batch_size, len(rows))
    shown = slice(min(_SHOWN, len(rows)) // size * size)
    placed = [
        ((view[shown] - mean) @ own).unflatten(0, (-1, size))
        for view, mean, own in zip(views, means, maps, strict=True)
    ]
    best = None
    for constant in _CONSTANTS:
        k = min(n_found, n_dims - (constant > 0))
        for scale in _SCALES if k else ():
            value = _loss(towers, spec, placed, (k, scale, constant), n_dims)
            if best is None or value < best[0]:
                best = value, k, scale, constant
    _, k, scale, constant = best
    for number, (mean, own) in enumerate(zip(means, maps, strict=True)):
        linear, own = _linear(towers, number), scale * own[:, :k]
        linear.weight.mul_(_OTHERS)
        linear.bias.mul_(_OTHERS)
        linear.weight[:k] = own.mT.to(linear.weight)
        linear.bias[:k] = -(mean @ own).to(linear.bias)
        if constant:
            linear.weight[k] = 0.0
            linear.bias[k] = constant


def canonical_maps(x, y):
    """Return maps of both views to canonical variates, the most correlated first.

    Each is of the variance r / (1 - r^2), where r is its correlation, adjusted for the
    number of directions as the coefficient of determination is (Theil 1961).

    Parameters
    ----------
    x, y : Tensor of shape (n_rows, n_columns)

    Returns
    -------
    (Tensor, Tensor)
        Shapes (n_columns of each view, number of variates).
    """
    n = len(x)
    x, y = x - x.mean(0), y - y.mean(0)
    first, second = _whitening(x), _whitening(y)
    left, correlation, right = torch.linalg.svd(
        first.mT @ (x.mT @ y / n) @ second, full_matrices=False
    )
    n_free = max(n - 1 - first.shape[1] - second.shape[1], 1)
    square = 1 - (1 - correlation.square()) * (n - 1) / n_free
    square = square.clamp(0.0, _LARGEST_CORRELATION**2)
    scale = (square.sqrt() / (1 - square)).sqrt()
    k = int((scale > 0).sum())
    return (first @ left * scale)[:, :k], (second @ right.mT * scale)[:, :k]


def _whitening(x):
    """Return a map of centred rows to directions of variance 1."""
    variance, directions = torch.linalg.eigh(x.mT @ x / len(x))
    n_most = len(x) // _ROWS_PER_DIRECTION
    kept = variance > _SMALLEST_VARIANCE * variance.amax(0, keepdim=True).clamp(min=0)
    kept[: max(len(kept) - n_most, 0)] = False  # in ascending order
    return directions[:, kept] / variance[kept].sqrt()


def _loss(towers, spec, placed, start, n_dims):
    """Return the mean loss of batches of a scale and a constant."""
    k, scale, constant = start
    parts = []
    for view in placed:
        part = view.new_zeros(*view.shape[:-1], n_dims)
        part[..., :k] = scale * view[..., :k]
        if constant:
            part[..., k] = constant
        parts.append(part)
    if towers.constants is not None:
        parts.append(towers.constants.expand(*part.shape[:-1], -1))
    raw = torch.cat(parts, dim=-1)
    value = spec.loss.pointwise(raw, raw[..., 0]).mean()
    return float(value.nan_to_num(torch.inf))


def _linear(towers, number):
    """Return the linear map of a tower, all of it without hidden layers."""
    direct = towers.direct or [tower[0] for tower in towers.towers]
    return direct[number]
