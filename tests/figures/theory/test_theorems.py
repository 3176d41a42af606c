"""The numbers of each theorem, against SciPy, torch and integrals."""

import numpy as np
import pytest
import torch
from scipy import integrate, optimize, stats
from scipy.special import expit, logit

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.moving import Control
from skloss.figures.theory.moving_loss_curves import moving_loss_curves
from skloss.losses.curves import own_curve
from skloss.noise.implied_density import implied_density

P, Q = np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.3, 0.2])


def caption_of(figure):
    return figure.layout.meta["caption"]


def named(figure):
    return {trace.name: trace for trace in figure.data}


def test_the_divergences_in_the_caption_are_those_of_scipy():
    caption = caption_of(theory.divergences(P, Q))
    assert f"KL(P‖Q) is {stats.entropy(P, Q):.3f}" in caption
    assert f"KL(Q‖P) is {stats.entropy(Q, P):.3f}" in caption
    middle = (P + Q) / 2
    jsd = (stats.entropy(P, middle) + stats.entropy(Q, middle)) / 2
    assert f"divergence is {jsd:.3f}" in caption
    assert "different" in caption


def test_equal_divergences_are_called_equal():
    assert "equal here" in caption_of(theory.divergences([0.2, 0.8], [0.8, 0.2]))


def test_the_parts_of_a_cross_entropy_add_up_to_it():
    bars = named(theory.entropy_parts(P, Q))
    total = bars["H(P)"].x[0] + bars["KL(P‖Q)"].x[0]
    np.testing.assert_allclose(total, -(P @ np.log(Q)))
    np.testing.assert_allclose(bars["H(P)"].x[0], stats.entropy(P))


def test_a_one_hot_distribution_has_only_the_divergence():
    figure = theory.entropy_parts([0.0, 1.0, 0.0], Q)
    assert named(figure)["H(P)"].x[0] == 0
    np.testing.assert_allclose(named(figure)["KL(P‖Q)"].x[0], -np.log(Q[1]))
    assert "one-hot" in caption_of(figure)


def test_an_infinite_divergence_is_stated():
    figure = theory.entropy_parts([0.5, 0.5], [1.0, 0.0])
    assert "KL(P‖Q) ∞" in caption_of(figure)
    assert np.isfinite(named(figure)["KL(P‖Q)"].x[0])


def test_what_is_not_a_distribution_is_refused():
    with pytest.raises(ValueError, match="q"):
        theory.divergences([0.5, 0.5], [0.5, 0.6])


def density(trace, value):
    return float(np.interp(value, trace.x, trace.y))


def test_forward_kl_is_the_gaussian_with_the_moments_of_p():
    lines = named(theory.kl_fits(4.0, 0.25))
    p = lines["p"]
    mean = integrate.trapezoid(p.x * p.y, p.x)
    variance = integrate.trapezoid((p.x - mean) ** 2 * p.y, p.x)
    fitted = stats.norm(mean, np.sqrt(variance))
    np.testing.assert_allclose(
        lines["q by forward KL(p‖q)"].y, fitted.pdf(p.x), atol=1e-6
    )


def test_reverse_kl_keeps_to_the_larger_of_two_distant_humps():
    figure = theory.kl_fits(8.0, 0.7)
    reverse = named(figure)["q by reverse KL(q‖p)"]
    assert reverse.x[np.argmax(reverse.y)] == pytest.approx(4.0, abs=0.05)
    assert "keeps to one hump" in caption_of(figure)


def test_both_directions_agree_on_a_single_hump():
    lines = named(theory.kl_fits(0.0))
    np.testing.assert_allclose(
        lines["q by reverse KL(q‖p)"].y, lines["q by forward KL(p‖q)"].y, atol=1e-3
    )
    assert "keeps to one hump" not in caption_of(theory.kl_fits(0.0))


@pytest.mark.parametrize("arguments", [(9.0, 0.5), (-1.0, 0.5), (2.0, 1.5)])
def test_humps_outside_the_grid_are_refused(arguments):
    with pytest.raises(ValueError, match="must be between"):
        theory.kl_fits(*arguments)


