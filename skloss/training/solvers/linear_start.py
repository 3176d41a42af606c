"""Where networks start on few rows: the linear model of their loss."""

import threading
import time

import torch

from skloss.training.solvers.stacked_newton import minimise

__all__ = ["LinearStart", "linear_starts"]

# Candidates for the penalty on standardised columns times the sum of weights, which is
# 1 / C of a logistic regression: from nearly a constant to nearly no penalty. The
# predictions of neighbours hardly differ.
_PENALTIES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
# Further penalties of a linear spread, from one that leaves it constant to none.
_SCALE_PENALTIES = (1e4, 100.0, 10.0, 1.0, 0.0)
# Weights and intercepts of one model up to which the linear models of some hundred rows
# take a small part of the time of the networks.
_MOST_UNKNOWNS = 200
# The same of linear models whose spread is penalised: those that Newton fits.
_MOST_PENALISED = 600
# Seconds between two reports: a run stops within half a second.
_REPORT_SECONDS = 0.4


class LinearStart:
    """The linear models that the networks of one fit start at.

    On few rows a linear model with a suitable penalty predicts better than what a
    network learns from random weights before it is stopped. The penalty, which is added
    to that of the network, has the lowest loss in cross-validation over all rows of the
    fit; each network starts at the linear
    model with this penalty that is fitted to its own rows.

    Parameters
    ----------
    n_columns : int
        The first columns of the inputs, which are the standardised ones.
    fold : LongTensor of shape (n_rows,)
        Fold of each of the first rows of the table; -1 for rows left out.
    total : float
        Sum of the weights of these rows.
    """

    def __init__(self, n_columns, fold, total):
        self.n_columns, self.fold, self.total = n_columns, fold, total
        self._chosen = self._scale_alpha = None
        self._lock = threading.Lock()

    def __getstate__(self):
        return self.__dict__ | {"_lock": None}  # a lock cannot be pickled

    def __setstate__(self, state):
        self.__dict__.update(state | {"_lock": threading.Lock()})

    def among(self, rows, total):
        """Return the start of networks that are fitted to some of the rows alone."""
        fold = torch.full_like(self.fold, -1)
        fold[rows] = self.fold[rows]
        return LinearStart(self.n_columns, fold, total)

    def suits(self, spec):
        """Whether a network can start at a linear model of its loss.

        One that is not stopped on held-out rows would forget it.
        """
        loss, n_outputs = spec.loss.judged_by, spec.n_outputs
        return (
            spec.validation_rows is not None
            and loss.is_curved
            and not loss.compares_rows
            and (self.n_columns + 1) * n_outputs <= _MOST_UNKNOWNS
            and spec.architecture.carries_linear(n_outputs)
        )

    def models(self, specs):
        """Return the (weight, intercept) that some networks of the fit start at.

        Parameters
        ----------
        specs : list of FitSpec

        Returns
        -------
        list of (Tensor of shape (n_columns, n_outputs), Tensor of shape (n_outputs,))
        """
        rows = (self.fold >= 0).nonzero()[:, 0]
        x, y, weight = self._data(specs[0], rows)
        with self._lock:  # networks of one fit may train in several threads
            if self._chosen is None:
                fold = self.fold[rows].to(x.device)
                alphas = weight.new_tensor(_PENALTIES) / self.total + specs[0].alpha
                place, theta = self._best(specs[0], fold, x, y, weight, alphas)
                self._chosen = alphas[place], theta
        own = torch.stack([torch.isin(rows, spec.fit_rows.cpu()) for spec in specs])
        alpha, theta = (one.expand(len(specs), *one.shape) for one in self._chosen)
        theta = _fitted(specs[0], x, y, weight * own.to(x.device), alpha, theta)
        return [(one[:-1], one[-1]) for one in theta]

    def scale_alpha(self, spec):
        """Return the penalty on the weights of a linear model's spread and shape.

        It comes in addition to that on all weights, and is 0 where rows are many.

        Parameters
        ----------
        spec : FitSpec
            Spec of a linear model.
        """
        outputs = spec.spread_outputs
        if (
            not outputs
            or self.total >= spec.loss.rows_per_spread_column * self.n_columns
            or (self.n_columns + 1) * spec.n_outputs > _MOST_PENALISED
            or not spec.loss.judged_by.is_curved
        ):
            return 0.0
        rows = (self.fold >= 0).nonzero()[:, 0]
        x, y, weight = self._data(spec, rows)
        alphas = weight.new_tensor(_SCALE_PENALTIES) / self.total
        every = weight.new_full((len(alphas), spec.n_outputs), spec.alpha)
        every[:, outputs] += alphas[:, None]
        with self._lock:
            if self._scale_alpha is None:
                fold = self.fold[rows].to(x.device)
                place, _ = self._best(spec, fold, x, y, weight, every)
                self._scale_alpha = float(alphas[place])
        return self._scale_alpha

    def _best(self, spec, fold, x, y, weight, alphas):
        """Return the place of the alphas with the lowest loss outside the fit.

        And the model with these alphas that is fitted to all rows. Models without a
        fold are near that of all rows, and take few steps from there.
        """
        numbers = fold.unique()
        whole = _fitted(spec, x, y, weight.expand(len(alphas), -1), alphas)
        held_out = (fold == numbers[:, None]).repeat_interleave(len(alphas), 0)
        every, start = (torch.cat([one] * len(numbers)) for one in (alphas, whole))
        theta = _fitted(spec, x, y, weight * ~held_out, every, start)
        y = y.expand(len(theta), *y.shape)
        values = spec.loss.judged_by.pointwise(x @ theta, y)
        # A loss that is not finite is the largest.
        cost = torch.where(held_out, weight * values, 0.0).nan_to_num(torch.inf)
        place = int(cost.sum(1).reshape(-1, len(alphas)).sum(0).argmin())
        return place, whole[place]

    def _data(self, spec, rows):
        """Columns with a last one of ones, targets and weights, in double precision."""
        x = spec.X[rows][:, : self.n_columns].double()
        x = torch.cat([x, x.new_ones(len(x), 1)], 1)
        y = spec.y[rows]
        y = y.double() if y.is_floating_point() else y
        return x, y, spec.weight[rows].double()


