"""The best constant raw scores under a loss, and how far each row lies from them."""

from typing import NamedTuple

import numpy as np
import scipy.optimize
import torch

from skloss.metrics.quantiles import weighted_quantile

__all__ = ["BestConstant", "best_constant"]

# Rows that the search reads: a centre needs no more, and it stays a small part of the
# time that training takes.
_ROWS = 5000
# Levels of y, and of its logarithm, that are tried as a constant location.
_LEVELS = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
# The second sweep corrects a location that was chosen next to a useless scale.
_SWEEPS = 3
# Above this many outputs, a simplex takes longer than training gains by it.
_MOST_REFINED = 4
# Half-width, in units of an output, over which a slope is differenced: wide enough that
# the density of rows at a kink counts as curvature.
_WIDTH = 0.25
# Within this factor of the spread of y, a step differs from it by the shape of the
# distribution alone: in a kinked loss, by the density at the kink.
_NEAR = 4.0


class BestConstant(NamedTuple):
    """Constant raw scores, and what one unit of training means there.

    Parameters
    ----------
    center : ndarray of shape (n_outputs,)
        Raw scores with the least mean loss that was found.
    scale : ndarray of shape (n_outputs,)
        Typical distance of a row from its own best raw score.
    value : float
        Mean loss at the centre.
    factor : float
        One over the change of the loss when a location moves by its scale.
    """

    center: np.ndarray
    scale: np.ndarray
    value: float
    factor: float


def best_constant(loss, y, sample_weight=None, device="cpu"):
    """Search the constant raw scores that a network should start from.

    The search starts at the intercept of the loss, if it has one. Otherwise each output
    in turn takes the best of the levels of y, their logarithms, and numbers that a
    scale or log-scale would have; a simplex refines it. The scale of an output is
    mean(abs(g)) / h, where g is the slope of each row and h the curvature of the mean:
    the length of a Newton step of a typical row. A location in units of y takes the
    standard deviation of y if that is about as long.

    Parameters
    ----------
    loss : Loss
        Bound, in units of ``y``.
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
    sample_weight : ndarray of shape (n_rows,), optional
    device : str or torch.device
        Where the loss is evaluated.

    Returns
    -------
    BestConstant

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss
    >>> y = np.array([9.0, 10.0, 11.0])
    >>> found = best_constant(get_loss("squared_error"), y)
    >>> found.center, found.scale.round(3)
    (array([10.]), array([0.816]))
    """
    search = _Search(loss, y, sample_weight, device)
    start = loss.intercept(y, sample_weight)
    if start is not None:
        search.center = np.array(start, dtype=float)
    else:
        search.sweep()
        search.refine()
    return search.result()