def test_the_likelihood_is_the_product_of_densities_and_least_at_the_mean():
    y = np.array([1.0, 2.0, 6.0])
    figure = theory.likelihood(y, 2.0, 1.5)
    product = np.prod([stats.norm(2.0, 1.5).pdf(value) for value in y])
    assert f"{product:.2e}" in caption_of(figure)
    curve = named(figure)["mean NLL"]
    assert curve.x[np.argmin(curve.y)] == pytest.approx(3.0, abs=0.05)
    loss = get_loss("gaussian_nll", constant=True)
    raw = torch.tensor([[2.0, 2 * np.log(1.5)]], dtype=torch.float64).expand(3, 2)
    mean = loss(raw, torch.as_tensor(y)).item()
    assert named(figure)["chosen location"].y[0] == pytest.approx(mean)


def test_a_product_of_many_densities_underflows():
    y = np.random.default_rng(0).normal(size=2000)
    assert "too small for a floating-point number" in caption_of(
        theory.likelihood(y, 0.0)
    )


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_scaled_losses_lie_on_the_log_densities(scale):
    traces = theory.noise_of_losses(scale).data
    for line, marks in (traces[:2], traces[2:]):
        np.testing.assert_allclose(np.interp(marks.x, line.x, line.y), marks.y)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan])
def test_scales_must_be_positive(scale):
    with pytest.raises(ValueError, match="scale must be positive"):
        theory.noise_of_losses(scale)
    with pytest.raises(ValueError, match="scale must be positive"):
        theory.likelihood([1.0], 1.0, scale)


def test_sigmoid_gradients_are_those_of_autograd():
    lines = named(theory.sigmoid_gradients())
    z = torch.tensor(lines["cross-entropy"].x.copy()).requires_grad_()
    one = torch.ones_like(z)
    loss = get_loss("cross_entropy")
    (expected,) = torch.autograd.grad(loss.pointwise(z[:, None], one).sum(), z)
    np.testing.assert_allclose(lines["cross-entropy"].y, expected.numpy(), atol=1e-12)
    (expected,) = torch.autograd.grad((torch.sigmoid(z) - one).square().sum(), z)
    np.testing.assert_allclose(lines["squared error"].y, expected.numpy(), atol=1e-12)


@pytest.mark.parametrize(("gamma", "alpha"), [(0.0, 0.5), (2.0, 0.25), (5.0, 0.9)])
def test_focal_shares_are_those_of_autograd(gamma, alpha):
    bars = named(theory.focal_share(gamma, alpha, rare=0.2, hard=0.3))
    p = np.array([0.95, 0.3, 0.95, 0.3])
    y = torch.tensor([0.0, 0.0, 1.0, 1.0], dtype=torch.float64)
    z = torch.tensor(np.where(y == 1, 1, -1) * logit(p)).requires_grad_()
    loss = get_loss("focal", gamma=gamma, alpha=alpha)
    (slope,) = torch.autograd.grad(loss.pointwise(z[:, None], y).sum(), z)
    pull = np.abs(slope.numpy()) * np.array([0.56, 0.24, 0.14, 0.06])
    np.testing.assert_allclose(bars["focal loss"].y, pull / pull.sum())
    np.testing.assert_allclose(bars["rows"].y, [0.56, 0.24, 0.14, 0.06])
    np.testing.assert_allclose(expit(z.detach().numpy())[2:], p[2:])


def test_arguments_of_the_focal_figure_are_checked():
    with pytest.raises(ValueError, match="gamma"):
        theory.focal_share(gamma=-1)
    with pytest.raises(ValueError, match="rare"):
        theory.focal_share(rare=1.5)


@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.0])
def test_info_nce_is_the_cross_entropy_of_the_first_key(temperature):
    similarities = torch.tensor([0.2, 0.5, -1.0], dtype=torch.float64)
    similarities.requires_grad_()
    loss = torch.nn.functional.cross_entropy(
        (similarities / temperature)[None], torch.tensor([0])
    )
    loss.backward()
    figure = theory.info_nce(similarities.detach().numpy(), temperature)
    assert caption_of(figure).startswith(f"The loss is {loss.item():.3g}")
    np.testing.assert_allclose(figure.data[0].customdata, similarities.grad.numpy())
    assert "pushed away most, k1" in caption_of(figure)


