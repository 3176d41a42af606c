"""Values of losses on numbers, each from an independent oracle named on its line."""

import numpy as np
import pytest
import scoringrules
import torch
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics
from torch import nn
from torch.nn import functional as F

from skloss import get_loss

rng = np.random.default_rng(5)
Y = rng.normal(size=8) * 3
F_ = rng.normal(size=8) * 3
POSITIVE = rng.gamma(2.0, 2.0, 8)
COUNTS = rng.poisson(3.0, 8).astype(float)
LOG = rng.normal(size=8)
SCALE = rng.normal(size=8)
THIRD = rng.normal(size=8)
LOGITS = rng.normal(size=(8, 3)) * 2
P = rng.dirichlet(np.ones(3), 8)


def tensor(values):
    return torch.as_tensor(np.asarray(values))


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def pinball(q):
    return metrics.mean_pinball_loss(Y, F_, alpha=q)


def torch_rows(criterion, raw, y):
    return criterion(tensor(raw), tensor(y)).numpy()


SIGMA, B = np.exp(SCALE / 2), np.exp(SCALE)
DF = 2 + np.log1p(np.exp(THIRD))
N_B = 1 / np.exp(SCALE)
ONE = np.column_stack

#: (name, parameters, raw prediction, y, mean of the oracle, where the oracle is from)
VALUES = [
    ("linex", {"a": 0.5}, F_, Y,
     np.mean(np.exp(0.5 * (F_ - Y)) - 0.5 * (F_ - Y) - 1), "Zellner (1986), eq. 2.1"),
    ("linex", {"a": -2.0}, F_, Y,
     np.mean(np.exp(2 * (Y - F_)) - 2 * (Y - F_) - 1), "Zellner (1986), eq. 2.1"),
    ("squared_error", {}, F_, Y, metrics.mean_squared_error(Y, F_), "sklearn"),
    ("absolute_error", {}, F_, Y, metrics.mean_absolute_error(Y, F_), "sklearn"),
    ("huber", {"delta": 0.7}, F_, Y,
     torch_rows(nn.HuberLoss(delta=0.7), F_, Y), "torch HuberLoss"),
    ("pseudo_huber", {"delta": 0.7}, F_, Y,
     np.mean(0.7**2 * (np.sqrt(1 + ((Y - F_) / 0.7) ** 2) - 1)),
     "Hartley and Zisserman (2003), eq. A6.8 with b = delta, halved"),
    ("log_cosh", {}, F_, Y, np.mean(np.log(np.cosh(Y - F_))), "numpy cosh, small r"),
    ("quantile", {"quantile": 0.3}, F_, Y, pinball(0.3), "sklearn"),
    ("multi_quantile", {"quantiles": (0.3,)}, F_, Y, pinball(0.3), "sklearn"),
    ("expectile", {"expectile": 0.5}, F_, Y,
     metrics.mean_squared_error(Y, F_) / 2, "sklearn, at one half"),
    ("expectile", {"expectile": 0.8}, [0.0, 0.0], [1.0, -2.0],
     (0.8 * 1 + 0.2 * 4) / 2, "by hand from Newey and Powell (1987)"),
    ("squared_log_error", {}, np.log1p(POSITIVE[::-1]), POSITIVE,
     metrics.mean_squared_log_error(POSITIVE, POSITIVE[::-1]), "sklearn"),
    ("absolute_percentage_error", {}, F_, Y,
     metrics.mean_absolute_percentage_error(Y, F_), "sklearn"),
    ("general_robust", {"alpha": 0.0}, F_, Y,
     np.mean(np.log(0.5 * (Y - F_) ** 2 + 1)), "Barron (2019), eq. 9, Cauchy"),
    ("general_robust", {"alpha": -2.0}, F_, Y,
     np.mean(2 * (Y - F_) ** 2 / ((Y - F_) ** 2 + 4)), "eq. 9, Geman-McClure"),
    ("general_robust", {"alpha": -np.inf}, F_, Y,
     np.mean(1 - np.exp(-0.5 * (Y - F_) ** 2)), "eq. 9, Welsch"),
    ("general_robust", {"alpha": 2.0, "scale": 2.0}, F_, Y,
     metrics.mean_squared_error(Y, F_) / 8, "eq. 9, L2"),
    ("general_robust", {"alpha": 1.0}, F_, Y,
     np.mean(np.sqrt((Y - F_) ** 2 + 1) - 1), "eq. 9, Charbonnier"),
    ("gaussian_nll", {"constant": True}, ONE([F_, SCALE]), Y,
     -np.mean(stats.norm(F_, SIGMA).logpdf(Y)), "scipy"),
    ("gaussian_nll", {}, ONE([F_, SCALE]), Y,
     F.gaussian_nll_loss(tensor(F_), tensor(Y), tensor(SIGMA**2)).item(), "torch"),
    ("beta_nll", {"beta": 0.5}, ONE([F_, SCALE]), Y,
     np.mean(SIGMA * (0.5 * SCALE + 0.5 * (Y - F_) ** 2 / SIGMA**2)),
     "Seitzer et al. (2022), eq. 5"),
    ("laplace_nll", {"constant": True}, ONE([F_, SCALE]), Y,
     -np.mean(stats.laplace(F_, B).logpdf(Y)), "scipy"),
    ("student_t_nll", {"constant": True}, ONE([F_, SCALE, THIRD]), Y,
     -np.mean(stats.t(DF, F_, B).logpdf(Y)), "scipy"),
    ("gaussian_crps", {}, ONE([F_, SCALE]), Y,
     np.mean(scoringrules.crps_normal(Y, F_, B)), "scoringrules"),
    ("laplace_crps", {}, ONE([F_, SCALE]), Y,
     np.mean(scoringrules.crps_laplace(Y, F_, B)), "scoringrules"),
    ("poisson", {"constant": True}, LOG, COUNTS,
     -np.mean(stats.poisson(np.exp(LOG)).logpmf(COUNTS)), "scipy"),
    ("negative_binomial", {"constant": True}, ONE([LOG, SCALE]), COUNTS,
     -np.mean(stats.nbinom(N_B, N_B / (N_B + np.exp(LOG))).logpmf(COUNTS)), "scipy"),
    ("gamma", {}, LOG, POSITIVE,
     -np.mean(stats.gamma(1.0, scale=np.exp(LOG)).logpdf(POSITIVE)), "scipy, shape 1"),
    ("kl_divergence", {}, LOGITS, P,
     np.mean(stats.entropy(P, softmax(LOGITS), axis=1)), "scipy"),
    ("js_divergence", {}, LOGITS, P,
     np.mean(jensenshannon(P, softmax(LOGITS), axis=1) ** 2), "scipy"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "params", "raw", "y", "value"),
    [pytest.param(*case[:5], id=f"{case[0]}-{case[5]}") for case in VALUES],
)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    raw = tensor(np.asarray(raw, dtype=float))
    raw = raw[:, None] if raw.ndim == 1 else raw
    found = get_loss(name, **params)(raw, tensor(y))
    assert found.item() == pytest.approx(float(value), rel=1e-6, abs=1e-9)
