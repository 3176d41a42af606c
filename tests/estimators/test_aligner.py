"""TorchAligner: two views of the same rows in one space, as canonical correlation."""

import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from scipy.spatial.distance import cdist
from sklearn.base import clone
from sklearn.cross_decomposition import CCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skloss import TorchAligner, get_loss, list_losses
from skloss.losses import SigLIP, SymmetricCrossEntropy

SMALL = {"hidden_layer_sizes": (16,), "embedding_dim": 3, "random_state": 0}


def linear_views(n=400, seed=0, noise=0.1):
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(n, 3))
    one, two = (hidden @ rng.normal(size=(3, d)) for d in (6, 5))
    return [v + noise * rng.normal(size=v.shape) for v in (one, two)]


X, V = linear_views()


def recall(similarity):
    """Share of rows whose most similar row is their own."""
    return (similarity.argmax(1) == np.arange(len(similarity))).mean()


#: Checks that scikit-learn runs otherwise for its own cross-decompositions, which it
#: recognises by their names.
OF_TWO_VIEWS = [
    estimator_checks.check_transformer_general,
    estimator_checks.check_transformer_data_not_an_array,
]


def expected_failures(estimator):
    reason = "fit_transform returns both views, as that of scikit-learn's CCA does"
    return {check.__name__: reason for check in OF_TWO_VIEWS}


@parametrize_with_checks(
    [TorchAligner(hidden_layer_sizes=(16,), max_iter=3, random_state=0)],
    expected_failed_checks=expected_failures,
)
def test_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", OF_TWO_VIEWS)
def test_the_other_checks_pass_by_the_rules_for_canonical_correlation(check):
    with pytest.raises(AssertionError):  # CCA by another name fails as the aligner does
        check("Other", CCA(n_components=1))
    # The rules for CCA, whose name is on the list: y has two columns.
    check("CCA", TorchAligner(hidden_layer_sizes=(16,), max_iter=3, random_state=0))


@pytest.mark.parametrize("loss", list_losses("pairs"))
def test_rows_find_their_other_view_among_rows_that_were_not_fitted(loss):
    aligner = TorchAligner(loss, **SMALL, learning_rate=0.01, max_iter=60)
    aligner.fit(X[:300], V[:300])
    assert recall(aligner.similarity(X[300:], V[300:])) > 0.4  # by chance 0.01


def test_a_nonlinear_view_is_aligned_better_than_by_canonical_correlation():
    rng = np.random.default_rng(1)
    hidden = rng.uniform(-1, 1, size=(1000, 2))
    X = hidden @ rng.normal(size=(2, 4))
    V = np.column_stack([hidden**2, np.abs(hidden - 0.3), hidden.prod(1)])
    aligner = TorchAligner(embedding_dim=8, learning_rate=0.01, random_state=0)
    aligner.fit(X[:800], V[:800])
    cca = CCA(n_components=2).fit(X[:800], V[:800])
    x, v = cca.transform(X[800:], V[800:])
    distance = np.linalg.norm(x[:, None] - v[None], axis=-1)
    ours = recall(aligner.similarity(X[800:], V[800:]))
    assert ours > recall(-distance) + 0.1


def test_each_view_is_placed_without_the_other():
    aligner = TorchAligner(**SMALL, max_iter=3).fit(X, V)
    x, v = aligner.transform(X, V)
    np.testing.assert_allclose(aligner.transform(X), x)
    _, some = aligner.transform(X[:1], V[10:20])
    np.testing.assert_allclose(some, v[10:20])
    assert x.shape == v.shape == (400, 3)


def test_similarity_falls_with_the_squared_distance_of_both_embeddings():
    aligner = TorchAligner(**SMALL, max_iter=3, n_members=2).fit(X, V)
    x, v = aligner.transform(X[:7], V[:9])
    similarity = aligner.similarity(X[:7], V[:9])
    assert similarity.shape == (7, 9)
    np.testing.assert_allclose(similarity, -cdist(x, v, "sqeuclidean"))
    assert aligner.loss_.similarity == "squared_euclidean"


def test_similarity_may_be_the_cosine_of_both_embeddings():
    loss = get_loss("clip", similarity="cosine")
    aligner = TorchAligner(loss, **SMALL, max_iter=3, n_members=2).fit(X, V)
    x, v = aligner.transform(X[:7], V[:9])
    np.testing.assert_allclose(np.linalg.norm(v, axis=1), 1.0)
    np.testing.assert_allclose(aligner.similarity(X[:7], V[:9]), x @ v.T)


