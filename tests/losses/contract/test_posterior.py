"""The posterior for which raw scores minimise a loss."""

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import torch
from torch import nn
from torch.nn import functional as F

from skloss import get_loss, list_losses
from skloss.losses import Custom
from skloss.losses.contract.posterior import (
    is_recovered,
    posterior_of_slopes,
    settled_posterior,
)

# Frequencies that losses of class counts are bound to.
COUNTS = {"binary": (900, 100), "multiclass": (700, 200, 100)}
TRUTH = {"binary": (0.8, 0.2), "multiclass": (0.6, 0.3, 0.1)}
RECOVERED = (
    "focal",
    "poly1",
    "generalized_cross_entropy",
    "ldam",
    "confidence_penalty",
)
CALIBRATED = {"hinge", "label_smoothing", "squared_hinge"}


def bound(name, task, **params):
    y = np.repeat(np.arange(len(COUNTS[task])), COUNTS[task])
    return get_loss(name, **params).bind(y)


def optimal_scores(loss, shares):
    """Minimise the expected loss by a search that uses values alone."""
    is_binary = len(shares) == 2
    y = torch.arange(2.0) if is_binary else torch.arange(len(shares))
    weight = torch.tensor(shares, dtype=torch.float64)
    fixed = [] if is_binary else [0.0]  # a softmax is the same after a shift

    def raw(scores):
        return torch.tensor([[*scores, *fixed]], dtype=torch.float64)

    def objective(scores):
        return float(weight @ loss.pointwise(raw(scores).repeat(len(y), 1), y))

    found = np.zeros(len(shares) - 1)
    for _ in range(3):  # a simplex may collapse early, so restart there
        options = {"xatol": 1e-9, "fatol": 1e-15}
        search = {"method": "Nelder-Mead", "options": options}
        found = scipy.optimize.minimize(objective, found, **search).x
    return raw(found)


CASES = [
    ("focal", {}),
    ("focal", {"gamma": 0.5}),
    ("poly1", {}),
    ("generalized_cross_entropy", {}),
    ("class_balanced", {"beta": 0.999}),
    ("logit_adjusted", {"tau": 1.5}),
    ("balanced_softmax", {}),
    ("ldam", {}),
    ("brier", {}),
    ("label_smoothing", {}),
    ("confidence_penalty", {}),
]


@pytest.mark.parametrize("task", list(TRUTH))
@pytest.mark.parametrize(("name", "params"), CASES)
def test_scores_that_minimise_the_expected_loss_lead_back_to_the_truth(
    name, params, task
):
    loss, shares = bound(name, task, **params), TRUTH[task]
    raw = optimal_scores(loss, shares)
    expected = shares[1:] if task == "binary" else shares
    found = loss.posterior(raw, task)[0].numpy()
    np.testing.assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize("size", [2e-6, 1e-4, 0.01, 0.4])
def test_the_confidence_penalty_recovers_small_probabilities_of_its_minimum(size):
    def slope(z):  # of eta softplus(-z) + (1 - eta) softplus(z) + beta KL(p || 1/2)
        p = scipy.special.expit(z)
        return p - size + 0.1 * p * (1 - p) * z

    z = scipy.optimize.brentq(slope, -30, 30, xtol=1e-13)
    loss = get_loss("confidence_penalty", beta=0.1)
    found = loss.posterior(torch.tensor([[z]], dtype=torch.float64), "binary")
    assert found.item() == pytest.approx(size, rel=1e-6)


@pytest.mark.parametrize("beta", [0.02, 0.1])
@pytest.mark.parametrize("k", [2, 3, 10])
def test_a_higher_score_of_a_confidence_penalty_is_a_higher_probability(k, beta):
    loss = get_loss("confidence_penalty", beta=beta)
    generator = torch.Generator().manual_seed(0)
    # Also at scores beyond those of any minimum.
    raw = 15 * torch.randn(500, k, generator=generator, dtype=torch.float64)
    before = loss.posterior(raw, "multiclass").log()
    torch.testing.assert_close(before.exp().sum(1), torch.ones(500).double())
    for c in range(k):
        moved = raw.clone()
        moved[:, c] += 0.01
        rise = (loss.posterior(moved, "multiclass").log() - before) / 0.01
        against = rise[:, c, None] - rise[:, torch.arange(k) != c]
        assert against.min() > 0.2
        assert against.max() < 12


@pytest.mark.parametrize("name", ["focal", "poly1", "ldam", "class_balanced"])
def test_closed_forms_equal_the_null_vectors_of_autograd(name):
    loss = bound(name, "multiclass")
    raw = 4 * torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
    found = loss.posterior(raw, "multiclass")
    expected = posterior_of_slopes(loss, raw, "multiclass")
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_label_smoothing_has_no_posterior_beyond_its_targets():
    loss = get_loss("label_smoothing", smoothing=0.1)
    inside, outside = np.log(0.93 / 0.07), np.log(0.96 / 0.04)
    found = loss.posterior(torch.tensor([[inside], [outside]]), "binary")[:, 0]
    assert found[0].item() == pytest.approx((0.93 - 0.05) / 0.9, rel=1e-6)
    assert found[1].isnan()


