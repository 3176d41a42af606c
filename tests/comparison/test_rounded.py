"""The log score of a rounded target is the probability of its rounding cells."""

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.base import BaseEstimator, RegressorMixin

from skloss import TorchRegressor, compare_losses
from skloss.comparison.nats import GaussianOrLaplace, rounding_of, row_nats

RNG = np.random.default_rng(0)
X = RNG.normal(size=(240, 2))
EXACT = X[:, 0] + RNG.normal(size=240)
ROUNDED = np.round(EXACT)
LINEAR = {"estimator": TorchRegressor(hidden_layer_sizes=()), "cv": 4}


class Spikes(RegressorMixin, BaseEstimator):
    """A regressor with all its density on whole numbers, as narrow as it likes."""

    def fit(self, X, y):
        self.values = np.arange(y.min() - 2, y.max() + 3)
        counts = (np.reshape(y, (-1, 1)) == self.values).sum(axis=0) + 0.5
        self.shares = counts / counts.sum()
        return self

    def predict(self, X):
        return np.full(len(X), self.values @ self.shares)

    def predict_distribution(self, X):
        return self

    def logpdf(self, y):
        kernels = stats.norm(self.values, 1e-9).pdf(np.reshape(y, (-1, 1)))
        return np.log(kernels @ self.shares + 1e-300)

    def cdf(self, y):
        return stats.norm(self.values, 1e-9).cdf(np.reshape(y, (-1, 1))) @ self.shares


def test_a_density_with_spikes_on_whole_numbers_does_not_win():
    losses = ["squared_error", {"spikes": Spikes()}]
    found = compare_losses(X, ROUNDED, losses, **LINEAR)
    assert found.winners()["nll"] == "squared_error"
    # It gets the entropy of the cells, which a constant model can reach.
    shares = np.unique(ROUNDED, return_counts=True)[1] / 240
    entropy = stats.entropy(shares)
    assert found.table.loc["spikes", ("nll", "mean")] == pytest.approx(entropy, abs=0.1)
    assert found.no_skill["nll"] == pytest.approx(entropy, abs=0.1)


def test_a_log_score_is_the_integral_of_the_density_over_the_cell():
    rounding = rounding_of(ROUNDED)
    found = row_nats(stats.norm(0.3, 1.2), ROUNDED[:20], rounding)
    for value, nats in zip(ROUNDED[:20], found, strict=True):
        chance, _ = integrate.quad(stats.norm(0.3, 1.2).pdf, value - 0.5, value + 0.5)
        assert nats == pytest.approx(-np.log(chance), rel=1e-9)


def test_the_unit_of_a_rounded_target_does_not_matter():
    one, two = (
        compare_losses(X, factor * ROUNDED, "squared_error", **LINEAR)
        for factor in (1.0, 1000.0)
    )
    assert two.table["nll", "mean"].item() == pytest.approx(
        one.table["nll", "mean"].item(), abs=1e-6
    )
    assert two.no_skill["nll"] == pytest.approx(one.no_skill["nll"])
    nll = [c.references()["nll", "mean"].drop("constant") for c in (one, two)]
    np.testing.assert_allclose(*nll, rtol=1e-9)


def test_a_target_that_is_not_rounded_keeps_its_density():
    found = row_nats(stats.norm(0, 1), EXACT, rounding_of(EXACT))
    np.testing.assert_allclose(found, -stats.norm(0, 1).logpdf(EXACT))


def test_each_target_has_its_own_step():
    both = np.column_stack([EXACT, ROUNDED])
    rounding = rounding_of(both)
    assert rounding.coarse.tolist() == [0.0, 1.0]
    found = row_nats(stats.norm(0, 1), both, rounding)
    apart = [row_nats(stats.norm(0, 1), y, rounding_of(y)) for y in both.T]
    np.testing.assert_allclose(found, apart[0] + apart[1])


def test_rows_of_weight_zero_and_the_scale_of_weights_have_no_effect():
    weight = np.repeat([0.01, 0.0], 240)
    assert rounding_of(np.append(ROUNDED, EXACT), weight).coarse == 1.0
    assert rounding_of(np.append(ROUNDED, EXACT)).coarse == 0.0


def test_counts_are_scored_by_their_probability():
    y = RNG.poisson(3.0, size=100).astype(float)
    found = row_nats(stats.poisson(3.0), y, rounding_of(y))
    np.testing.assert_allclose(found, -stats.poisson(3.0).logpmf(y))


def test_implied_noise_is_scored_on_cells_too():
    rows = np.arange(240)
    splits = [(rows[k::2], rows[1 - k :: 2]) for k in (0, 1)]
    model = GaussianOrLaplace(ROUNDED, None, splits)
    for _ in splits:
        model.add_fold(0.0, 0.0)
    scale = np.sqrt(np.mean(ROUNDED[splits[1][1]] ** 2))
    y = ROUNDED[splits[0][1]]
    normal = stats.norm(0, scale)
    expected = -np.log(normal.cdf(y + 0.5) - normal.cdf(y - 0.5))
    np.testing.assert_allclose(model.of_fold(0), expected, rtol=1e-9)


FINE = np.round(np.tile(EXACT, 4) * 60 / EXACT.std())


def test_a_step_below_2_percent_of_the_spread_keeps_the_density():
    rounding = rounding_of(FINE)
    assert (rounding.coarse, rounding.fine) == (0.0, 1.0)
    normal = stats.norm(0, 20)
    np.testing.assert_array_equal(
        row_nats(normal, FINE, rounding), -normal.logpdf(FINE)
    )


def test_spikes_on_fine_steps_are_cut_to_the_mean_density_of_the_cell():
    spikes = Spikes().fit(None, FINE)
    found = row_nats(spikes, FINE, rounding_of(FINE))
    shares = spikes.shares[np.searchsorted(spikes.values, FINE)]
    np.testing.assert_allclose(found, -np.log(shares) - 0.01, atol=1e-9)


def test_the_limit_between_coarse_and_fine_is_2_percent():
    for spread, is_coarse in ((49.5, True), (50.5, False)):
        y = np.round(np.tile(EXACT, 8) * spread / EXACT.std())
        assert (rounding_of(y).coarse > 0) == is_coarse