def test_fit_transform_returns_both_views_as_canonical_correlation_does():
    x, v = TorchAligner(**SMALL, max_iter=3).fit_transform(X, V)
    again = TorchAligner(**SMALL, max_iter=3).fit(X, V).transform(X, V)
    np.testing.assert_array_equal(x, again[0])
    np.testing.assert_array_equal(v, again[1])


def test_given_pairs_decide_when_to_stop():
    aligner = TorchAligner(**SMALL, max_iter=5)
    aligner.fit(X[:300], V[:300], X_val=X[300:], y_val=V[300:])
    x, v = map(torch.as_tensor, aligner.transform(X[300:], V[300:]))
    # By batches of the size that training uses, whose means are averaged.
    assert aligner.history_["validation"].notna().all()
    whole = aligner.loss_(x, v).item()
    assert aligner.history_["validation"].min() <= whole + 1e-6
    with pytest.raises(ValueError, match="columns"):
        clone(aligner).fit(X, V, X_val=X, y_val=V[:, :2])


def test_a_view_may_be_sparse_or_a_single_column():
    one_hot = pd.get_dummies(pd.cut(V[:, 0], 5)).to_numpy(dtype=float)
    aligner = TorchAligner(**SMALL, max_iter=3)
    dense = aligner.fit(X, one_hot).transform(X, one_hot)
    second = sparse.csr_matrix(one_hot)
    found = aligner.fit(sparse.csr_matrix(X), second).transform(X, second)
    np.testing.assert_allclose(found[0], dense[0], rtol=1e-6)
    np.testing.assert_allclose(found[1], dense[1], rtol=1e-6)
    assert aligner.fit(X, V[:, 0]).similarity(X, V[:, 0]).shape == (400, 400)


def test_frames_are_returned_on_request():
    frame = pd.DataFrame(X, columns=list("abcdef"))
    aligner = TorchAligner(**SMALL, max_iter=3).set_output(transform="pandas")
    placed = aligner.fit(frame, V).transform(frame)
    assert list(placed.columns) == [f"torchaligner{k}" for k in range(3)]


def test_a_learned_temperature_moves_and_is_the_one_of_the_fitted_loss():
    how = {"similarity": "cosine", "learn_temperature": True}
    loss = SymmetricCrossEntropy(temperature=0.5, **how)
    aligner = TorchAligner(loss, **SMALL, learning_rate=0.01, max_iter=30).fit(X, V)
    learned = float(aligner.loss_.bound_["temperature"])
    assert 0.01 <= learned < 0.4
    assert loss.temperature == 0.5 and loss.bound_ == {}


def test_a_learned_temperature_stays_at_or_above_its_clamp():
    loss = SymmetricCrossEntropy(temperature=0.01, learn_temperature=True)
    aligner = TorchAligner(loss, **SMALL, learning_rate=0.1, max_iter=20).fit(V, V)
    found = float(aligner.loss_.bound_["temperature"])
    assert found == pytest.approx(0.01)


def test_siglip_learns_its_bias_too():
    aligner = TorchAligner(SigLIP(), **SMALL, max_iter=30).fit(X, V)
    assert aligner.loss_.bound_["bias"] != -10.0
    fixed = TorchAligner(SigLIP(learn_temperature=False), **SMALL, max_iter=3)
    assert fixed.fit(X, V).loss_.bound_ == {}


def test_equal_rows_are_reported_as_collapsed():
    with pytest.warns(ConvergenceWarning, match="collapsed"):
        TorchAligner(**SMALL, max_iter=3).fit(np.ones((20, 2)), np.ones((20, 3)))


def test_copies_and_pickles_place_rows_alike():
    aligner = TorchAligner(SigLIP(), **SMALL, max_iter=3)
    expected = aligner.fit(X, V).similarity(X, V)
    restored = pickle.loads(pickle.dumps(aligner))
    np.testing.assert_array_equal(restored.similarity(X, V), expected)
    np.testing.assert_array_equal(clone(aligner).fit(X, V).similarity(X, V), expected)


@pytest.mark.parametrize(
    ("params", "views", "message"),
    [
        ({"loss": "triplet"}, (X, V), "does not compare two views"),
        ({}, (X, V[:-1]), "inconsistent numbers of samples"),
        ({}, (X, None), "requires y to be passed"),
        ({"network": list}, (X, V), "one for each view"),
        ({"embedding_dim": 0}, (X, V), "embedding_dim"),
    ],
)
def test_what_cannot_be_fitted_is_refused(params, views, message):
    with pytest.raises(ValueError, match=message):
        TorchAligner(**SMALL | params).fit(*views)


def test_a_second_view_of_another_width_is_refused():
    aligner = TorchAligner(**SMALL, max_iter=3).fit(X, V)
    with pytest.raises(ValueError, match=r"y has 4 columns, .* 5 when"):
        aligner.similarity(X, V[:, :4])
