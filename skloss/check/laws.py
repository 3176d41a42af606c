"""The laws that a loss is checked for, one function each, told in words."""

import math
from dataclasses import dataclass, field

import numpy as np
import torch

from skloss.check.elicitation import elicited_number, elicited_probabilities
from skloss.losses import get_loss

__all__ = ["LossReport", "check_loss"]

_N = 24


@dataclass
class LossReport:
    """What `check_loss` found.

    Attributes
    ----------
    name : str
    failures : list of str
        Laws that the loss breaks, in words.
    notes : list of str
        What is worth knowing and no failure.
    elicits : str
        What a constant fit returns on skewed samples, or for labels on base rates.
    honest : bool or None
        Whether the probabilities that it leads to are the base rates; None for numbers.
    """

    name: str
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    elicits: str = ""
    honest: bool | None = None

    @property
    def ok(self):
        """Whether no law is broken."""
        return not self.failures

    def __str__(self):
        verdict = "passes every law" if self.ok else "breaks a law"
        lines = [f"{self.name} {verdict}."]
        lines += [f"- {failure}" for failure in self.failures]
        lines += [f"Elicits: {self.elicits}."] if self.elicits else []
        if self.honest is not None:
            word = "are" if self.honest else "are not"
            lines.append(f"Probabilities {word} honest.")
        return "\n".join(lines + self.notes)


def check_loss(loss, task=None):
    """Check a loss: built-in, a torch criterion, a function, or a subclass.

    Parameters
    ----------
    loss : str, Loss, torch criterion or callable
    task : str, optional
        "regression", "binary", "multiclass", "multilabel", "ordinal", "embedding" or
        "pairs". By default the first that the loss serves.

    Returns
    -------
    LossReport
        Print it, or read ``ok`` and ``failures``.

    Raises
    ------
    ValueError
        If the loss does not serve the task, or a parameter means nothing.

    Examples
    --------
    >>> from skloss import check_loss
    >>> report = check_loss(lambda y_pred, y_true: (y_pred - y_true).detach() ** 2)
    >>> report.ok
    False
    >>> print(check_loss("huber").elicits)
    between mean and median
    """
    loss = get_loss(loss)
    name = loss.name or type(loss).__name__
    if not loss.tasks:
        raise ValueError(f"{name} states no tasks; say tasks = ('regression',).")
    task = task or loss.tasks[0]
    if not loss.supports(task):
        raise ValueError(
            f"{name} does not serve the task {task!r}, but {', '.join(loss.tasks)}."
        )
    report = LossReport(name)
    raw, y = _sample(loss, task)
    steps = [_value, _gradient, _cliffs, _rows, _stack, _elicits]
    if task in ("embedding", "pairs"):
        steps = [_value, _gradient, _cliffs, _stack]
    for step in steps:
        try:
            hopeless = step(loss, task, raw.clone(), y.clone(), report)
        except Exception as error:  # a user's function may raise anything
            told = [f"It raises {type(error).__name__}: {error}"]
            told += getattr(error, "__notes__", [])
            report.failures.append(" ".join(told))
            break
        if hopeless:
            break
    return report


def _sample(loss, task):
    rng = np.random.default_rng(0)
    k, y = 1, None
    if task == "regression":
        y = rng.gamma(2.0, 1.0, _N) + 0.1
        if loss.link.name == "softmax":
            k, y = 3, rng.dirichlet(np.ones(3), _N)
    elif task == "binary":
        y = rng.integers(0, 2, _N).astype(float)
    elif task in ("multiclass", "ordinal"):
        k, y = 3, rng.integers(0, 3, _N)
    elif task == "multilabel":
        k, y = 3, rng.integers(0, 2, (_N, 3)).astype(float)
    elif task == "embedding":
        y = rng.integers(0, 3, _N)
    else:
        y = rng.normal(size=(_N, 4))
    width = 4 if task in ("embedding", "pairs") else loss.n_outputs(k)
    raw = torch.as_tensor(rng.normal(size=(_N, width)))
    return raw, torch.as_tensor(y)


def _value(loss, task, raw, y, report):
    """One finite value per row, the same each time, of arguments left alone."""
    before = raw.clone(), y.clone()
    value = loss.pointwise(raw, y)
    if not isinstance(value, torch.Tensor) or value.shape != (len(raw),):
        report.failures.append("It does not give one value per row.")
    elif not (torch.equal(raw, before[0]) and torch.equal(y, before[1])):
        report.failures.append(
            "It changes its arguments in place; write y - 1 and not y.sub_(1)."
        )
    elif not torch.isfinite(value).all():
        report.failures.append("It is not finite on ordinary values.")
    elif not torch.equal(value, loss.pointwise(raw, y)):
        report.failures.append("It gives other values for the same arguments.")
    return not report.ok