def test_a_temperature_must_be_positive():
    with pytest.raises(ValueError, match="temperature"):
        theory.info_nce([1.0, 0.0], 0.0)


def test_training_curves_show_the_losses_under_the_pointer():
    figure = theory.training_curves({"plain": [1e12, 5.0], "clipped": [1.0, -0.5]})
    lines = named(figure)
    assert lines["plain"].customdata.tolist() == [1e12, 5.0]
    np.testing.assert_allclose(np.sinh(lines["clipped"].y), [1.0, -0.5])
    assert list(lines["plain"].x) == [1, 2]
    assert 0 in np.sinh(figure.layout.yaxis.tickvals)


def test_a_peaked_distribution_has_the_shape_of_a_gaussian():
    p = theory.peaked(2.5, 1.5)
    shape = stats.norm.pdf(np.arange(1, 7), 2.5, 1.5)
    np.testing.assert_allclose(p, shape / shape.sum())


def test_a_narrow_distribution_is_finite_and_halfway_is_shared():
    np.testing.assert_allclose(theory.peaked(2.5, 1e-3, 4), [0, 0.5, 0.5, 0])
    np.testing.assert_allclose(theory.peaked(2.5, 0.0, 4), [0, 0.5, 0.5, 0])


def curves_of(*names):
    return {name: own_curve(get_loss(name)) for name in names}


def test_loss_curves_are_the_loss_at_each_residual():
    figure = theory.loss_curves(curves_of("squared_error", "absolute_error"))
    square, absolute = figure.data
    np.testing.assert_allclose(square.y, square.x**2, atol=1e-6)
    np.testing.assert_allclose(absolute.y, np.abs(absolute.x), atol=1e-6)


def test_gradient_and_curvature_of_squares_are_linear_and_constant():
    (slope,) = theory.loss_curves(curves_of("squared_error"), "gradient").data
    np.testing.assert_allclose(slope.y[1:-1], 2 * slope.x[1:-1], atol=1e-6)
    (curvature,) = theory.loss_curves(curves_of("squared_error"), "curvature").data
    np.testing.assert_allclose(curvature.y[2:-2], 2, atol=1e-6)


def test_curvature_is_missing_at_a_kink_and_0_elsewhere():
    (line,) = theory.loss_curves(curves_of("absolute_error"), "curvature").data
    assert np.isnan(line.y[np.abs(line.x) < 0.01]).all()
    np.testing.assert_allclose(line.y[np.abs(line.x) > 0.2], 0, atol=1e-6)


def test_residuals_are_marked_below_the_curves_and_thinned():
    rug = np.random.default_rng(0).normal(size=5000) * 2
    figure = theory.loss_curves(curves_of("huber"), rug=rug)
    marks = named(figure)["rows of the table"]
    assert len(marks.x) <= 400
    assert np.abs(marks.x).max() <= 3
    assert marks.y.max() < figure.data[0].y.min()


def test_a_loss_keeps_its_colour_when_others_are_left_out():
    names = ["huber", "log_cosh"]
    both = theory.loss_curves(curves_of(*names)).data[1]
    alone = theory.loss_curves(curves_of("log_cosh"), losses=names).data[0]
    assert both.line.color == alone.line.color


def test_curves_of_different_axes_and_unknown_quantities_are_refused():
    with pytest.raises(ValueError, match="different axes"):
        theory.loss_curves(curves_of("huber", "poisson"))
    with pytest.raises(ValueError, match="slope"):
        theory.loss_curves(curves_of("huber"), "slope")


def test_moving_curves_are_those_of_the_parameters_of_the_grid():
    def curve_at(name, quantile):
        return own_curve(get_loss(name, quantile=quantile))

    level = Control("level", "Level", np.array([0.1, 0.5, 0.9]), 0.5)
    curves = {"quantile": curve_at("quantile", 0.5)}
    moving = moving_loss_curves(curves, {"quantile": [level]}, curve_at)
    (line,) = moving.figure.data
    np.testing.assert_allclose(moving.moves[0].y[1], line.y)
    np.testing.assert_allclose(
        moving.moves[0].y[2], np.maximum(0.9 * line.x, -0.1 * line.x), atol=1e-9
    )


