"""Null vectors of many small matrices as distributions."""

import numpy as np
import torch

from skloss.losses.contract.null_vectors import null_vectors


def generators(rng, n, k):
    """Draw generators of Markov chains: rates off the diagonal, rows sum to zero."""
    rates = rng.exponential(size=(n, k, k))
    rates[:, np.arange(k), np.arange(k)] = 0.0
    rates[:, np.arange(k), np.arange(k)] = -rates.sum(2)
    return rates


def test_the_null_vector_of_a_generator_is_its_stationary_distribution(rng):
    rates = generators(rng, 5, 4)
    steps = np.eye(4) + rates / np.abs(rates).max((1, 2), keepdims=True)
    expected = np.linalg.matrix_power(steps, 5000)[:, 0]
    found = null_vectors(torch.as_tensor(rates)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_tiny_probabilities_have_full_relative_accuracy():
    up, down = 1e-60, 1.0  # a birth and death chain: pi_k+1 / pi_k = up / down
    rates = [[-up, up, 0], [down, -down - up, up], [0, down, -down]]
    found = null_vectors(torch.tensor([rates], dtype=torch.float64))[0].numpy()
    np.testing.assert_allclose(found, [1.0, 1e-60, 1e-120], rtol=1e-12)


def test_other_matrices_have_the_distribution_that_they_were_made_for(rng):
    share = rng.dirichlet(np.ones(4), size=6)
    matrices = rng.normal(size=(6, 4, 3))
    # The last row makes up for the others: share @ matrix = 0.
    others = np.einsum("nk,nkm->nm", share[:, :3], matrices[:, :3])
    matrices[:, 3] = -others / share[:, 3:]
    found = null_vectors(torch.as_tensor(matrices)).numpy()
    np.testing.assert_allclose(found, share, rtol=1e-8)


def test_scales_of_rows_divide_the_distribution():
    plain = torch.tensor([[[-1.0, 1.0], [1.0, -1.0]]], dtype=torch.float64)
    weighted = plain * torch.tensor([1.0, 4.0])[:, None]
    np.testing.assert_allclose(null_vectors(weighted), [[0.8, 0.2]], rtol=1e-12)


def test_without_a_unique_distribution_the_result_is_nan():
    full_rank = [[1.0, 0.0], [0.0, 1.0]]
    zero = [[0.0, 0.0], [0.0, 0.0]]
    signs = [[1.0, -1.0], [1.0, -1.0]]  # null vector (1, -1)
    infinite = [[-np.inf, np.inf], [1.0, -1.0]]
    matrices = torch.tensor([full_rank, zero, signs, infinite], dtype=torch.float64)
    assert null_vectors(matrices).isnan().all()