@pytest.mark.parametrize("task", ["binary", "multiclass"])
@pytest.mark.parametrize("name", list_losses("classification"))
def test_a_loss_is_recovered_unless_it_bounds_or_flattens_its_scores(name, task):
    k = {"binary": 1, "multiclass": 3}[task]
    loss = get_loss(name)
    expected = name not in CALIBRATED
    assert loss.supports(task) is False or loss.has_posterior(task, k) is expected


def test_parameters_decide_whether_a_loss_is_recovered():
    pairs = [
        (get_loss("generalized_cross_entropy", q=1.0), False),  # constant slopes
        (get_loss("label_smoothing", smoothing=0.0), True),
        (get_loss("ldam", scale=30.0), False),  # nearly a hinge
        (get_loss("focal", gamma=5.0), True),
        (get_loss("confidence_penalty", beta=0.0), True),
        (get_loss("confidence_penalty", beta=0.1), True),
        (get_loss("confidence_penalty", beta=0.3), False),
    ]
    for loss, expected in pairs:
        for task, k in (("binary", 1), ("multiclass", 3)):
            assert loss.has_posterior(task, k) is expected, (loss, task)
    labels = {clip: get_loss("asymmetric", clip=clip) for clip in (0.0, 0.05)}
    assert labels[0.0].has_posterior("multilabel", 3)
    assert not labels[0.05].has_posterior("multilabel", 3)


def weighted_brier(scores, y):
    missed = F.softmax(scores, -1) - F.one_hot(y, 3)
    return torch.tensor([1.0, 2.0, 4.0], dtype=scores.dtype)[y] * missed.square().sum(1)


def one_against_the_rest(scores, y):
    return F.softplus((1 - 2 * F.one_hot(y, 3)) * scores).sum(1)


def linked_labels(scores, y):
    return F.softplus((1 - 2 * y) * (scores + 0.1 * y.flip(-1))).sum(-1)


def depends_on_other_rows(scores, y):
    return F.softplus((1 - 2 * y) * (scores - scores.mean()))


def test_custom_functions_are_recovered_where_they_determine_the_posterior():
    raw = torch.tensor([[0.3, -1.0, 1.2]], dtype=torch.float64)
    loss = Custom(weighted_brier)
    odds = raw.softmax(1).numpy() / [1.0, 2.0, 4.0]
    found = loss.posterior(raw, "multiclass").numpy()
    np.testing.assert_allclose(found, odds / odds.sum(), rtol=1e-9)
    assert loss.has_posterior("multiclass", 3)
    assert not Custom(one_against_the_rest).has_posterior("multiclass", 3)
    assert not Custom(linked_labels).has_posterior("multilabel", 3)
    assert not Custom(depends_on_other_rows).has_posterior("binary", 1)


def test_weights_of_torch_criteria_are_divided_out():
    weight = torch.tensor([1.0, 2.0, 4.0])
    raw = torch.tensor([[0.3, -1.0, 1.2]], dtype=torch.float64)
    odds = raw.softmax(1).numpy() / weight.numpy()
    loss = get_loss(nn.CrossEntropyLoss(weight=weight))
    found = loss.posterior(raw, "multiclass").numpy()
    np.testing.assert_allclose(found, odds / odds.sum(), rtol=1e-6)
    labels = get_loss(nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])))
    found = labels.posterior(torch.zeros(1, 1), "binary")
    assert found.item() == pytest.approx(0.25, rel=1e-6)
    assert not get_loss(nn.MultiMarginLoss()).has_posterior("multiclass", 3)


@pytest.mark.parametrize("size", [1.0, 50.0, 1e3, 1e6])
@pytest.mark.parametrize("name", RECOVERED)
def test_saturated_scores_have_finite_posteriors_in_their_order(name, size):
    raw = size * torch.linspace(-1, 1, 9, dtype=torch.float64)[:, None]
    found = settled_posterior(bound(name, "binary"), raw, "binary")[:, 0].numpy()
    assert (np.diff(found) >= 0).all()
    assert found[0] < 0.5 < found[-1]
    classes = torch.tensor([[size, 0.0, -size]], dtype=torch.float64)
    found = settled_posterior(bound(name, "multiclass"), classes, "multiclass")[0]
    assert found.sum().item() == pytest.approx(1.0)
    assert (found.diff() <= 0).all()


def test_a_function_that_saturates_keeps_its_posterior_in_reach():
    def naive(scores, y):  # infinite where the sigmoid rounds to 0 or 1
        p = torch.sigmoid(scores)
        return -(y * p.log() + (1 - y) * (1 - p).log())

    loss, raw = Custom(naive), torch.tensor([[-1e3], [0.5], [1e3]])
    assert is_recovered(loss, "binary", 1)
    found = settled_posterior(loss, raw, "binary")[:, 0].numpy()
    np.testing.assert_allclose(found, [0, 1 / (1 + np.exp(-0.5)), 1], atol=1e-7)


def test_more_classes_than_null_vectors_are_computed_for_are_not_recovered():
    loss = Custom(weighted_brier)
    raw = torch.zeros(1, 51)
    assert posterior_of_slopes(loss, raw, "multiclass").isnan().all()