def test_softmax_and_sigmoids_are_those_of_torch():
    z = torch.tensor([2.0, 0.5, -1.0])
    figure = theory.link_functions(z.numpy(), true=1)
    softmax, sigmoids = (trace.y for trace in figure.data)
    np.testing.assert_allclose(softmax, z.softmax(0), rtol=1e-6)
    np.testing.assert_allclose(sigmoids, z.sigmoid(), rtol=1e-6)
    cce = torch.nn.functional.cross_entropy(z[None], torch.tensor([1])).item()
    labels = torch.tensor([0.0, 1.0, 0.0])
    bce = torch.nn.functional.binary_cross_entropy_with_logits(
        z, labels, reduction="sum"
    ).item()
    assert f"(CCE), {cce:.3g} nats" in caption_of(figure)
    assert f"is {bce:.3g} nats" in caption_of(figure)


@pytest.mark.parametrize("true", [-1, 2])
def test_a_true_class_without_a_score_is_refused(true):
    with pytest.raises(ValueError, match="true must be from 0 to 1"):
        theory.link_functions([0.0, 1.0], true)


@pytest.mark.parametrize("strength", [0.0, 0.7, 3.0])
def test_the_penalised_estimate_is_the_minimum_that_a_search_finds(strength):
    counts, reference = np.array([5.0, 3.0, 2.0]), np.array([0.2, 0.3, 0.5])
    shares = counts / counts.sum()

    def objective(raw):
        log_q = raw - np.logaddexp.reduce(raw)
        kl = reference @ (np.log(reference) - log_q)
        return -shares @ log_q + strength * kl

    found = optimize.minimize(objective, np.zeros(3), tol=1e-12).x
    estimate = theory.kl_penalty(counts, reference, strength).data[2].y
    np.testing.assert_allclose(estimate, np.exp(found) / np.exp(found).sum(), atol=1e-4)


@pytest.mark.parametrize(
    ("counts", "strength", "match"),
    [([1, 1], -0.1, "strength must not be"), ([0, 0], 1.0, "at least one")],
)
def test_invalid_penalties_are_refused(counts, strength, match):
    with pytest.raises(ValueError, match=match):
        theory.kl_penalty(counts, strength=strength)


def test_shares_of_given_rows_are_gradients_of_the_loss():
    p, is_rare = np.array([0.9, 0.8, 0.3, 0.4]), np.array([False, True, False, True])
    figure = theory.focal_share_of_rows(p, is_rare, gamma=2.0, alpha=0.25)
    z = torch.tensor(logit(p))[:, None].requires_grad_()
    weight = torch.tensor(np.where(is_rare, 0.25, 0.75))
    value = get_loss("focal", gamma=2.0).pointwise(z, torch.ones(4))
    (slope,) = torch.autograd.grad((weight * value).sum(), z)
    expected = slope.abs()[[0, 2, 1, 3], 0].numpy()
    np.testing.assert_allclose(named(figure)["focal loss"].y, expected / expected.sum())


def test_rows_without_a_gradient_of_squared_error_are_counted():
    caption = caption_of(theory.sigmoid_gradients(0.0, [-6.0, -0.5, 3.0]))
    assert "Of 3 held-out rows, marked below, 2 have a negative score" in caption
    assert "below 0.05 for 1 of these" in caption


def test_densities_of_losses_are_drawn_with_their_colours():
    names = ["squared_error", "absolute_error"]
    found = {name: implied_density(get_loss(name)) for name in names}
    figure = theory.noise_densities(found)
    assert caption_of(figure).startswith("The sharpest peak is that of absolute error")
    assert "heaviest tail within the figure that of absolute error" in caption_of(
        figure
    )
    counts = {"poisson": implied_density(get_loss("poisson"))}
    with pytest.raises(ValueError, match="different axes"):
        theory.noise_densities(found | counts)
