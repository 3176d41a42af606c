"""Each loss has values from an independent oracle, named on its line."""

import numpy as np
import pytest
import scoringrules
import torch
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics
from sklearn.linear_model import QuantileRegressor
from torch import nn
from torch.nn import functional as F

from skloss import get_loss, list_losses
from skloss.losses import Contrastive, InfoNCE, SymmetricCrossEntropy, Triplet
from skloss.losses.robust_statistics import absolute_error_residuals

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

#: Unit-deviance oracles need a power each.
TWEEDIE = [1.0, 1.2, 1.5, 1.9, 2.0]

#: Losses whose values have tests of their own further down.
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


@pytest.mark.parametrize("power", TWEEDIE)
def test_tweedie_differs_from_half_the_deviance_by_a_constant(power):
    loss = get_loss("tweedie", power=power)
    y = tensor(POSITIVE)

    def gap(log_mean):
        deviance = metrics.mean_tweedie_deviance(
            POSITIVE, np.exp(log_mean), power=power
        )
        return loss(tensor(log_mean)[:, None], y).item() - deviance / 2

    assert gap(LOG) == pytest.approx(gap(SCALE), rel=1e-9)


def test_bound_losses_know_how_rare_each_class_is():
    y = np.array([0] * 80 + [1] * 15 + [2] * 5)
    raw, target = tensor(LOGITS), tensor(CLASSES)
    counts = np.array([80, 15, 5])
    adjusted = torch_rows(nn.CrossEntropyLoss(), LOGITS + np.log(counts / 100), CLASSES)
    for name in ("logit_adjusted", "balanced_softmax"):
        assert get_loss(name).bind(y)(raw, target).item() == pytest.approx(adjusted)
    # Cui et al. (2019), eq. 10: effective numbers, weights that sum to K.
    effective = (1 - 0.99**counts) / (1 - 0.99)
    weights = 3 * (1 / effective) / (1 / effective).sum()
    oracle = F.cross_entropy(raw, target, tensor(weights), reduction="none").mean()
    found = get_loss("class_balanced", beta=0.99).bind(y)(raw, target)
    assert found.item() == pytest.approx(oracle.item())
    # Cao et al. (2019), eq. 13: margins C / n^(1/4), C such that the largest is 0.5.
    margins = 0.5 * (5 / counts) ** 0.25
    shifted = LOGITS - margins * np.eye(3)[CLASSES]
    oracle = torch_rows(nn.CrossEntropyLoss(), 30 * shifted, CLASSES)
    found = get_loss("ldam", scale=30.0).bind(y)(raw, target)
    assert found.item() == pytest.approx(float(oracle))


def test_weighted_rows_count_into_class_counts():
    y, weight = np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0])
    weighted = get_loss("logit_adjusted").bind(y, weight)
    repeated = get_loss("logit_adjusted").bind(np.array([0, 0, 0, 1]))
    np.testing.assert_allclose(
        weighted.bound_["per_class"], repeated.bound_["per_class"]
    )


def test_huber_delta_is_learned_from_residuals_of_a_robust_line():
    x = rng.normal(size=4000)
    y = 100 * x + rng.normal(size=4000)
    y[::50] += 1e5
    bound = get_loss("huber").bind(y, X=x[:, None])
    assert bound.bound_["delta"] == pytest.approx(1.345, rel=0.06)
    without = get_loss("huber").bind(y)
    assert without.bound_["delta"] > 50


DESIGN = rng.integers(0, 3, size=(800, 4)).astype(float)
LINE = DESIGN @ [1.0, -2.0, 3.0, 0.5]


@pytest.mark.parametrize(
    "y",
    [
        LINE + rng.normal(size=800),
        LINE + rng.standard_t(1.5, size=800),
        LINE + np.exp(DESIGN[:, 0]) * rng.exponential(size=800),
        np.round(LINE + rng.normal(size=800)),
    ],
    ids=["normal", "wild", "skewed", "whole numbers"],
)
@pytest.mark.parametrize("weight", [np.ones(800), rng.integers(0, 4, size=800)])
def test_line_that_huber_starts_from_has_least_absolute_deviations(y, weight):
    oracle = QuantileRegressor(alpha=0.0).fit(DESIGN, y, sample_weight=weight)
    least = weight @ np.abs(y - oracle.predict(DESIGN))
    found = weight @ np.abs(absolute_error_residuals(y, weight, DESIGN))
    assert found == pytest.approx(least, rel=2e-3)


X1, X2 = tensor(rng.normal(size=(6, 3))), tensor(rng.normal(size=(6, 3)))
X3 = tensor(rng.normal(size=(6, 3)))


def test_triplet_is_that_of_torch():
    oracle = nn.TripletMarginLoss(margin=0.7, eps=0.0)(X1, X2, X3)
    found = Triplet(margin=0.7).from_triplets(X1, X2, X3)
    assert found.item() == pytest.approx(oracle.item())


def test_contrastive_is_that_of_the_note():
    same = torch.tensor([1, 0, 1, 0, 1, 0])
    distance = F.pairwise_distance(X1, X2, eps=0.0)
    oracle = (same * distance**2 + (1 - same) * F.relu(2.0 - distance) ** 2).sum() / 12
    found = Contrastive(margin=2.0).from_pairs(X1, X2, same)
    assert found.item() == pytest.approx(oracle.item())


