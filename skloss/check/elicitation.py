"""What a loss elicits: the constant prediction that it likes best."""

import math

import numpy as np
import scipy.optimize
import torch

__all__ = ["elicited_number", "elicited_probabilities"]

_RATES = np.array([0.5, 0.3, 0.2])


def _constant_fit(loss, y, width, starts):
    """Raw scores of shape (1, width) that minimise the mean loss of all rows."""
    target = torch.as_tensor(y)

    def objective(raw):
        raw = torch.as_tensor(raw, dtype=torch.float64).expand(len(y), width)
        value = loss.pointwise(raw, target).mean().item()
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
    return torch.as_tensor(best.x)[None]


def elicited_number(loss):
    """Name what a constant fit returns on samples skewed to either side.

    A name that fits both is the functional. Empty if there is no best constant.
    """
    rng = np.random.default_rng(1)
    samples = [rng.gamma(1.5, 2.0, 401), 0.5 + 6 * rng.beta(4.0, 0.8, 401)]
    found = []
    for y in samples:
        starts = (np.median(y), y.mean())
        raw = _constant_fit(loss.bind(y), y, loss.n_outputs(1), starts)
        found.append(loss.predict(raw)[0, 0].item())
    if max(map(abs, found)) > 1e6:
        return ""
    pairs = list(zip(samples, found, strict=True))
    expectiles = np.array([_expectile_level(y, value) for y, value in pairs])
    quantiles = np.array([(y < value).mean() for y, value in pairs])
    if np.abs(expectiles - 0.5).max() < 0.005:
        return "mean"
    if np.abs(quantiles - 0.5).max() < 0.01:
        return "median"
    if np.ptp(expectiles) < 0.005:
        return f"the {expectiles.mean():.2f} expectile"
    if np.ptp(quantiles) < 0.01:
        return f"the {quantiles.mean():.2f} quantile"
    if all(_is_between(value, y.mean(), np.median(y)) for y, value in pairs):
        return "between mean and median"
    y, value = pairs[0]
    told = f"{value:.4g} where the mean is {y.mean():.4g} and the median "
    return told + f"{np.median(y):.4g}"


def _is_between(value, one, other):
    return min(one, other) < value < max(one, other)


def _expectile_level(y, value):
    """Level at which ``value`` is the expectile of ``y``, by its definition."""
    below = np.maximum(value - y, 0.0).sum()
    return below / (below + np.maximum(y - value, 0.0).sum())


def elicited_probabilities(loss, task):
    """Say what a constant fit returns on base rates, and whether it is those.

    Returns
    -------
    str, bool
    """
    y, rates = _labels(task)
    k = len(rates)
    bound = loss.bind(y)
    raw = _constant_fit(bound, y, loss.n_outputs(k), (0.0, -1.0, 2.0))
    if task == "regression":
        found = bound.predict(raw)[0].numpy()
    else:
        found = bound.probabilities(raw, task)[0].numpy()
    honest = bool(np.abs(found - rates).max() < 5e-3)
    if k == 1:
        return f"probability {found[0]:.3f} at a base rate of {rates[0]:g}", honest
    told = ", ".join(f"{p:.3f}" for p in found)
    known = ", ".join(f"{rate:.3g}" for rate in rates)
    return f"probabilities {told} at base rates of {known}", honest


def _labels(task):
    """Targets and their rates."""
    counts = np.rint(100 * _RATES).astype(int)
    index = np.repeat([0, 1, 2], counts)
    if task == "binary":
        return (index == 1).astype(float), _RATES[1:2]
    if task in ("multiclass", "ordinal"):
        return index, _RATES
    if task == "multilabel":
        return np.eye(3)[index], _RATES
    shares = np.random.default_rng(1).dirichlet(10 * _RATES, 100)
    return shares, shares.mean(0)