def linear_starts(specs, report, stop):
    """Return the linear models that networks start at.

    Parameters
    ----------
    specs : list of FitSpec
    report : callable ``(fraction, epoch, rows) -> bool``
        Called between the fits that the specs belong to, if they take long; True stops.
    stop : threading.Event

    Returns
    -------
    dict of int to (weight, intercept)
        By the position of the spec. Left out are networks with weights to continue
        from, and those whose loss or shape does not suit.
    """
    groups = {}
    for position, spec in enumerate(specs):
        if _suits(spec):
            groups.setdefault(id(spec.linear_start), []).append(position)
    found, reported = {}, time.monotonic()
    n_steps = specs[0].settings.max_iter * specs[0].n_steps
    for number, positions in enumerate(groups.values()):
        if time.monotonic() - reported > _REPORT_SECONDS:
            reported = time.monotonic()
            if report(number / len(groups) / n_steps, 0, []):  # of the first step
                break
        if stop.is_set():
            break
        own = [specs[position] for position in positions]
        models = own[0].linear_start.models(own)
        for position, model in zip(positions, models, strict=True):
            found[position] = tuple(map(_rounded, model))
    # A start that is not finite is worse than a random one.
    return {k: v for k, v in found.items() if all(part.isfinite().all() for part in v)}


def _suits(spec):
    start = spec.linear_start
    return start is not None and spec.start is None and start.suits(spec)


@torch.no_grad()
def _fitted(spec, x, y, weight, alpha, start=None):
    """Linear models of the loss that judges, one for each row of weights."""
    weight = weight / weight.sum(1, keepdim=True)
    bias = spec.head_bias
    bias = x.new_zeros(spec.n_outputs) if bias is None else bias.to(x)
    return minimise(spec.loss.judged_by, x, y, weight, alpha, bias, start)


def _rounded(weights):
    """Round to twelve binary digits, more than a start needs.

    Sums with a weight of 2 and with a repeated row differ by rounding errors, which
    epochs of training would multiply until the networks differ visibly.
    """
    mantissa, exponent = torch.frexp(weights)
    return torch.ldexp((mantissa * 2**12).round() / 2**12, exponent)
