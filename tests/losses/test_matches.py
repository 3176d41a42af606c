"""Which rows count in the losses on labels, and how often."""

import numpy as np
import pytest
import torch

from skloss import get_loss, list_losses
from skloss.losses.contract.embedding_loss import WeightedLabels, matches

rng = np.random.default_rng(11)
X = torch.as_tensor(rng.normal(size=(6, 3)))
KINDS = torch.tensor([0, 0, 1, 1, 1, 2])
LOSSES = [get_loss(name) for name in list_losses("embedding")]
LOSSES += [get_loss("triplet", mining=mining) for mining in ("hard", "semi_hard")]
LOSSES += [get_loss("contrastive", distance="cosine")]
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)
WEIGHTS = torch.tensor([1.0, 3.0, 2.0, 0.0, 1.0, 2.0], dtype=torch.float64)


def test_a_row_matches_others_of_its_label():
    positive, negative = matches(torch.tensor([0, 0, 1]))
    assert positive.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert negative.tolist() == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]


def test_a_row_of_weight_three_has_two_copies_to_match():
    labels, weight = torch.tensor([0, 0, 1]), torch.tensor([1.0, 3.0, 0.5])
    positive, negative = matches(labels, weight)
    assert positive.tolist() == [[0, 3, 0], [1, 2, 0], [0, 0, 0]]
    assert negative.tolist() == [[0, 0, 0.5], [0, 0, 0.5], [1, 3, 0]]


@every_loss
def test_a_weight_is_the_number_of_copies_of_a_row(loss):
    rows = torch.repeat_interleave(torch.arange(6), WEIGHTS.long())
    torch.testing.assert_close(loss(X, KINDS, WEIGHTS), loss(X[rows], KINDS[rows]))


@every_loss
def test_targets_with_weights_give_the_values_of_the_copies(loss):
    rows = torch.repeat_interleave(torch.arange(6), WEIGHTS.long())
    first = torch.tensor([0, 1, 4, 6, 7])  # of the copies of each row
    y = torch.stack([KINDS.double(), WEIGHTS], dim=-1)
    found = WeightedLabels(loss).pointwise(X, y)
    expected = loss.pointwise(X[rows], KINDS[rows])[first]
    torch.testing.assert_close(found[WEIGHTS > 0], expected)


@every_loss
def test_gradients_by_weights_are_those_of_the_copies(loss):
    rows = torch.repeat_interleave(torch.arange(6), WEIGHTS.long())
    one, two = X.clone().requires_grad_(), X.clone().requires_grad_()
    (by_weight,) = torch.autograd.grad(loss(one, KINDS, WEIGHTS), one)
    (by_copies,) = torch.autograd.grad(loss(two[rows], KINDS[rows]), two)
    torch.testing.assert_close(by_weight, by_copies)


@pytest.mark.parametrize("name", ["triplet", "info_nce", "sup_con"])
def test_the_mean_leaves_out_rows_without_a_match(name):
    loss = get_loss(name)
    expected = loss.pointwise(X, KINDS)[:5].mean()
    torch.testing.assert_close(loss(X, KINDS), expected)


@pytest.mark.parametrize("name", ["contrastive", "multi_similarity"])
def test_the_mean_has_rows_that_are_kept_apart_from_others(name):
    loss = get_loss(name)
    torch.testing.assert_close(loss(X, KINDS), loss.pointwise(X, KINDS).mean())


@every_loss
@pytest.mark.parametrize("labels", [[0] * 6, list(range(6))], ids=["same", "different"])
def test_a_batch_of_one_class_or_without_matches_is_finite(loss, labels):
    x = X.clone().requires_grad_()
    value = loss(x, torch.tensor(labels))
    (gradient,) = torch.autograd.grad(value, x)
    assert torch.isfinite(value) and torch.isfinite(gradient).all()


@pytest.mark.parametrize("mining", ["all", "semi_hard", "hard"])
@pytest.mark.parametrize("labels", [[0] * 6, list(range(6))], ids=["same", "different"])
def test_without_triplets_the_value_is_zero(mining, labels):
    loss = get_loss("triplet", mining=mining)
    assert loss(X, torch.tensor(labels)).item() == 0.0


@every_loss
def test_a_weight_of_another_shape_is_refused(loss):
    with pytest.raises(ValueError, match="sample_weight has shape"):
        loss(X, KINDS, torch.ones(6, 1))


@every_loss
def test_embeddings_of_1e20_are_finite_in_single_precision(loss):
    x = (1e20 * X.sign()).float().requires_grad_()
    value = loss(x, KINDS)
    (gradient,) = torch.autograd.grad(value, x)
    assert torch.isfinite(value) and torch.isfinite(gradient).all()
