"""SupCon and multi-similarity: all matches of a row at once."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from skloss.losses import InfoNCE, MultiSimilarity, SupCon
from tests.losses.oracles import tensor

rng = np.random.default_rng(5)
X = tensor(rng.normal(size=(6, 3)))
KINDS = torch.tensor([0, 0, 1, 1, 1, 2])
COSINE = F.cosine_similarity(X[:, None], X[None], dim=-1).numpy()


def matches(row):
    return [j for j in range(6) if j != row and KINDS[j] == KINDS[row]]


def others(row):
    return [j for j in range(6) if KINDS[j] != KINDS[row]]


@pytest.mark.parametrize("temperature", [0.05, 0.5])
def test_sup_con_compares_each_match_with_all_other_rows(temperature):
    # Khosla et al. (2020), eq. 2.
    S = np.exp(COSINE / temperature)
    expected = [
        -np.mean([np.log(S[i, p] / (S[i].sum() - S[i, i])) for p in matches(i)])
        for i in range(5)
    ]
    found = SupCon(temperature=temperature).pointwise(X, KINDS)
    np.testing.assert_allclose(found, [*expected, 0.0])


def test_info_nce_compares_each_match_with_rows_of_other_labels_alone():
    # Sohn (2016), the N-pair loss, for each match in turn.
    S = np.exp(COSINE / 0.5)
    expected = [
        -np.mean([np.log(S[i, p] / (S[i, p] + S[i, others(i)].sum()))
                  for p in matches(i)])
        for i in range(5)
    ]  # fmt: skip
    found = InfoNCE(temperature=0.5).pointwise(X, KINDS)
    np.testing.assert_allclose(found, [*expected, 0.0])


def test_with_one_match_each_sup_con_is_info_nce():
    labels = torch.tensor([0, 0, 1, 1, 2, 2])
    torch.testing.assert_close(SupCon()(X, labels), InfoNCE()(X, labels))


def test_multi_similarity_follows_the_formula():
    # Wang et al. (2019), eq. 16.
    expected = [
        np.log(1 + np.exp(-3.0 * (COSINE[i, matches(i)] - 0.4)).sum()) / 3.0
        + np.log(1 + np.exp(20.0 * (COSINE[i, others(i)] - 0.4)).sum()) / 20.0
        for i in range(6)
    ]
    loss = MultiSimilarity(alpha=3.0, beta=20.0, base=0.4)
    np.testing.assert_allclose(loss.pointwise(X, KINDS), expected)


def test_dot_products_are_not_divided_by_lengths():
    S = np.exp((X @ X.T).numpy())
    expected = -np.log(S[0, 1] / (S[0].sum() - S[0, 0]))
    found = SupCon(temperature=1.0, similarity="dot").pointwise(X, KINDS)[0]
    assert found.item() == pytest.approx(expected)


@pytest.mark.parametrize("cls", [SupCon, InfoNCE])
def test_a_hard_match_keeps_its_slope_at_the_lowest_temperature(cls):
    x = torch.tensor([[1.0, 0.0], [-1.0, 0.1], [1.0, 0.1], [1.0, -0.1]])
    x.requires_grad_()
    value = cls(temperature=0.01).pointwise(x, torch.tensor([0, 0, 1, 1]))
    (gradient,) = torch.autograd.grad(value[0], x)
    assert value[0].item() == pytest.approx(199.0, abs=1.0)
    assert gradient[0].abs().max() > 1


@pytest.mark.parametrize("cls", [SupCon, InfoNCE, MultiSimilarity])
def test_large_similarities_stay_finite(cls):
    x = torch.full((4, 2), 1e20).requires_grad_()
    value = cls(similarity="dot")(x, torch.tensor([0, 0, 1, 1]))
    (gradient,) = torch.autograd.grad(value, x)
    assert torch.isfinite(value) and torch.isfinite(gradient).all()
