"""Divergences from rows that are distributions, against SciPy."""

import numpy as np
import pytest
import torch
from scipy import special, stats
from scipy.spatial.distance import jensenshannon

from skloss import get_loss

P = np.random.default_rng(5).dirichlet(np.ones(3), 8)


def tensor(values):
    return torch.as_tensor(np.asarray(values))


def test_js_is_zero_for_equal_and_log_two_for_disjoint_distributions():
    loss = get_loss("js_divergence")
    same = loss(tensor(np.log(P)), tensor(P)).item()
    assert same == pytest.approx(0.0, abs=1e-12)
    sure = tensor([[1e4, 0.0, 0.0]])
    assert loss(sure, tensor([[0.0, 0.5, 0.5]])).item() == pytest.approx(np.log(2))


rng = np.random.default_rng(6)
RAW = 3 * rng.normal(size=(8, 3))
Q = special.softmax(RAW, axis=1)
NAMES = ["kl_divergence", "js_divergence"]


def test_rows_have_the_relative_entropy_of_scipy():
    found = get_loss("kl_divergence").pointwise(tensor(RAW), tensor(P))
    np.testing.assert_allclose(found, stats.entropy(P, Q, axis=1))


def test_rows_have_the_squared_distance_of_scipy():
    found = get_loss("js_divergence").pointwise(tensor(RAW), tensor(P))
    np.testing.assert_allclose(found, jensenshannon(P, Q, axis=1) ** 2)


def test_the_gradient_of_kl_is_that_of_softmax_regression():
    raw = tensor(RAW).requires_grad_()
    loss = get_loss("kl_divergence").pointwise(raw, tensor(P)).sum()
    (found,) = torch.autograd.grad(loss, raw)
    np.testing.assert_allclose(found, Q - P, atol=1e-12)


def test_kl_to_a_certain_label_is_its_cross_entropy():
    labels = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    found = get_loss("kl_divergence").pointwise(tensor(RAW), tensor(np.eye(3)[labels]))
    wanted = get_loss("cross_entropy").pointwise(tensor(RAW), tensor(labels))
    torch.testing.assert_close(found, wanted)


def test_js_is_symmetric():
    loss = get_loss("js_divergence")
    found = loss.pointwise(tensor(np.log(Q)), tensor(P))
    torch.testing.assert_close(found, loss.pointwise(tensor(np.log(P)), tensor(Q)))


@pytest.mark.parametrize("size", [1.0, 100.0, 1e4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_js_is_between_zero_and_log_two(size, dtype):
    raw = (size * tensor(RAW)).to(dtype)
    found = get_loss("js_divergence").pointwise(raw, tensor(P).to(dtype))
    assert (found >= 0).all() and (found <= np.log(2) + 1e-6).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shift", [-50.0, 1e3])
def test_a_constant_added_to_all_scores_changes_nothing(name, shift):
    loss = get_loss(name)
    found = loss.pointwise(tensor(RAW + shift), tensor(P))
    torch.testing.assert_close(found, loss.pointwise(tensor(RAW), tensor(P)))


@pytest.mark.parametrize("name", NAMES)
def test_outcomes_of_share_zero_have_finite_slopes(name):
    raw = tensor(RAW).requires_grad_()
    y = tensor(np.eye(3)[[0, 1, 2, 0, 1, 2, 0, 1]])
    (slope,) = torch.autograd.grad(get_loss(name).pointwise(raw, y).sum(), raw)
    assert torch.isfinite(slope).all()
    assert slope.abs().max() > 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weight", [None, np.arange(8.0)])
def test_training_starts_from_the_log_of_the_mean_distribution(name, weight):
    start = get_loss(name).intercept(P, weight)
    mean = np.average(P, axis=0, weights=weight)
    np.testing.assert_allclose(special.softmax(start), mean)


def test_an_outcome_that_does_not_occur_has_a_finite_start():
    start = get_loss("kl_divergence").intercept(np.array([[1.0, 0.0], [1.0, 0.0]]))
    np.testing.assert_allclose(start, [0.0, np.log(1e-8)])


INVALID = [
    ([0.2, 0.8], "one column per outcome"),
    ([[1.0], [1.0]], "one column per outcome"),
    ([[0.5, 0.4]], "row 0 of y sums to 0.9"),
    ([[0.5, 0.5], [0.5, 0.5 + 1e-5]], "row 1 of y sums to 1.00001"),
    ([[1.5, -0.5]], "targets >= 0 and <= 1, but y holds 1.5"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("y", "message"), INVALID)
def test_rows_that_are_not_distributions_are_invalid(name, y, message):
    assert message in get_loss(name).reason_invalid(y)


@pytest.mark.parametrize("name", NAMES)
def test_sums_are_one_up_to_rounding(name):
    third = np.full((2, 3), 0.3333333)
    assert get_loss(name).reason_invalid(third) == ""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(8, 2), (8, 4)])
def test_each_column_has_one_output(name, shape):
    with pytest.raises(ValueError, match="one output per column"):
        get_loss(name)(torch.zeros(shape), tensor(P))
