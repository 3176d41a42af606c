"""Each loss has values from an independent oracle, named on its line."""

import numpy as np
import pytest
import scoringrules
import torch
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics
from torch import nn
from torch.nn import functional as F

from skloss import get_loss, list_losses

rng = np.random.default_rng(5)
Y = rng.normal(size=8) * 3
F_ = rng.normal(size=8) * 3
POSITIVE = rng.gamma(2.0, 2.0, 8)
COUNTS = rng.poisson(3.0, 8).astype(float)
LOG = rng.normal(size=8)
SCALE = rng.normal(size=8)
THIRD = rng.normal(size=8)
LOGITS = rng.normal(size=(8, 3)) * 2
CLASSES = rng.integers(0, 3, 8)
BITS = rng.integers(0, 2, 8)
BITS_3 = rng.integers(0, 2, (8, 3)).astype(float)
P = rng.dirichlet(np.ones(3), 8)


def tensor(values):
    return torch.as_tensor(np.asarray(values))


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def pinball(q):
    return metrics.mean_pinball_loss(Y, F_, alpha=q)


def torch_rows(criterion, raw, y):
    return criterion(tensor(raw), tensor(y)).numpy()


SIGMA, B = np.exp(SCALE / 2), np.exp(SCALE)
DF = 2 + np.log1p(np.exp(THIRD))
N_B = 1 / np.exp(SCALE)
FOCAL_P = softmax(LOGITS)[np.arange(8), CLASSES]
BIT_P = np.where(BITS == 1, sigmoid(LOG), 1 - sigmoid(LOG))
ONE = np.column_stack
TARGET_ALPHA = 0.25 * BITS + 0.75 * (1 - BITS)

#: (name, parameters, raw prediction, y, mean of the oracle, where the oracle is from)
VALUES = [
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
    ("cross_entropy", {}, LOGITS, CLASSES,
     metrics.log_loss(CLASSES, softmax(LOGITS), labels=[0, 1, 2]), "sklearn"),
    ("cross_entropy", {}, LOG, BITS, metrics.log_loss(BITS, sigmoid(LOG)), "sklearn"),
    ("binary_cross_entropy", {}, LOGITS, BITS_3,
     3 * torch_rows(nn.BCEWithLogitsLoss(), LOGITS, BITS_3), "torch, whose mean is /3"),
    ("focal", {"gamma": 2.0}, LOGITS, CLASSES,
     np.mean((1 - FOCAL_P) ** 2 * -np.log(FOCAL_P)), "Lin et al. (2017), eq. 4"),
    ("focal", {"gamma": 1.5, "alpha": 0.25}, LOG, BITS,
     np.mean(TARGET_ALPHA * (1 - BIT_P) ** 1.5 * -np.log(BIT_P)), "eq. 5"),
    ("label_smoothing", {"smoothing": 0.2}, LOGITS, CLASSES,
     torch_rows(nn.CrossEntropyLoss(label_smoothing=0.2), LOGITS, CLASSES), "torch"),
    ("brier", {}, LOG, BITS, metrics.brier_score_loss(BITS, sigmoid(LOG)), "sklearn"),
    ("brier", {}, LOGITS, CLASSES,
     metrics.brier_score_loss(
         CLASSES, softmax(LOGITS), labels=[0, 1, 2], scale_by_half=False),
     "sklearn"),
    ("poly1", {"epsilon": 2.0}, LOGITS, CLASSES,
     np.mean(-np.log(FOCAL_P) + 2 * (1 - FOCAL_P)), "Leng et al. (2022), eq. 6"),
    ("generalized_cross_entropy", {"q": 0.7}, LOGITS, CLASSES,
     np.mean((1 - FOCAL_P**0.7) / 0.7), "Zhang and Sabuncu (2018), eq. 6"),
    ("confidence_penalty", {"beta": 0.3}, LOGITS, CLASSES,
     metrics.log_loss(CLASSES, softmax(LOGITS), labels=[0, 1, 2])
     + 0.3 * np.mean(stats.entropy(softmax(LOGITS), np.full((8, 3), 1 / 3), axis=1)),
     "sklearn and scipy"),
    ("hinge", {}, LOG, BITS, metrics.hinge_loss(BITS, LOG), "sklearn"),
    ("hinge", {}, LOGITS, CLASSES,
     metrics.hinge_loss(CLASSES, LOGITS, labels=[0, 1, 2]), "sklearn"),
    ("squared_hinge", {}, [0.5, -1.0], [1, 1], (0.25 + 4) / 2, "by hand"),
    ("class_balanced", {}, LOGITS, CLASSES,
     torch_rows(nn.CrossEntropyLoss(), LOGITS, CLASSES), "unbound: cross-entropy"),
    ("logit_adjusted", {}, LOGITS, CLASSES,
     torch_rows(nn.CrossEntropyLoss(), LOGITS, CLASSES), "unbound: cross-entropy"),
    ("balanced_softmax", {}, LOGITS, CLASSES,
     torch_rows(nn.CrossEntropyLoss(), LOGITS, CLASSES), "unbound: cross-entropy"),
    ("ldam", {"max_margin": 0.0, "scale": 2.0}, LOGITS, CLASSES,
     torch_rows(nn.CrossEntropyLoss(), 2 * LOGITS, CLASSES), "no margin: torch"),
    ("asymmetric", {"gamma_negative": 0.0, "gamma_positive": 0.0, "clip": 0.0},
     LOGITS, BITS_3, 3 * torch_rows(nn.BCEWithLogitsLoss(), LOGITS, BITS_3), "torch"),
    ("asymmetric", {}, [[0.0]], [[0.0]],
     -(0.45**4) * np.log(0.55), "Ben-Baruch et al. (2021), eq. 7, by hand"),
    ("corn", {}, [[0.0, 0.0]] * 3, [0, 1, 2], np.log(2) * 5 / 3,
     "Shi et al. (2021), eq. 6: one, two and two questions at even odds"),
    ("kl_divergence", {}, LOGITS, P,
     np.mean(stats.entropy(P, softmax(LOGITS), axis=1)), "scipy"),
    ("js_divergence", {}, LOGITS, P,
     np.mean(jensenshannon(P, softmax(LOGITS), axis=1) ** 2), "scipy"),
]  # fmt: skip


#: Losses whose values are tested in the file of their module.
ELSEWHERE = {"tweedie", "contrastive", "triplet", "info_nce", "symmetric_cross_entropy"}


@pytest.mark.parametrize(
    ("name", "params", "raw", "y", "value"),
    [pytest.param(*case[:5], id=f"{case[0]}-{case[5]}") for case in VALUES],
)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    raw = tensor(np.asarray(raw, dtype=float))
    raw = raw[:, None] if raw.ndim == 1 else raw
    found = get_loss(name, **params)(raw, tensor(y))
    assert found.item() == pytest.approx(float(value), rel=1e-6, abs=1e-9)


def test_every_registered_loss_has_an_oracle():
    assert {case[0] for case in VALUES} | ELSEWHERE == set(list_losses())
