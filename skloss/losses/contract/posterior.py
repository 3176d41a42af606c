"""Posterior probabilities from raw scores: those at which a loss is stationary.

Where the mean loss of rows alike is least, its slope by the scores z vanishes:
sum_k eta_k grad_z l(z, k) = 0, with eta_k = P(y = k | x). For given scores, the
posterior is therefore the eta in the simplex that solves this equation, the left null
vector of the matrix G of the slopes of the loss of each class (rows) by each score.
With one score per label it is eta = l0' / (l0' - l1').
"""

import numpy as np
import torch

from skloss.losses.contract.null_vectors import null_vectors
from skloss.tasks import as_task

__all__ = [
    "is_recovered",
    "link_name",
    "posterior_of_slopes",
    "probability_source",
    "settled_posterior",
]

# Classes up to which null vectors are computed: the work grows with the cube, and a
# calibrated map takes less time and is as accurate.
_MOST_CLASSES = 50
# Numbers of the slopes that are computed at once: 32 MB in float64.
_AT_ONCE = 4_000_000
# Scores that a posterior is tried at, up to a probability of 2e-9 under a softmax: no
# table determines smaller ones.
_REACH = 20.0
# The log-odds must rise everywhere by at least this part of their steepest rise.
# Where they are flatter, as between the kinks of a hinge, a small error of the scores
# is a large error of the probabilities. ``focal`` with gamma=5 and several classes has
# 0.15, a multiclass hinge with rounded kinks less than 0.001.
_FLATTEST = 0.1
# Scores are moved to within these bounds where a posterior is not defined, because
# slopes underflow or cancel; the last one has been tried.
_BOUNDS = (300.0, 100.0, 30.0, _REACH)
_CERTAIN = 1e-12  # rounding of a probability, beyond which it lies outside [0, 1]