def _gradient(loss, task, raw, y, report, step=1e-6):
    """Compare autograd with central differences along random directions."""
    raw = raw.requires_grad_()
    value = loss(raw, y)
    if not value.requires_grad:
        report.failures.append(
            "Its gradient is cut before it reaches the prediction; compute with "
            "torch functions only, without detach, item or numpy."
        )
        return True
    (gradient,) = torch.autograd.grad(value, raw)
    if not gradient.any():
        report.failures.append(
            "Its gradient is zero everywhere, so that nothing can be learned from it."
        )
        return True
    rng = torch.Generator().manual_seed(0)
    for _ in range(8):
        direction = torch.randn(raw.shape, generator=rng, dtype=raw.dtype)
        with torch.no_grad():
            ahead, behind = (loss(raw + s * direction, y) for s in (step, -step))
        slope = ((ahead - behind) / (2 * step)).item()
        found = (gradient * direction).sum().item()
        if math.isclose(slope, found, rel_tol=1e-3, abs_tol=1e-6):
            continue
        if "gradient" in loss.exceptions:
            reason = loss.exceptions["gradient"]
            report.notes.append(
                f"Its gradient is not that of its value, as declared: {reason}."
            )
        else:
            report.failures.append(
                f"Its gradient is wrong: along one direction autograd says {found:.4g} "
                f"and finite differences say {slope:.4g}."
            )
        break
    return False


def _cliffs(loss, task, raw, y, report):
    """Value and gradient in float32 where networks go when they go astray."""
    y = y.float() if y.is_floating_point() else y
    places = [
        (f"at raw scores of size {size:g}", scores * size)
        for size in (0.0, 1e-8, 50.0, 120.0, 1e4)
        for scores in (raw.sign(), raw.sign().abs(), -raw.sign().abs())
    ]
    if task == "regression" and y.ndim == 1:
        exact = raw.clone()
        exact[:, 0] = y
        places.append(("where a prediction is exact", exact))
    for place, scores in places:
        scores = scores.float().requires_grad_()
        value = loss.pointwise(scores, y)
        finite = torch.isfinite(value).all()
        if finite and value.requires_grad:
            (gradient,) = torch.autograd.grad(value.sum(), scores)
            finite = torch.isfinite(gradient).all()
        if not finite:
            report.failures.append(
                f"In float32 it or its gradient is not finite {place}; compute in log "
                "space (logsumexp, softplus), and never divide by an exponential nor "
                "take a root of zero."
            )
            break


def _rows(loss, task, raw, y, report):
    """A row's value is its own; a single number is the mean over rows."""
    value, half = loss.pointwise(raw, y), _N // 2
    parts = [loss.pointwise(raw[rows], y[rows]) for rows in _halves(half)]
    if value.stride() != (0,):
        if not torch.allclose(torch.cat(parts), value):
            report.failures.append(
                "The value of a row depends on the other rows of the batch."
            )
        return
    report.notes.append("It returns a single number, so sample weights cannot be used.")
    if not torch.allclose(torch.cat(parts).mean(), value.mean()):
        report.notes.append(
            "That number is no mean over rows: how much a batch counts depends on its "
            "size."
        )


def _halves(half):
    return slice(None, half), slice(half, None)


def _stack(loss, task, raw, y, report):
    other = torch.flip(raw, dims=(0,))
    together = loss.pointwise(torch.stack([raw, other]), torch.stack([y, y]))
    apart = torch.stack([loss.pointwise(raw, y), loss.pointwise(other, y)])
    if not torch.allclose(together, apart, equal_nan=True):
        report.failures.append("Two models stacked get other values than each alone.")


def _elicits(loss, task, raw, y, report):
    if task == "regression" and y.ndim == 1:
        report.elicits = elicited_number(loss)
        if not report.elicits:
            report.failures.append(
                "It has no minimum: a constant prediction gets better without end."
            )
        return
    report.elicits, honest = elicited_probabilities(loss, task)
    report.honest = honest if task != "regression" else None
    if loss.is_proper and not honest:
        report.failures.append(f"It is declared proper, but leads to {report.elicits}.")
