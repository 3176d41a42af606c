"""Laws on rows: their order, their weights, and models that are stacked."""

import math

import numpy as np
import torch

from skloss.check.law import Law
from skloss.losses import Loss

__all__ = ["LAWS"]

# Two computations of the same number differ by rounding only, some hundred times 1e-16
# of the largest term; the rest is a margin for terms that cancel.
_EQUAL = {"rtol": 1e-7, "atol": 1e-8}


def _differ(one, other, **tolerances):
    tolerances = tolerances or _EQUAL
    return not torch.allclose(one, other, equal_nan=True, **tolerances)


def _check_order(case):
    raw = case.draw()
    order = torch.randperm(case.n_rows, generator=torch.Generator().manual_seed(1))
    value = case.loss.pointwise(raw, case.y)
    if _differ(case.loss.pointwise(raw[order], case.y[order]), value[order]):
        return "The value of a row depends on the order of the rows."
    return ""


def _check_value_per_row(case):
    if case.is_scalar:
        return "It returns a single number, so sample weights cannot be used."
    return ""


def _check_mean(case):
    raw, half = case.draw(), case.n_rows // 2
    parts = [case.loss(raw[rows], case.y[rows]) for rows in _halves(half)]
    if _differ(torch.stack(parts).mean(), case.loss(raw, case.y)):
        return (
            "The value is not a mean over rows, so its scale depends on the batch size."
        )
    return ""


def _halves(half):
    return slice(None, half), slice(half, None)


def _check_rows(case):
    raw, half = case.draw(), case.n_rows // 2
    parts = [case.loss.pointwise(raw[rows], case.y[rows]) for rows in _halves(half)]
    if _differ(torch.cat(parts), case.loss.pointwise(raw, case.y)):
        return "The value of a row depends on the other rows of the batch."
    return ""


def _check_extreme_row(case):
    """Compare the rows of a batch with and without a row of extreme prediction."""
    # The terms of a row are the same in both batches, so that only the order of a few
    # sums may differ. A shift by the largest score of all rows, which would round the
    # other rows away, exceeds the tolerance by far.
    exact = {"rtol": 1e-11, "atol": 1e-13}
    for extreme in (1e4, math.nan):
        raw = case.draw()
        raw[0] = extreme
        raw.requires_grad_()
        both = case.loss.pointwise(raw, case.y)[1:]
        alone = case.loss.pointwise(raw[1:], case.y[1:])
        slopes = [torch.autograd.grad(v.sum(), raw)[0][1:] for v in (both, alone)]
        if _differ(both, alone, **exact) or _differ(*slopes, **exact):
            return f"A row with a prediction of {extreme:g} changes the other rows."
    return ""


def _check_weights(case):
    raw, y = case.draw(), case.y
    weight = (torch.arange(case.n_rows) % 4).double()  # of a mean other than 1
    rows = torch.repeat_interleave(torch.arange(case.n_rows), weight.long())
    if _differ(case.loss(raw, y, weight), case.loss(raw[rows], y[rows])):
        return (
            "Weight 2 does not count a row twice, or a row of weight 0 has an effect."
        )
    return ""


def _check_stack(case):
    raws = [case.draw(seed) for seed in range(3)]
    together = case.loss.pointwise(torch.stack(raws), torch.stack([case.y] * 3))
    apart = torch.stack([case.loss.pointwise(raw, case.y) for raw in raws])
    if _differ(together, apart):
        return "In a stack its values differ from those of single models."
    return ""


def _check_bound_stack(case):
    """Stack losses that were bound to different rows and scales."""
    y = case.y.numpy()
    bound = [case.loss.bind(y), case.loss.bind(np.concatenate([y[:1]] * 5 + [y]))]
    if case.task.has_numbers and case.loss.is_equivariant:
        scaled = zip(bound, (1.0, 3.0), strict=True)
        bound = [one.rescaled(scale) for one, scale in scaled]
    if bound[0].stack_key != bound[1].stack_key:
        return "Losses bound to different rows have different stack keys."
    raws = [case.draw(seed) for seed in range(2)]
    targets = torch.stack([case.y, case.y])
    together = Loss.stack(bound).pointwise(torch.stack(raws), targets)
    pairs = zip(bound, raws, strict=True)
    apart = torch.stack([one.pointwise(raw, case.y) for one, raw in pairs])
    if _differ(together, apart):
        return "Bound to different rows, its values differ in a stack."
    return ""


def _has_separate_rows(case):
    return case.has_separate_rows


def _has_row_values(case):
    return case.has_row_values


LAWS = (
    Law("order of rows", _check_order),
    Law("value per row", _check_value_per_row, _has_separate_rows, is_fault=False),
    Law("mean over rows", _check_mean, _has_separate_rows, is_fault=False),
    Law("separate rows", _check_rows, _has_row_values),
    Law("extreme rows", _check_extreme_row, _has_row_values),
    Law("sample weights", _check_weights, _has_row_values),
    Law("stack", _check_stack),
    Law("bound stack", _check_bound_stack, _has_separate_rows),
)
