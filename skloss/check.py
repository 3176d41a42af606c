"""Check a loss on the spot: its gradient, its cliffs, what it elicits."""

import math
from dataclasses import dataclass, field

import numpy as np
import scipy.optimize
import torch

from skloss.losses import get_loss

__all__ = ["LossReport", "check_loss"]

_N = 24
_LEVELS = np.linspace(0.05, 0.95, 19)


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
        What a constant fit returns on a skewed sample, or for labels on a base rate.
    honest : bool or None
        Whether the probabilities that it leads to are the base rate; None for numbers.
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
        "regression", "binary", "multiclass" or "multilabel". By default the first that
        the loss serves.

    Returns
    -------
    LossReport
        Print it, or read ``ok`` and ``failures``.

    Raises
    ------
    ValueError
        If the loss does not serve the task.

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
    task = task or loss.tasks[0]
    if not loss.serves(task):
        raise ValueError(f"{loss.name} does not serve the task {task!r}.")
    report = LossReport(loss.name or type(loss).__name__)
    if task in ("embedding", "pairs"):
        report.notes.append("Embedding losses are checked for gradients and cliffs.")
    raw, y = _sample(loss, task)
    if not _shape(loss, raw, y, report):
        return report
    _gradient(loss, raw, y, report)
    _cliffs(loss, raw, y, report)
    _stack(loss, raw, y, report)
    if task == "regression" and loss.y_range.low < 0:
        _elicits_number(loss, report)
    elif task == "binary":
        _elicits_rate(loss, report)
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


def _shape(loss, raw, y, report):
    try:
        value = loss.pointwise(raw, y)
    except (ValueError, RuntimeError, TypeError) as error:
        report.failures.append(f"It cannot be computed: {error}")
        return False
    if not isinstance(value, torch.Tensor) or value.shape != (len(raw),):
        report.failures.append("It does not give one value per row.")
        return False
    if len(raw) > 1 and value.unique().numel() == 1 and value.stride() == (0,):
        report.notes.append(
            "It returns a single number, so sample weights cannot be used."
        )
    if not torch.isfinite(value).all():
        report.failures.append("It is not finite on ordinary values.")
    return True


def _gradient(loss, raw, y, report, step=1e-6):
    """Compare autograd with central differences along random directions."""
    raw = raw.clone().requires_grad_()
    try:
        (gradient,) = torch.autograd.grad(loss(raw, y), raw)
    except RuntimeError:
        report.failures.append(
            "Its gradient is cut: no gradient reaches the prediction; compute with "
            "torch functions only, without detach, item or numpy."
        )
        return
    rng = torch.Generator().manual_seed(0)
    for _ in range(8):
        direction = torch.randn(raw.shape, generator=rng, dtype=raw.dtype)
        with torch.no_grad():
            ahead, behind = (loss(raw + s * direction, y) for s in (step, -step))
        slope = ((ahead - behind) / (2 * step)).item()
        found = (gradient * direction).sum().item()
        if not math.isclose(slope, found, rel_tol=1e-3, abs_tol=1e-6):
            report.failures.append(
                f"Its gradient is wrong: along one direction autograd says {found:.4g} "
                f"and finite differences say {slope:.4g}."
            )
            return


def _cliffs(loss, raw, y, report):
    """Value and gradient in float32 where networks go when they go astray."""
    y = y.float() if y.is_floating_point() else y
    for size in (1e-8, 50.0, 120.0, 1e4):
        for sign in (1.0, -1.0, None):
            scores = (raw.sign() if sign is None else sign * raw.sign().abs()) * size
            scores = scores.float().requires_grad_()
            value = loss.pointwise(scores, y)
            finite = torch.isfinite(value).all()
            if finite and value.requires_grad:
                (gradient,) = torch.autograd.grad(value.sum(), scores)
                finite = torch.isfinite(gradient).all()
            if not finite:
                report.failures.append(
                    "In float32 it or its gradient is not finite at raw scores of size "
                    f"{size:g}; compute in log space (logsumexp, softplus) and never "
                    "divide by an exponential."
                )
                return


def _stack(loss, raw, y, report):
    other = torch.flip(raw, dims=(0,))
    together = loss.pointwise(torch.stack([raw, other]), torch.stack([y, y]))
    apart = torch.stack([loss.pointwise(raw, y), loss.pointwise(other, y)])
    if not torch.allclose(together, apart, equal_nan=True):
        report.failures.append("Two models stacked get other values than each alone.")


def _constant_fit(loss, y, starts):
    y = torch.as_tensor(y)
    width = loss.n_outputs(1)

    def objective(raw):
        raw = torch.as_tensor(raw, dtype=torch.float64).expand(len(y), width)
        value = loss(raw, y).item()
        return value if math.isfinite(value) else 1e300

    best = None
    for start in starts:
        begin = np.zeros(width)
        begin[0] = start
        for _ in range(3):  # the simplex restarts where it stopped
            found = scipy.optimize.minimize(
                objective, begin, method="Nelder-Mead",
                options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000},
            )  # fmt: skip
            begin = found.x
        if best is None or found.fun < best.fun:
            best = found
    raw = torch.as_tensor(best.x)[None]
    return raw


def _elicits_number(loss, report):
    y = np.random.default_rng(1).gamma(1.5, 2.0, 401)
    raw = _constant_fit(loss.bind(y), y, (np.median(y), y.mean()))
    value = loss.predict(raw)[0, 0].item()
    mean, median, near = y.mean(), np.median(y), 0.01 * y.std()
    levels = {f"the {q:.2f} quantile": np.quantile(y, q) for q in _LEVELS}
    known = {"mean": mean, "median": median} | levels
    name, closest = min(known.items(), key=lambda item: abs(item[1] - value))
    if abs(closest - value) <= near:
        report.elicits = name
    elif min(mean, median) < value < max(mean, median):
        report.elicits = "between mean and median"
    else:
        report.elicits = f"{value:.4g} on a sample with mean {mean:.4g}"


def _elicits_rate(loss, report):
    rate = 0.3
    y = np.repeat([1.0, 0.0], [60, 140])
    bound = loss.bind(y)
    raw = _constant_fit(bound, y, (0.0, -1.0, 2.0))
    found = bound.probabilities(raw, "binary")[0, 0].item()
    report.honest = abs(found - rate) < 5e-3
    report.elicits = f"probability {found:.3f} at a base rate of {rate}"
    if report.honest != loss.is_proper and loss.is_proper:
        report.failures.append(
            f"It is declared proper, but leads to probability {found:.3f} at a base "
            f"rate of {rate}."
        )
