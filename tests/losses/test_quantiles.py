"""Quantiles and expectiles: slopes, symmetry, and quantiles that never cross."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn import metrics

from skloss import get_loss
from skloss.losses.quantiles import RoundedPinball

LEVELS = [0.01, 0.3, 0.5, 0.9]
rng = np.random.default_rng(3)
Y, PREDICTION = torch.as_tensor(rng.normal(size=(2, 40)))


def gradient(loss, prediction, y):
    raw = prediction[:, None].clone().requires_grad_()
    (found,) = torch.autograd.grad(loss.pointwise(raw, y).sum(), raw)
    return found[:, 0]


@pytest.mark.parametrize("q", LEVELS)
def test_the_slope_of_pinball_is_the_level_below_and_its_rest_above(q):
    found = gradient(get_loss("quantile", quantile=q), PREDICTION, Y)
    wanted = torch.where(PREDICTION < Y, -q, 1 - q)
    torch.testing.assert_close(found, wanted.double())


@pytest.mark.parametrize("q", LEVELS)
@pytest.mark.parametrize("name", ["quantile", "expectile"])
def test_mirrored_targets_have_the_mirrored_level(name, q):
    loss, mirror = get_loss(name, **{name: q}), get_loss(name, **{name: 1 - q})
    found = loss.pointwise(PREDICTION[:, None], Y)
    torch.testing.assert_close(found, mirror.pointwise(-PREDICTION[:, None], -Y))


@pytest.mark.parametrize(
    ("name", "twin"), [("quantile", "absolute_error"), ("expectile", "squared_error")]
)
def test_at_one_half_the_loss_is_half_of_the_symmetric_one(name, twin):
    raw = PREDICTION[:, None]
    found = get_loss(name).pointwise(raw, Y)
    torch.testing.assert_close(2 * found, get_loss(twin).pointwise(raw, Y))


@pytest.mark.parametrize("q", LEVELS)
def test_pinball_is_that_of_scikit_learn(q):
    found = get_loss("quantile", quantile=q)(PREDICTION[:, None], Y).item()
    wanted = metrics.mean_pinball_loss(Y.numpy(), PREDICTION.numpy(), alpha=q)
    assert found == pytest.approx(wanted)


@pytest.mark.parametrize("level", LEVELS)
def test_the_slope_of_an_expectile_is_linear_on_each_side(level):
    found = gradient(get_loss("expectile", expectile=level), PREDICTION, Y)
    # Newey and Powell (1987), eq. 2.4: -2 |level - 1[y < f]| (y - f).
    side = torch.where(Y < PREDICTION, 1 - level, level)
    torch.testing.assert_close(found, -2 * side * (Y - PREDICTION))


@pytest.mark.parametrize("q", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("width", [0.05, 0.3])
def test_rounded_pinball_keeps_the_slopes_of_both_sides(q, width):
    loss = get_loss("quantile", quantile=q).smoothed(width)
    y = torch.zeros(2, dtype=torch.float64)
    found = gradient(loss, torch.tensor([-1.0, 1.0], dtype=torch.float64), y)
    torch.testing.assert_close(found, torch.tensor([-q, 1 - q], dtype=torch.float64))
    at_kink = gradient(loss, y, y)[0].item()
    assert at_kink == pytest.approx(0.5 - q)  # the mean of both slopes


def test_noise_of_a_quantile_is_at_its_level():
    loss = get_loss("quantile", quantile=0.7)
    found = loss.noise_parameters(torch.tensor([[2.0]]))
    assert found["loc"].item() == 2.0
    assert found["quantile"] == 0.7


LEVELS_OF_SEVERAL = (0.1, 0.4, 0.5, 0.95)


@pytest.fixture
def several():
    return get_loss("multi_quantile", quantiles=LEVELS_OF_SEVERAL)


def test_several_quantiles_are_the_mean_pinball_of_scikit_learn(several):
    raw = torch.as_tensor(rng.normal(size=(40, 4)))
    levels, quantiles = several.stated_quantiles(raw)
    each = [
        metrics.mean_pinball_loss(Y.numpy(), quantiles[:, 0, k].numpy(), alpha=level)
        for k, level in enumerate(levels)
    ]
    assert several(raw, Y).item() == pytest.approx(np.mean(each))


@pytest.mark.parametrize("size", [1e-3, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_quantiles_never_cross(several, size, dtype):
    raw = torch.as_tensor(size * rng.normal(size=(200, 4)), dtype=dtype)
    _, quantiles = several.stated_quantiles(raw)
    assert (quantiles.diff(dim=-1) >= 0).all()
    assert torch.isfinite(quantiles).all()


def test_steps_are_the_softplus_of_raw_scores(several):
    raw = torch.tensor([[1.0, 0.0, -2.0, 3.0]], dtype=torch.float64)
    _, quantiles = several.stated_quantiles(raw)
    steps = np.logaddexp(0.0, [0.0, -2.0, 3.0])
    np.testing.assert_allclose(quantiles[0, 0], 1.0 + np.r_[0.0, steps.cumsum()])


def test_several_targets_have_quantiles_of_their_own(several):
    raw = torch.as_tensor(rng.normal(size=(5, 8)))
    _, together = several.stated_quantiles(raw)
    assert together.shape == (5, 2, 4)
    _, second = several.stated_quantiles(raw[:, 1::2])
    torch.testing.assert_close(together[:, 1], second[:, 0])


@pytest.mark.parametrize(
    ("levels", "index"),
    [((0.1, 0.5, 0.9), 1), ((0.05, 0.2), 1), ((0.45, 0.6), 0), ((0.4, 0.55), 1)],
)
def test_the_prediction_is_the_quantile_nearest_to_the_median(levels, index):
    loss = get_loss("multi_quantile", quantiles=levels)
    raw = torch.ones(3, len(levels))
    _, quantiles = loss.stated_quantiles(raw)
    assert loss.predict(raw).tolist() == quantiles[..., index].tolist()


def test_a_single_quantile_is_the_pinball_loss():
    one = get_loss("multi_quantile", quantiles=[0.3])
    twin = get_loss("quantile", quantile=0.3)
    raw = PREDICTION[:, None]
    torch.testing.assert_close(one.pointwise(raw, Y), twin.pointwise(raw, Y))


@pytest.mark.parametrize(
    "levels", [(0.5, 0.4), (0.0, 0.5), (0.5, 1.0), (-0.1,), [[0.1, 0.9]], (0.5, 0.5)]
)
def test_levels_must_ascend_within_zero_and_one(levels):
    loss = type(get_loss("multi_quantile"))(quantiles=levels)
    with pytest.raises(ValueError, match="between 0 and 1 and ascend"):
        loss.check_params()


@pytest.mark.parametrize("levels", [(0.1,), [0.1, 0.9], np.array([0.2, 0.3]), (1e-9,)])
def test_valid_levels_are_of_any_sequence(levels):
    assert get_loss("multi_quantile", quantiles=levels).n_outputs(1) == len(levels)


@pytest.mark.parametrize("width", [0.1, 1.0])
def test_rounded_pinball_of_equal_slopes_is_the_huber_loss_of_torch(width):
    found = RoundedPinball(1.0, 1.0, width).pointwise(PREDICTION[:, None], Y)
    wanted = torch.nn.functional.huber_loss(
        PREDICTION, Y, reduction="none", delta=width
    )
    torch.testing.assert_close(found, wanted / width)


@pytest.mark.parametrize(("below", "above"), [(0.2, 0.8), (3.0, 0.5), (0.0, 1.0)])
def test_slopes_of_rounded_pinball_are_those_of_the_sides(below, above):
    y = torch.tensor([-2.0, 2.0], dtype=torch.float64)
    loss = RoundedPinball(below, above, 0.5)
    found = gradient(loss, torch.zeros_like(y), y)
    torch.testing.assert_close(found, torch.tensor([below, -above]).double())
    # Beyond the width, the loss is half a width of the mean slope below its kink.
    lost = 0.25 * (below + above) / 2
    value = loss.pointwise(torch.zeros(2, 1).double(), y)
    torch.testing.assert_close(
        value, torch.tensor([2 * below, 2 * above]).double() - lost
    )


@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_the_best_constant_of_an_expectile_is_that_of_scipy(level):
    loss = get_loss("expectile", expectile=level)
    best = torch.full((40,), stats.expectile(Y.numpy(), alpha=level))
    assert gradient(loss, best.double(), Y).sum().item() == pytest.approx(0, abs=1e-6)
