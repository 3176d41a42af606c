"""What a loss elicits: the constant prediction that minimises its mean."""

import math
from dataclasses import dataclass

import numpy as np
import scipy.optimize
import torch

__all__ = ["Elicited", "elicit"]

# Base rates of two and of three classes: unequal, so that a loss that moves
# probabilities towards equal ones shows it.
_RATES = {2: np.array([0.7, 0.3]), 3: np.array([0.5, 0.3, 0.2])}

# Rows per sample of labels: the rates above are whole numbers of rows.
_N_ROWS = 100


@dataclass(frozen=True)
class Elicited:
    """What a constant fit of a loss returns.

    Attributes
    ----------
    text : str
        The functional, or probabilities next to base rates; empty if the mean loss
        has no minimum.
    is_honest : bool
        Whether the probabilities are the base rates; False for numbers.
    """

    text: str
    is_honest: bool = False


def elicit(loss, task):
    """Minimise the mean loss over constant predictions.

    Parameters
    ----------
    loss : Loss
    task : Task
        A task in which each row has its own value.

    Returns
    -------
    Elicited
    """
    y = loss.example_target(np.random.default_rng(1), _N_ROWS, task)
    if task.has_numbers and y.ndim == 1:
        return Elicited(_elicited_number(loss))
    return _elicited_probabilities(loss, task, y)


def _constant_fit(loss, y, width, starts):
    """Return raw scores of shape (1, width) that minimise the mean loss of all rows.

    The Nelder-Mead simplex needs no gradient, so that kinks and wrong gradients do
    not matter.
    """
    target = torch.as_tensor(y)

    def objective(raw):
        raw = torch.as_tensor(raw, dtype=torch.float64).expand(len(y), width)
        value = loss.pointwise(raw, target).mean().item()
        # The simplex compares values, and no comparison with NaN is true. 1e300 exceeds
        # every value of a loss and is still finite.
        return value if math.isfinite(value) else 1e300

    # Both tolerances are met at the end: at a smooth minimum that of the scores is the
    # stricter one, at a kink that of the value.
    best = None
    for start in starts:
        begin = np.zeros(width)
        begin[0] = start
        for _ in range(3):  # a simplex may collapse early, so restart there
            found = scipy.optimize.minimize(
                objective, begin, method="Nelder-Mead",
                options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000},
            )  # fmt: skip
            begin = found.x
        if best is None or found.fun < best.fun:
            best = found
    return torch.as_tensor(best.x)[None]


def _elicited_number(loss):
    """Name what a constant fit returns on one sample skewed to either side.

    A name that fits both samples is the functional. Empty if there is no minimum.
    """
    rng = np.random.default_rng(1)
    samples = [rng.gamma(1.5, 2.0, 401), 0.5 + 6 * rng.beta(4.0, 0.8, 401)]
    found = []
    for y in samples:
        starts = (np.median(y), y.mean())
        raw = _constant_fit(loss.bind(y), y, loss.n_outputs(1), starts)
        found.append(loss.predict(raw)[0, 0].item())
    # The samples lie within 0 and 20: a fit that far away was still descending.
    if max(map(abs, found)) > 1e6:
        return ""
    pairs = list(zip(samples, found, strict=True))
    expectiles = np.array([_expectile_level(y, value) for y, value in pairs])
    quantiles = np.array([(y < value).mean() for y, value in pairs])
    # 401 rows put a quantile's level within 1/401 of a fit's, and the simplex stops
    # within about 1e-8 of an expectile; the margins are some times wider, and narrow
    # enough to distinguish the 0.50 from the 0.51 expectile.
    if np.abs(expectiles - 0.5).max() < 0.005:
        return "mean"
    if np.abs(quantiles - 0.5).max() < 0.01:
        return "median"
    # Outside the sample every level is 0 or 1, which identifies no functional.
    is_inside = all(y.min() < value < y.max() for y, value in pairs)
    if is_inside and np.ptp(expectiles) < 0.005:
        return f"the {expectiles.mean():.2f} expectile"
    if is_inside and np.ptp(quantiles) < 0.01:
        return f"the {quantiles.mean():.2f} quantile"
    if all(_is_between(value, y.mean(), np.median(y)) for y, value in pairs):
        return "between mean and median"
    y, value = pairs[0]
    return (
        f"{value:.4g} where the mean is {y.mean():.4g} and the median "
        f"{np.median(y):.4g}"
    )


def _is_between(value, one, other):
    return min(one, other) < value < max(one, other)


def _expectile_level(y, value):
    """Return the level t at which ``value`` is the expectile of ``y``.

    By definition t E[(y - value)+] = (1 - t) E[(value - y)+] (Newey and Powell, 1987).
    """
    below = np.maximum(value - y, 0.0).sum()
    return below / (below + np.maximum(y - value, 0.0).sum())


def _elicited_probabilities(loss, task, example):
    """Compare the probabilities of a constant fit with the base rates."""
    y, rates = _rows_at_rates(task, example)
    k = len(rates)
    bound = loss.bind(y)
    raw = _constant_fit(bound, y, loss.n_outputs(k), (0.0, -1.0, 2.0))
    if task.has_numbers:
        found = bound.predict(raw)[0].numpy()
    else:
        found = bound.probabilities(raw, task)[0].numpy()
    # Wider than the accuracy of the simplex (about 1e-6), and narrower than the
    # smallest distortion worth reporting.
    is_honest = bool(np.abs(found - rates).max() < 5e-3)
    if k == 1:
        text = f"probability {found[0]:.3f} at a base rate of {rates[0]:g}"
        return Elicited(text, is_honest)
    found_text = ", ".join(f"{p:.3f}" for p in found)
    known = ", ".join(f"{rate:.3g}" for rate in rates)
    text = f"probabilities {found_text} at base rates of {known}"
    return Elicited(text, is_honest)


def _rows_at_rates(task, example):
    """Return targets whose base rates are known, and those rates.

    Examples that are distributions are their own sample; classes and labels are
    repeated to reach unequal rates.
    """
    if task.has_numbers:
        return example, example.mean(0)
    n = example.shape[1] if example.ndim == 2 else len(np.unique(example))
    counts = np.rint(_N_ROWS * _RATES[n]).astype(int)
    index = np.repeat(np.arange(n), counts)
    if example.ndim == 2:
        return np.eye(n)[index], _RATES[n]
    return index, _RATES[n][1:] if task.link == "logit" else _RATES[n]