def posterior_of_slopes(loss, raw_prediction, task):
    """Return the posterior of classes or labels by the slopes of a loss.

    Parameters
    ----------
    loss : Loss
        Bound.
    raw_prediction : Tensor of shape (..., n_samples, n_outputs)
    task : str or Task

    Returns
    -------
    Tensor of shape (..., n_samples, n_outputs)
        In float64, in the form of `Loss.probabilities`; NaN where no distribution
        over the classes, or more than one, makes the loss stationary.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss, raw = get_loss("cross_entropy"), torch.tensor([[0.0, 1.0, 2.0]])
    >>> posterior_of_slopes(loss, raw, "multiclass").round(decimals=4)
    tensor([[0.0900, 0.2447, 0.6652]], dtype=torch.float64)
    >>> raw.softmax(1).round(decimals=4)
    tensor([[0.0900, 0.2447, 0.6652]])
    """
    task = as_task(task)
    rows = raw_prediction.detach().double().flatten(0, -2)
    if task.link == "logit":
        found = _of_labels(loss, rows, task)
    else:
        k = rows.shape[1]
        if k > _MOST_CLASSES:
            return torch.full_like(raw_prediction, np.nan, dtype=torch.float64)
        parts = rows.split(max(1, _AT_ONCE // k**2))
        found = torch.cat([null_vectors(_of_classes(loss, part)) for part in parts])
    return found.reshape(raw_prediction.shape)


def _of_labels(loss, rows, task):
    """Posterior of each label: l0' / (l0' - l1')."""
    target = rows if task.kind == "labels" else rows[:, 0]
    absent = slopes(loss, rows, torch.zeros_like(target))
    present = slopes(loss, rows, torch.ones_like(target))
    eta = absent / (absent - present)
    inside = (eta >= -_CERTAIN) & (eta <= 1 + _CERTAIN)
    return torch.where(inside, eta.clamp(0, 1), np.nan)


def _of_classes(loss, rows):
    """Slopes of the loss of each class: shape (n_rows, n_classes, n_outputs)."""
    n, k = rows.shape
    classes = (rows.new_full((n,), c, dtype=torch.long) for c in range(k))
    return torch.stack([slopes(loss, rows, one) for one in classes], dim=1)


def slopes(loss, rows, y):
    """Return the slope of the loss of each row by its scores.

    Parameters
    ----------
    loss : Loss
    rows : Tensor of shape (n_samples, n_outputs)
    y : Tensor
        Targets, all of one class.

    Returns
    -------
    Tensor of the shape of ``rows``
    """
    with torch.enable_grad():
        rows = rows.detach().clone().requires_grad_()
        value = loss.pointwise(rows, y).sum()
        (slope,) = torch.autograd.grad(value, rows)
    return slope


def link_name(task):
    """Return the name of the function from scores to probabilities for a proper loss.

    Parameters
    ----------
    task : str or Task

    Returns
    -------
    {"sigmoid", "softmax", "link"}
        The last one for ordered classes, whose link is that of the loss.

    Examples
    --------
    >>> link_name("binary")
    'sigmoid'
    """
    names = {"logit": "sigmoid", "softmax": "softmax"}
    return names.get(as_task(task).link, "link")


def probability_source(loss, task, n_outputs):
    """Return how probabilities are made from the scores of a loss.

    Parameters
    ----------
    loss : Loss
        Bound.
    task : str or Task
    n_outputs : int
        Scores per row.

    Returns
    -------
    {"sigmoid", "softmax", "link", "recovered", "calibrated"}

    Examples
    --------
    >>> from skloss import get_loss
    >>> names = ("cross_entropy", "focal", "hinge")
    >>> [probability_source(get_loss(name), "binary", 1) for name in names]
    ['sigmoid', 'recovered', 'calibrated']
    """
    if loss.is_proper:
        return link_name(task)
    return "recovered" if loss.has_posterior(task, n_outputs) else "calibrated"


def settled_posterior(loss, raw_prediction, task):
    """Return the posterior of a loss, of nearer scores where it is not defined.

    Parameters
    ----------
    loss : Loss
        One whose posterior is recovered.
    raw_prediction : Tensor of shape (..., n_samples, n_outputs)
    task : str or Task

    Returns
    -------
    Tensor
        In the form of `Loss.probabilities`.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> raw = torch.tensor([[0.0], [1e6]])
    >>> settled_posterior(get_loss("focal"), raw, "binary")
    tensor([[0.5000],
            [1.0000]], dtype=torch.float64)
    """
    raw = raw_prediction.double()
    found = loss.posterior(raw, task)
    for bound in _BOUNDS:
        overflown = ~torch.isfinite(found).all(-1)
        if not overflown.any():
            break
        found[overflown] = loss.posterior(raw[overflown].clamp(-bound, bound), task)
    return found


def is_recovered(loss, task, n_outputs):
    """Return whether the posterior follows from the scores.

    It does if at all scores within a wide range one distribution over the classes
    makes the loss stationary, if a higher score of a class means a higher probability,
    and if rows and labels do not affect each other.

    Parameters
    ----------
    loss : Loss
        Bound.
    task : str or Task
    n_outputs : int
        Scores per row.

    Returns
    -------
    bool

    Examples
    --------
    >>> from skloss import get_loss
    >>> [is_recovered(get_loss(name), "binary", 1) for name in ("focal", "hinge")]
    [True, False]
    """
    task = as_task(task)
    if loss.compares_rows:
        return False
    if task.link != "logit":
        return _rises_by_class(loss, task, n_outputs)
    grid = torch.linspace(-_REACH, _REACH, 81, dtype=torch.float64)
    rows = grid[:, None].repeat(1, n_outputs)
    zeros = torch.zeros_like(rows if task.kind == "labels" else grid)
    absent, present = slopes(loss, rows, zeros), slopes(loss, rows, zeros + 1)
    rises = (absent.log() - (-present).log()).diff(dim=0)
    return _is_steady(rises) and _is_separate(loss, rows, absent, present, task)


def _is_steady(rises):
    """Whether log-odds rise everywhere, and nowhere much less than elsewhere."""
    return bool(rises.isfinite().all() and rises.min() >= _FLATTEST * rises.max() > 0)


def _is_separate(loss, rows, absent, present, task):
    """Whether the slope of a score depends on that score and its label alone."""
    # Another order of the rows for each label, and every third label present.
    n, k = rows.shape
    order = (torch.arange(n)[:, None] + 7 * torch.arange(k) + 5) % n
    is_present = torch.arange(n * k).reshape(n, k) % 3 == 0
    target = is_present.double()
    target = target if task.kind == "labels" else target[:, 0]
    found = slopes(loss, rows.gather(0, order), target)
    known = torch.where(is_present, present.gather(0, order), absent.gather(0, order))
    return torch.allclose(found, known, rtol=1e-6, atol=0)


def _rises_by_class(loss, task, k):
    """Whether a higher score of a class raises its log-odds against all others."""
    generator = torch.Generator().manual_seed(0)
    n = int(np.clip(_AT_ONCE // k**3, 1, 12))
    draws = torch.randn(n, 1, k, generator=generator, dtype=torch.float64)
    draws = draws / draws.abs().amax(-1, keepdim=True)
    # Sizes from nearly equal scores to certainty of one class.
    sizes = torch.tensor([0.1, 1.0, 4.0, _REACH / 2], dtype=torch.float64)
    rows = (draws * sizes[:, None]).reshape(-1, k)
    before = loss.posterior(rows, task).log()
    steps = []
    for c in range(k):
        rows[:, c] += 0.5
        rise = loss.posterior(rows, task).log() - before
        rows[:, c] -= 0.5
        steps.append(rise[:, c, None] - rise[:, torch.arange(k) != c])
    return _is_steady(torch.cat(steps))