def test_info_nce_and_symmetric_cross_entropy_are_cross_entropies_of_the_diagonal():
    S, match = X1 @ X2.T, torch.arange(6)
    rows, columns = F.cross_entropy(S / 0.2, match), F.cross_entropy(S.T / 0.2, match)
    found = InfoNCE(temperature=0.2).from_similarity(S)
    assert found.item() == pytest.approx(rows.item())
    both = SymmetricCrossEntropy(temperature=0.2).from_similarity(S)
    assert both.item() == pytest.approx((rows + columns).item() / 2)


def test_info_nce_of_the_note_with_one_positive_and_two_others():
    q, k = np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.5, -1.0], [2.0, 0.0]])
    scores = k @ q
    by_hand = -np.log(np.exp(scores[0]) / np.exp(scores).sum())
    S = tensor(np.tile(scores, (3, 1)))
    first = InfoNCE(temperature=1.0).of_similarity(S)[0]
    assert first.item() == pytest.approx(by_hand)


def test_labels_make_the_pairs_and_triplets_of_a_batch():
    labels = torch.tensor([0, 0, 1])
    x = tensor([[0.0], [1.0], [3.0]])
    # Anchors 0 and 1 have one triplet each: distances 1 against 3, and 1 against 2.
    values = Triplet(margin=1.5).pointwise(x, labels)
    torch.testing.assert_close(values, tensor([0.0, 0.5, 0.0]))
    # Row 0: pairs at distance 1 (same) and 3 (other, beyond the margin of 2).
    values = Contrastive(margin=2.0).pointwise(x, labels)
    torch.testing.assert_close(values, tensor([0.25, 0.25, 0.0]))


def test_a_perfect_js_divergence_is_zero_and_a_disjoint_one_log_two():
    loss = get_loss("js_divergence")
    same = loss(tensor(np.log(P)), tensor(P)).item()
    assert same == pytest.approx(0.0, abs=1e-12)
    sure = tensor([[1e4, 0.0, 0.0]])
    assert loss(sure, tensor([[0.0, 0.5, 0.5]])).item() == pytest.approx(np.log(2))


@pytest.mark.parametrize(
    "call",
    [
        lambda: Contrastive().from_pairs(X1, X2, torch.ones(6, 1)),
        lambda: Contrastive().from_pairs(X1, X2[:1], torch.ones(6)),
        lambda: Triplet().from_triplets(X1, X2, X3[:1]),
        lambda: Triplet().from_triplets(X1, X2[:, :1], X3),
        lambda: InfoNCE().from_similarity(X1),
        lambda: Triplet()(X1, torch.zeros(6, 1)),
    ],
)
def test_embeddings_whose_shapes_differ_are_never_broadcast(call):
    with pytest.raises(ValueError, match="shape"):
        call()


def test_embeddings_that_are_no_tensors_are_refused():
    for call in (
        lambda x: Contrastive().from_pairs(x, x, [1] * 6),
        lambda x: InfoNCE().from_similarity(x),
        lambda x: Triplet()(x, torch.zeros(6)),
    ):
        with pytest.raises(TypeError, match="must be a torch tensor"):
            call(X1.numpy())


@pytest.mark.parametrize("wrong", [-1, 2, 0.5])
def test_labels_that_are_neither_zero_nor_one_are_refused(wrong):
    y = torch.tensor([0.0, 1.0, wrong])
    for name in ("hinge", "binary_cross_entropy", "focal"):
        with pytest.raises(ValueError, match=f"y_true holds {wrong:g}"):
            get_loss(name)(torch.zeros(3, 1), y)


@pytest.mark.parametrize("wrong", [-100, -1, 3])
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "hinge"])
def test_labels_that_are_no_class_are_refused(name, wrong):
    with pytest.raises((IndexError, RuntimeError), match="out of bounds"):
        get_loss(name)(torch.zeros(2, 3), torch.tensor([0, wrong]))


def test_a_loss_of_labels_does_not_take_class_indices():
    with pytest.raises(ValueError, match="pass y_true of the shape"):
        get_loss("binary_cross_entropy")(torch.zeros(3, 2), torch.tensor([0, 1, 1]))


@pytest.mark.parametrize("beside", [1.0, 1e4, np.inf, -np.inf])
def test_log_cosh_keeps_small_misses_and_is_straight_for_large(beside):
    misses = np.array([1e-4, -1e-2, 3.0, beside], dtype=np.float32)
    raw = tensor(misses)[:, None].requires_grad_()
    value = get_loss("log_cosh").pointwise(raw, torch.zeros(4))
    (gradient,) = torch.autograd.grad(value.sum(), raw)
    wide = misses.astype(float)
    oracle = np.logaddexp(wide, -wide) - np.log(2)
    np.testing.assert_allclose(value.detach(), oracle, rtol=1e-6)
    np.testing.assert_allclose(gradient[:, 0], np.tanh(wide), rtol=1e-6)


@pytest.mark.parametrize("beside", [0.0, 1e4])
def test_student_t_is_exact_in_single_precision_however_light_the_tails(beside):
    shape = np.array([-2.0, 3.0, 7.9, beside], dtype=np.float32)
    raw = tensor(ONE([np.zeros(4), np.zeros(4), shape])).float()
    y = np.array([3.0, 1.0, -0.5, 0.0], dtype=np.float32)
    value = get_loss("student_t_nll", constant=True).pointwise(raw, tensor(y))
    df = 2 + np.logaddexp(0.0, shape.astype(float))
    np.testing.assert_allclose(value, -stats.t(df).logpdf(y), rtol=1e-6)