class _Search:
    """Mean loss of constant raw scores, by coordinates."""

    def __init__(self, loss, y, sample_weight, device):
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        y = np.asarray(y, dtype=float)
        n_targets = 1 if y.ndim == 1 else y.shape[1]
        self.mean = np.atleast_1d(np.average(y, axis=0, weights=weight))
        y, weight = _some_rows(y, weight)
        self.loss, self.columns = loss, y.reshape(len(y), -1)
        self.share = torch.as_tensor(weight / weight.sum(), device=device)
        self.y = torch.tensor(y, device=device)
        n = loss.n_outputs(n_targets)
        self.n_targets, self.center = n_targets, np.zeros(n)
        spread = np.sqrt(
            np.average((self.columns - self.mean) ** 2, axis=0, weights=weight)
        )
        size = np.where(self.mean != 0, np.abs(self.mean), 1.0)
        self.spread = np.where(spread > 1e-12 * size, spread, size)
        self.unit = np.array([self._unit(j) for j in range(n)])

    def _unit(self, output):
        """Distance between raw scores that differ noticeably."""
        if output >= self.n_targets:
            return 1.0
        link, column = self.loss.link, self.columns[:, output]
        if link.is_identity:
            return self.spread[output]
        raw = link.forward(torch.as_tensor(column)).numpy()
        usable = np.isfinite(raw)
        if not usable.any():
            return 1.0
        raw, weight = raw[usable], self.share.cpu().numpy()[usable]
        mean = np.average(raw, weights=weight)
        spread = np.sqrt(np.average((raw - mean) ** 2, weights=weight))
        return spread if spread > 0 else 1.0

    def _raw(self, center):
        raw = torch.as_tensor(center, dtype=self.y.dtype, device=self.y.device)
        return raw.expand(len(self.y), -1).clone()

    def value(self, center):
        """Mean loss; infinite where it is not finite."""
        with torch.no_grad():
            rows = self.loss.pointwise(self._raw(center), self.y)
            value = (self.share * rows).sum().item()
        return value if np.isfinite(value) else np.inf

    def slopes(self, center):
        """Slope of each row, shape (n_rows, n_outputs)."""
        raw = self._raw(center).requires_grad_()
        with torch.enable_grad():
            rows = self.loss.pointwise(raw, self.y)
            (slope,) = torch.autograd.grad(rows.sum(), raw)
        return slope.cpu().numpy()

    def sweep(self):
        """Take the best candidate for each output in turn, repeatedly."""
        best = self.value(self.center)
        for _ in range(_SWEEPS):
            before = best
            for output in range(len(self.center)):
                for candidate, unit in self._candidates(output):
                    moved = self.center.copy()
                    moved[output] = candidate
                    value = self.value(moved)
                    if value < best:
                        best, self.center = value, moved
                        self.unit[output] = unit
            if not best < before:
                break

    def _candidates(self, output):
        """Pairs of a raw score and a distance that matters there."""
        target = output % self.n_targets
        column, spread = self.columns[:, target], self.spread[target]
        share = self.share.cpu().numpy()
        quantiles = [weighted_quantile(column, level, share) for level in _LEVELS]
        levels = np.r_[self.mean[target], quantiles]
        out = [(level, spread) for level in levels]
        positive = levels[levels > 0]
        logs = np.log(positive)
        relative = min(1.0, spread / abs(self.mean[target] or spread))
        out += [(log, relative) for log in logs]
        if output >= self.n_targets:
            log = np.log(spread)
            out = [(k * log, 1.0) for k in (-2, -1, 0, 1, 2)] + [
                (-1.0, 1.0),
                (1.0, 1.0),
            ]
            out += [(spread**k, spread**k) for k in (-2, -1, 1, 2)]
        return out

    def refine(self):
        """Move the constants by a simplex (Nelder and Mead 1965)."""
        n = len(self.center)
        if n > _MOST_REFINED or not np.isfinite(self.value(self.center)):
            return
        start = np.zeros((n + 1, n))
        start[1:] = _WIDTH * np.eye(n)
        found = scipy.optimize.minimize(
            lambda z: self.value(self.center + self.unit * z),
            start[0],
            method="Nelder-Mead",
            options={
                "initial_simplex": start,
                "maxiter": 60 * n,
                "fatol": 0,
                "xatol": 1e-4,
            },
        )
        if found.fun < self.value(self.center):
            self.center = self.center + self.unit * found.x

    def _units(self, output):
        """Distances over which to difference slopes, the first one preferred."""
        units = [self.unit[output]]
        if output < self.n_targets and self.loss.link.is_identity:
            column = self.columns[:, output]
            # A level of y may be close to a logarithm of another by chance.
            if column.min() <= self.center[output] <= column.max():
                units.insert(0, self.spread[output])
        return units

    def _curvature(self, output, unit):
        """Second derivative of the mean loss by an output, by differences."""
        ends = []
        for sign in (1, -1):
            moved = self.center.copy()
            moved[output] += sign * _WIDTH * unit
            ends.append(self.share.cpu().numpy() @ self.slopes(moved)[:, output])
        return (ends[0] - ends[1]) / (2 * _WIDTH * unit)

    def _near_spread(self, step, output, unit):
        """The step, or the spread of y, as for the built-in losses, if that is near."""
        if output < self.n_targets and unit == self.spread[output]:
            if 1 / _NEAR < step / unit < _NEAR:
                return unit
        return step

    def result(self):
        """Units of the outputs and of the value at the centre."""
        share = self.share.cpu().numpy()
        size = share @ np.abs(self.slopes(self.center))
        scale = self.unit.copy()
        # A log-scale is of size one in any unit.
        found = set(range(len(scale)))
        for output in found - set(self.loss.log_scale_outputs(self.n_targets)):
            for unit in self._units(output):
                with np.errstate(all="ignore"):
                    step = size[output] / self._curvature(output, unit)
                if np.isfinite(step) and step > 0:
                    scale[output] = self._near_spread(step, output, unit)
                    break
        change = (size * scale)[: self.n_targets].mean()
        usable = np.isfinite(change) and change > 0
        value = self.value(self.center)
        return BestConstant(
            self.center,
            scale,
            value if np.isfinite(value) else 0.0,
            1 / change if usable else 1.0,
        )


def _some_rows(y, weight):
    """All rows, or weighted quantiles of each target, in any order of the rows."""
    if len(y) <= _ROWS:
        return y, weight
    columns = y.reshape(len(y), -1)
    levels = (np.arange(_ROWS) + 0.5) / _ROWS
    picked = []
    for column in columns.T:
        order = np.argsort(column, kind="stable")
        cumulative = np.cumsum(weight[order]) / weight.sum()
        # Rounding of the sum may leave its last value below the last level.
        place = np.minimum(np.searchsorted(cumulative, levels), len(y) - 1)
        picked.append(column[order][place])
    return np.stack(picked, axis=1).reshape(_ROWS, *y.shape[1:]), np.ones(_ROWS)
