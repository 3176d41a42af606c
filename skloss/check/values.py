"""Laws on values and gradients: finite, differentiable, and of checked shapes."""

import torch

from skloss.check.law import Law
from skloss.training.recording import record

__all__ = ["LAWS"]


def _check_value(case):
    value = case.loss.pointwise(case.draw(), case.y)
    if not isinstance(value, torch.Tensor) or value.shape != (case.n_rows,):
        return "It does not return one value per row."
    if not torch.isfinite(value).all():
        return "It is not finite on ordinary values."
    return ""


def _check_purity(case):
    raw, y = case.draw(), case.y.clone()
    value = case.loss.pointwise(raw, y)
    if not (torch.equal(raw, case.draw()) and torch.equal(y, case.y)):
        return "It changes its arguments in place; write y - 1 and not y.sub_(1)."
    if not torch.equal(value, case.loss.pointwise(raw, y)):
        return "It returns other values for the same arguments."
    return ""


def _check_slope(case):
    raw = case.draw().requires_grad_()
    value = case.loss(raw, case.y)
    if not value.requires_grad:
        return (
            "Its gradient is cut before it reaches the prediction; compute with torch "
            "functions only, without detach, item or numpy."
        )
    (gradient,) = torch.autograd.grad(value, raw)
    if not gradient.any():
        return "Its gradient is zero everywhere, so nothing can be learned from it."
    return ""


def _check_gradient(case):
    """Compare autograd with central differences along random directions."""
    # Error of the differences: step^2 times the third derivative, about 1e-10, and
    # rounding of the values over the step, about 1e-15 / 1e-5 = 1e-10. The tolerance
    # of 1e-5 is far above both, and any loss that computes in the precision of its
    # arguments meets it, so that custom losses need no wider one.
    step, within = 1e-5, {"rtol": 1e-5, "atol": 1e-7}
    weight = torch.linspace(0.5, 1.5, case.n_rows, dtype=torch.float64)
    raw = case.draw().requires_grad_()
    value = weight * case.loss.pointwise(raw, case.y)
    (gradient,) = torch.autograd.grad(value.sum(), raw)
    for seed in range(1, 9):
        direction = case.draw(seed)
        with torch.no_grad():
            ahead, behind = (
                weight * case.loss.pointwise(raw + s * direction, case.y)
                for s in (step, -step)
            )
        slope, found = (ahead - behind) / (2 * step), (gradient * direction).sum(-1)
        if not case.has_row_values:  # then only the sum has that gradient
            slope, found = slope.sum().reshape(1), found.sum().reshape(1)
        if not torch.allclose(found, slope, **within):
            worst = (found - slope).abs().argmax()
            return (
                f"Its gradient is wrong: along one direction autograd gives "
                f"{found[worst]:.4g} and finite differences give {slope[worst]:.4g}."
            )
    return ""


def _check_finite(case):
    """Try value and gradient in float32 on all raw scores that a network can emit."""
    y = case.y.float() if case.y.is_floating_point() else case.y
    for place, scores in _places(case):
        scores = scores.float().requires_grad_()
        value = case.loss.pointwise(scores, y)
        finite = torch.isfinite(value).all()
        if finite and value.requires_grad:
            (gradient,) = torch.autograd.grad(value.sum(), scores)
            finite = torch.isfinite(gradient).all()
        if not finite:
            return (
                f"In float32 it or its gradient is not finite {place}; compute in log "
                "space (logsumexp, softplus), and never divide by an exponential nor "
                "take a root of zero."
            )
    return ""


def _places(case):
    """Raw scores at which losses overflow or divide by zero."""
    signs = case.draw().sign()
    # In float32 exp overflows beyond 88 and its square beyond 44; sigmoids saturate
    # beyond 17. Training that diverges reaches 1e4. Below: zero and nearly zero.
    for size in (0.0, 1e-8, 1.0, 50.0, 120.0, 1e3, 1e4):
        for scores in (signs, -signs, signs.abs(), -signs.abs()):
            yield f"at raw scores of size {size:g}", size * scores
    if case.task.has_numbers:
        yield "where a prediction is exact", case.exact()


def _check_shapes(case):
    raw, y = case.draw(), case.y
    more = y[:, None, None] if y.ndim == 1 else y[:, None]
    column = torch.ones(case.n_rows, 1, dtype=torch.float64)
    calls = {
        "y_true of one row less": lambda: case.loss.pointwise(raw, y[:-1]),
        "y_true of more dimensions": lambda: case.loss.pointwise(raw, more),
        "a flat raw_prediction": lambda: case.loss.pointwise(raw[:, 0], y),
        "sample_weight of shape (n, 1)": lambda: case.loss(raw, y, column),
    }
    for shapes, call in calls.items():
        if not _raises(call):
            return f"It accepts {shapes}; compare shapes and raise a ValueError."
    return ""


def _raises(call):
    """Whether shapes are refused, by the loss or by torch, and not broadcast."""
    try:
        call()
    except (ValueError, RuntimeError, IndexError):
        return True
    return False


def _check_recording(case):
    """Compare recorded operations, repeated on other rows, with autograd."""

    def values_and_gradient(raw, y):
        with torch.enable_grad():
            values = case.loss.pointwise(raw, y)
            (gradient,) = torch.autograd.grad(values.sum(), raw)
        return values.detach(), gradient

    raws = [case.draw(seed).requires_grad_() for seed in range(3)]
    targets = [case.y.roll(seed, 0) for seed in range(3)]
    _, recording = record(values_and_gradient, raws[0], targets[0])
    if recording is None:
        return (
            "Its operations depend on chance or on numbers read from tensors, so state "
            "is_recordable = False."
        )
    for raw, y in zip(raws, targets, strict=True):
        found = recording(raw.detach(), y)
        expected = values_and_gradient(raw, y)
        if found is not None and any(map(_differ, found, expected)):
            return (
                "Repeated on other rows, its operations return other numbers than it "
                "does, so state is_recordable = False."
            )
    return ""


def _differ(found, expected):
    return not torch.allclose(found, expected, rtol=0, atol=0, equal_nan=True)


def _is_recordable(case):
    return case.loss.is_recordable and not case.loss.compares_rows


def _has_separate_rows(case):
    return case.has_separate_rows


LAWS = (
    Law("value", _check_value, is_basic=True),
    Law("purity", _check_purity, is_basic=True),
    Law("slope", _check_slope, is_basic=True),
    Law("gradient", _check_gradient),
    Law("finite", _check_finite),
    Law("recording", _check_recording, _is_recordable),
    Law("shapes", _check_shapes, _has_separate_rows),
)
