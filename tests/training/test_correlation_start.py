"""Where towers start: canonical variates, compared as Gaussian views are."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from sklearn.cross_decomposition import CCA

from skloss import TorchAligner
from skloss.losses import SymmetricCrossEntropy
from skloss.training.correlation_start import canonical_maps

rng = np.random.default_rng(0)
HIDDEN = rng.normal(size=(900, 2))
X, Y = (
    HIDDEN @ rng.normal(size=(2, d)) + 0.5 * rng.normal(size=(900, d)) for d in (4, 3)
)
#: Training that leaves the start as it is.
UNTRAINED = {"max_iter": 1, "learning_rate": 1e-12, "random_state": 0}


def variates(x, y):
    maps = canonical_maps(torch.as_tensor(x), torch.as_tensor(y))
    pairs = zip((x, y), maps, strict=True)
    return [(view - view.mean(0)) @ own.numpy() for view, own in pairs]


def test_variates_are_those_of_canonical_correlation():
    known = CCA(2, max_iter=10_000, tol=1e-12).fit(X, Y).transform(X, Y)
    for ours, theirs in zip(variates(X, Y), known, strict=True):
        for k in range(2):
            found = abs(np.corrcoef(ours[:, k], theirs[:, k])[0, 1])
            assert found == pytest.approx(1.0, abs=1e-6)


def test_variances_are_those_of_the_gaussian_ratio():
    u, v = variates(X, Y)
    r = (u * v).mean(0) / (u.std(0) * v.std(0))
    np.testing.assert_allclose(u.var(0)[:2], (r / (1 - r**2))[:2], rtol=0.05)
    np.testing.assert_allclose(v.var(0), u.var(0))


@pytest.mark.parametrize("hidden", [(), (8,)])
@pytest.mark.parametrize("similarity", ["cosine", "squared_euclidean"])
def test_the_start_ranks_pairs_by_their_gaussian_likelihood_ratio(hidden, similarity):
    aligner = TorchAligner(
        SymmetricCrossEntropy(similarity=similarity),
        hidden_layer_sizes=hidden,
        early_stopping=False,
        **UNTRAINED,
    ).fit(X, Y)
    x, y = X[:60], Y[:60]
    both = np.hstack([X, Y])
    joint, of_y = (
        multivariate_normal(table.mean(0), np.cov(table.T)) for table in (both, Y)
    )
    pairs = np.array([[[*a, *b] for b in y] for a in x])
    # The marginal density of x is equal for all candidates of a row.
    ratio = joint.logpdf(pairs) - of_y.logpdf(y)
    found = aligner.similarity(x, y)
    match = np.arange(60)
    ranks = [(s > s[match, match][:, None]).sum(1) for s in (found, ratio)]
    assert np.abs(ranks[0] - ranks[1]).mean() < 2.0  # of 60 places


@pytest.mark.parametrize("n", [2, 5, 30])
def test_few_rows_or_equal_ones_give_a_finite_start(n):
    for x in (X[:n], np.ones((n, 3))):
        found = TorchAligner(**UNTRAINED, early_stopping=False).fit(x, Y[:n])
        assert np.isfinite(found.similarity(x, Y[:n])).all()


def test_correlation_by_chance_is_not_taken_for_a_relation():
    noise = rng.normal(size=(200, 8))
    u, v = variates(noise[:, :4], noise[:, 4:])
    assert max(u.var(0).max(initial=0), v.var(0).max(initial=0)) < 0.5


def test_a_sum_of_other_columns_adds_nothing():
    twice = np.column_stack([X, X.sum(1)])
    u, _ = variates(X, Y)
    again, _ = variates(twice, Y)
    np.testing.assert_allclose(np.abs(again[:, :2]), np.abs(u[:, :2]), rtol=0.02)
