"""InfoNCE, symmetric cross-entropy and SigLIP on matrices of similarities."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from skloss.losses import InfoNCE, SigLIP, SymmetricCrossEntropy
from tests.losses.oracles import tensor

rng = np.random.default_rng(5)
X1, X2 = tensor(rng.normal(size=(6, 3))), tensor(rng.normal(size=(6, 3)))
KINDS = torch.tensor([0, 0, 1, 1, 1, 2])
MATCH = torch.arange(6)


@pytest.mark.parametrize("temperature", [0.05, 0.2, 1.0])
def test_a_similarity_matrix_is_scored_by_the_cross_entropy_of_its_diagonal(
    temperature,
):
    S = X1 @ X2.T
    rows = F.cross_entropy(S / temperature, MATCH)
    columns = F.cross_entropy(S.T / temperature, MATCH)
    found = InfoNCE(temperature=temperature).from_similarity(S)
    assert found.item() == pytest.approx(rows.item())
    both = SymmetricCrossEntropy(temperature=temperature).from_similarity(S)
    assert both.item() == pytest.approx((rows + columns).item() / 2)


def test_two_views_are_compared_by_the_cosine():
    cosine = F.cosine_similarity(X1[:, None], X2[None], dim=-1)
    oracle = F.cross_entropy(cosine / 0.1, MATCH, reduction="none")
    torch.testing.assert_close(InfoNCE().pointwise(X1, X2), oracle)
    torch.testing.assert_close(InfoNCE().pointwise(7 * X1, X2), oracle)
    both = SymmetricCrossEntropy()(X1, X2)
    columns = F.cross_entropy(cosine.T / 0.1, MATCH)
    assert both.item() == pytest.approx((oracle.mean() + columns).item() / 2)


def test_symmetric_cross_entropy_does_not_depend_on_the_order_of_views():
    one, other = SymmetricCrossEntropy()(X1, X2), SymmetricCrossEntropy()(X2, X1)
    assert one.item() == pytest.approx(other.item())
    assert InfoNCE()(X1, X2).item() != pytest.approx(InfoNCE()(X2, X1).item())


def test_one_positive_and_two_others_by_hand():
    # van den Oord et al. (2018), eq. 4, with scores k q.
    q, k = np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.5, -1.0], [2.0, 0.0]])
    scores = k @ q
    by_hand = -np.log(np.exp(scores[0]) / np.exp(scores).sum())
    S = tensor(np.tile(scores, (3, 1)))
    first = InfoNCE(temperature=1.0).of_similarity(S)[0]
    assert first.item() == pytest.approx(by_hand)


def test_a_hard_positive_has_a_slope_at_the_lowest_temperature():
    S = torch.full((4, 4), 1.0)
    S.fill_diagonal_(-1.0)
    S.requires_grad_()
    value = InfoNCE(temperature=0.01).from_similarity(S)
    (gradient,) = torch.autograd.grad(value, S)
    assert value.item() == pytest.approx(200 + np.log(3), rel=1e-5)
    assert gradient.diagonal().abs().min() > 1


def test_equal_similarities_have_the_loss_of_a_guess():
    S = torch.zeros(5, 5, dtype=torch.float64)
    for loss in (InfoNCE(), SymmetricCrossEntropy()):
        assert loss.from_similarity(S).item() == pytest.approx(np.log(5))


@pytest.mark.parametrize("loss", [InfoNCE(), SymmetricCrossEntropy()], ids=repr)
@pytest.mark.parametrize("shape", [(6, 3), (4,)])
def test_a_similarity_matrix_that_is_not_square_is_refused(loss, shape):
    with pytest.raises(ValueError, match="S must be square, got shape"):
        loss.from_similarity(torch.zeros(shape))


def test_a_similarity_matrix_other_than_a_tensor_is_refused():
    with pytest.raises(TypeError, match="must be a torch tensor"):
        InfoNCE().from_similarity(np.eye(3))


def test_symmetric_cross_entropy_refuses_labels():
    with pytest.raises(ValueError, match="compares two views"):
        SymmetricCrossEntropy()(X1, KINDS)


def test_views_of_another_length_are_refused():
    with pytest.raises(ValueError, match="second view of the same shape"):
        InfoNCE()(X1, X2[:5])


@pytest.mark.parametrize(("temperature", "bias"), [(0.1, -10.0), (0.5, 0.0)])
def test_siglip_is_a_binary_cross_entropy_for_each_pair(temperature, bias):
    S = X1 @ X2.T
    rows = F.binary_cross_entropy_with_logits(
        S / temperature + bias, torch.eye(6, dtype=S.dtype), reduction="none"
    ).sum(1)
    loss = SigLIP(temperature=temperature, bias=bias)
    torch.testing.assert_close(loss.of_similarity(S), rows)
    assert loss.from_similarity(S).item() == pytest.approx(rows.mean().item())


def test_siglip_of_two_views_compares_cosines():
    cosine = F.cosine_similarity(X1[:, None], X2[None], dim=-1)
    loss = SigLIP(bias=-2.0)
    torch.testing.assert_close(loss.pointwise(X1, X2), loss.of_similarity(cosine))


@pytest.mark.parametrize("loss", [InfoNCE(), SymmetricCrossEntropy(), SigLIP()])
def test_similarities_of_1e20_are_finite_in_single_precision(loss):
    S = (1e20 * (X1 @ X2.T).sign()).float().requires_grad_()
    value = loss.from_similarity(S)
    (gradient,) = torch.autograd.grad(value, S)
    assert torch.isfinite(value) and torch.isfinite(gradient).all()


@pytest.mark.parametrize("cls", [SymmetricCrossEntropy, SigLIP])
def test_a_temperature_is_learned_as_its_logarithm_with_the_clamp_of_clip(cls):
    loss = cls(temperature=0.07, learn_temperature=True)
    start, low, high = loss.trained_constants()[0]
    assert np.exp(start) == pytest.approx(1 / 0.07)
    assert np.exp(high) == pytest.approx(100.0)
    assert np.exp(low) == pytest.approx(0.01)
    fixed = cls(temperature=0.07, learn_temperature=False)
    assert fixed.trained_constants() == []


def test_a_start_below_the_clamp_starts_at_it():
    loss = SymmetricCrossEntropy(temperature=0.001, learn_temperature=True)
    start, _, high = loss.trained_constants()[0]
    assert start == high


def test_learned_constants_take_the_place_of_parameters():
    S = X1 @ X2.T
    values = [np.log(4.0), -3.0]
    expected = SigLIP(temperature=0.25, bias=-3.0).of_similarity(S)
    found = SigLIP().with_constants(values).of_similarity(S)
    torch.testing.assert_close(found, expected)
    given = SigLIP().of_similarity(S, [tensor(value) for value in values])
    torch.testing.assert_close(given, expected)
    found = SymmetricCrossEntropy().with_constants(values[:1]).of_similarity(S)
    expected = SymmetricCrossEntropy(temperature=0.25).of_similarity(S)
    torch.testing.assert_close(found, expected)


def test_siglip_refuses_labels():
    with pytest.raises(ValueError, match="compares two views"):
        SigLIP()(X1, KINDS)
