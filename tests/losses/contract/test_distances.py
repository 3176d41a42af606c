"""Distances and similarities that all losses on embeddings share."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch.nn import functional as F

from skloss import get_loss
from skloss.losses.contract.distances import DISTANCES, SIMILARITIES, check_alike, unit

rng = np.random.default_rng(3)
X, Y = (torch.as_tensor(rng.normal(size=(n, 3))) for n in (5, 4))
ALL = {f"distance {k}": v for k, v in DISTANCES.items()}
ALL |= {f"similarity {k}": v for k, v in SIMILARITIES.items()}
every_measure = pytest.mark.parametrize("measure", ALL.values(), ids=list(ALL))


@pytest.mark.parametrize(
    ("name", "metric"),
    [("euclidean", "euclidean"), ("squared_euclidean", "sqeuclidean"),
     ("cosine", "cosine")],
)  # fmt: skip
def test_distances_are_those_of_scipy(name, metric):
    np.testing.assert_allclose(DISTANCES[name](X, Y), cdist(X, Y, metric), rtol=1e-12)


def test_similarities_are_those_of_torch():
    cosine = F.cosine_similarity(X[:, None], Y[None], dim=-1)
    torch.testing.assert_close(SIMILARITIES["cosine"](X, Y), cosine)
    torch.testing.assert_close(SIMILARITIES["dot"](X, Y), X @ Y.T)
    closeness = -(X[:, None] - Y[None]).square().sum(-1)
    torch.testing.assert_close(SIMILARITIES["squared_euclidean"](X, Y), closeness)


@every_measure
def test_models_of_a_stack_are_compared_within_themselves(measure):
    stacked = measure(torch.stack([X, 2 * X]), torch.stack([Y, Y]))
    torch.testing.assert_close(stacked[0], measure(X, Y))
    torch.testing.assert_close(stacked[1], measure(2 * X, Y))


@every_measure
@pytest.mark.parametrize("size", [0.0, 1e-20, 1e-8, 1e8, 1e20])
def test_values_and_slopes_are_finite_in_single_precision(measure, size):
    x = (size * X.sign()).float().requires_grad_()
    value = measure(x, x)
    (gradient,) = torch.autograd.grad(value.sum(), x)
    assert torch.isfinite(value).all()
    assert torch.isfinite(gradient).all()


def test_the_slope_of_the_distance_of_equal_rows_is_zero():
    x = torch.ones(2, 3, requires_grad=True)
    (gradient,) = torch.autograd.grad(DISTANCES["euclidean"](x, x).sum(), x)
    assert not gradient.any()


def test_the_cosine_of_huge_and_of_tiny_rows_is_that_of_their_direction():
    x = torch.tensor([[3.0, 4.0]])
    for size in (1e-15, 1e20):
        torch.testing.assert_close(unit(size * x), torch.tensor([[0.6, 0.8]]))
    assert not unit(torch.zeros(1, 2)).any()


def test_numbers_up_to_1e15_are_exact_and_larger_ones_keep_their_direction():
    euclidean = DISTANCES["euclidean"]
    x = torch.tensor([[0.0], [1e15]], dtype=torch.float64)
    assert euclidean(x[:1], x[1:]).item() == 1e15
    assert euclidean(x[:1], 4 * x[1:]).item() == 1e15
    assert euclidean(-4 * x[1:], 4 * x[1:]).item() == 2e15


def test_each_row_is_measured_against_the_same_row():
    loss = get_loss("triplet", distance="cosine")
    pairs = loss.measure(X[:4], Y)
    torch.testing.assert_close(loss.measure_each(X[:4], Y), pairs.diagonal())


@pytest.mark.parametrize(
    ("name", "param", "value", "choices"),
    [
        ("triplet", "distance", "manhattan", "euclidean, squared_euclidean, cosine"),
        ("triplet", "mining", None, "all, semi_hard, hard"),
        ("contrastive", "distance", "squared_euclidean", "euclidean, cosine"),
        ("sup_con", "similarity", 3, "cosine, dot, squared_euclidean"),
        ("clip", "similarity", "", "auto, cosine, dot, squared_euclidean"),
    ],
)
def test_another_choice_is_refused_with_those_that_exist(name, param, value, choices):
    with pytest.raises(ValueError, match=f"{param} of .* one of {choices}, got"):
        get_loss(name, **{param: value})


def test_embeddings_of_a_loss_on_angles_have_length_one():
    assert get_loss("sup_con").predict(X).norm(dim=-1).tolist() == pytest.approx(
        [1] * 5
    )
    assert get_loss("sup_con", similarity="dot").predict(X) is X
    assert get_loss("triplet").predict(X) is X


def test_embeddings_of_one_shape_are_accepted():
    check_alike(a=X, b=X + 1)


@pytest.mark.parametrize("other", [X[:3], X[:, :1], X[None]])
def test_embeddings_of_different_shapes_are_refused_by_name(other):
    with pytest.raises(ValueError, match=r"share a shape .* got a \(5, 3\), b"):
        check_alike(a=X, b=other)


def test_arrays_are_refused():
    with pytest.raises(TypeError, match="b must be a torch tensor"):
        check_alike(a=X, b=np.zeros((5, 3)))
