"""`noise_verdict` on noise that is known, with linear models."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict

import skloss
from skloss import TorchRegressor, noise_verdict
from skloss.noise.candidates import CANDIDATES, Candidate
from skloss.noise.decision import LABELS

LINEAR = TorchRegressor(hidden_layer_sizes=(), alpha=0.0)


def table(n_rows, noise, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 3))
    return X, X.sum(axis=1) + noise(rng, n_rows)


def gaussian(rng, n):
    return rng.normal(size=n)


def laplace(rng, n):
    return rng.laplace(size=n)


def verdict(X, y, candidates=None, **settings):
    return noise_verdict(X, y, candidates, estimator=LINEAR, **settings)


def test_the_score_is_that_of_least_squares_with_the_scale_of_the_other_folds():
    X, y = table(300, gaussian)
    folds = KFold(5, shuffle=True, random_state=0)
    residual = y - cross_val_predict(LinearRegression(), X, y, cv=folds)
    expected = [
        stats.norm.logpdf(residual[test], 0.0, np.sqrt(np.mean(residual[train] ** 2)))
        for train, test in folds.split(X)
    ]
    found = verdict(X, y, "gaussian", cv=5)
    assert found.nats["gaussian"] == pytest.approx(
        np.mean(np.concatenate(expected)), abs=1e-4
    )
    assert (found.winner, found.rows_needed) == ("gaussian", None)
    assert np.isnan(found.gap)


@pytest.mark.parametrize(
    ("noise", "winner"), [(gaussian, "gaussian"), (laplace, "laplace")]
)
def test_gaussian_and_laplace_noise_are_distinguished(noise, winner):
    found = verdict(*table(600, noise), ["gaussian", "laplace"])
    assert found.winner == winner
    assert found.fits
    assert found.interval[0] > 0
    assert found.nats.index[0] == winner
    assert found.gap == pytest.approx(found.nats.iloc[0] - found.nats.iloc[1])


def test_gaussian_noise_whose_variance_is_exponential_is_not_called_laplace():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 3))
    X[:, 0] = np.log(rng.exponential(size=600))
    y = X[:, 1] + np.exp(X[:, 0] / 2) * rng.normal(size=600)
    # Pooled, the noise is exactly Laplace (Andrews and Mallows 1974).
    assert skloss.compare_noise(y - X[:, 1]).table["kl"].idxmin() == "laplace"
    found = verdict(X, y, cv=5)
    assert found.winner == "gaussian_heteroscedastic"
    assert found.fits


def test_thirty_rows_are_undecided_with_the_rows_that_are_needed():
    found = verdict(*table(30, gaussian), ["gaussian", "laplace"], cv=5)
    assert found.winner == "undecided"
    assert found.rows_needed >= 200
    assert found.text.startswith("Undecided")
    assert str(found.rows_needed) in found.text


def test_what_no_candidate_describes_is_reported():
    X = np.random.default_rng(0).uniform(-3, 3, size=(600, 1))
    found = verdict(X, 2 * np.sin(4 * X[:, 0]), ["gaussian", "laplace"], cv=5)
    assert not found.fits
    assert found.fits.departure > 0.02
    assert "none of these describes the noise" in found.text


def test_rounded_targets_are_scored_by_their_cells():
    X, y = table(500, gaussian)
    found = verdict(X, np.round(y), ["gaussian", "laplace"], cv=5)
    assert found.step == 1.0
    assert found.winner == "gaussian"
    assert "rounded to 1" in found.text
    # No probability exceeds one, in any unit.
    assert (found.nats < 0).all()
    scaled = verdict(X, 0.001 * np.round(y), ["gaussian", "laplace"], cv=5)
    np.testing.assert_allclose(scaled.nats, found.nats, atol=1e-3)


def test_the_unit_shifts_the_scores_of_densities():
    X, y = table(400, laplace)
    base, scaled = (verdict(X, k * y, ["gaussian", "laplace"], cv=5) for k in (1, 1000))
    np.testing.assert_allclose(base.nats - np.log(1000), scaled.nats, atol=1e-3)
    assert scaled.gap == pytest.approx(base.gap, abs=1e-3)
    assert scaled.winner == base.winner


def test_amounts_are_compared_by_their_density_in_the_unit_of_the_target():
    X, y = table(500, gaussian)
    found = verdict(X, np.exp(y), ["log_normal", "gamma", "gaussian"], cv=5)
    assert found.winner == "log_normal"
    # The entropy of a log-normal is that of the Gaussian plus the mean of the log.
    expected = -0.5 * np.log(2 * np.pi * np.e) - y.mean()
    assert found.nats["log_normal"] == pytest.approx(expected, abs=0.1)


def test_counts_are_compared_with_the_cells_of_densities():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 2))
    y = rng.poisson(np.exp(0.5 + X[:, 0]))
    found = verdict(X, y, ["poisson", "gaussian", "negative_binomial"], cv=5)
    assert found.winner == "poisson"
    assert found.fits
    expected = stats.poisson.logpmf(y, np.exp(0.5 + X[:, 0])).mean()
    assert found.nats["poisson"] == pytest.approx(expected, abs=0.05)


def test_an_ensemble_of_networks_on_a_frame_has_a_verdict():
    X, y = table(200, gaussian)
    found = noise_verdict(
        pd.DataFrame(X, columns=["a", "b", "c"]),
        pd.Series(y),
        ["gaussian", "gaussian_heteroscedastic"],
        cv=2,
        estimator=TorchRegressor(hidden_layer_sizes=(4,), max_iter=5, n_members=2),
    )
    assert np.isfinite(found.nats).all()


def test_the_seed_fixes_the_verdict():
    X, y = table(250, laplace)
    one, two = (verdict(X, y, "laplace", cv=3, random_state=1) for _ in range(2))
    assert one.nats["laplace"] == two.nats["laplace"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"candidates": "cauchy"}, "not a candidate"),
        ({"candidates": "gamma"}, "needs positive targets"),
        ({"candidates": "poisson"}, "needs counts"),
        ({"y": np.ones((40, 2))}, "one target at a time"),
        ({"y": np.array(["a"] * 40)}, "holds values that are not numbers"),
        ({"y": np.ones(39)}, "X has 40 rows, but y has 39"),
        ({"y": np.array([np.nan] + [1.0, 2.0, 3.0] * 13)}, "missing or infinite"),
        ({"cv": [(np.arange(20), np.arange(20, 40))]}, "2 folds or more"),
    ],
)
def test_what_has_no_verdict_is_refused_in_a_sentence(change, sentence):
    X, y = table(40, gaussian)
    arguments = {"X": X, "y": y, "candidates": "gaussian", "cv": 2} | change
    with pytest.raises(ValueError, match=sentence):
        verdict(**arguments)


@pytest.mark.parametrize("n_rows", [4, 39, 40])
def test_by_default_few_rows_have_folds_of_two_or_more(n_rows):
    X, y = table(n_rows, gaussian)
    found = verdict(X, y, ["gaussian", "laplace"])
    expected = verdict(X, y, ["gaussian", "laplace"], cv=min(n_rows // 2, 20))
    assert found.nats.tolist() == expected.nats.tolist()
    assert found.winner == "undecided"


def test_a_row_of_weight_zero_is_absent():
    X, y = table(300, gaussian)
    kept = np.arange(300) % 3 > 0
    y[~kept] = 1e6
    weighted = verdict(X, y, "gaussian", cv=5, sample_weight=2.0 * kept)
    alone = verdict(X[kept], y[kept], "gaussian", cv=5)
    assert weighted.nats["gaussian"] == pytest.approx(alone.nats["gaussian"], abs=1e-6)
    assert weighted.fits.p_value == pytest.approx(alone.fits.p_value)


def test_weights_count_in_the_fits_the_scale_and_the_score():
    X, y = table(300, gaussian)
    weight = np.random.default_rng(1).uniform(0.2, 3, 300)
    folds = list(KFold(5).split(X))
    residual = np.empty(300)
    for train, test in folds:
        line = LinearRegression().fit(X[train], y[train], sample_weight=weight[train])
        residual[test] = y[test] - line.predict(X[test])
    scores = []
    for train, test in folds:
        square = np.average(residual[train] ** 2, weights=weight[train])
        nats = stats.norm.logpdf(residual[test], 0.0, np.sqrt(square))
        scores.append(np.average(nats, weights=weight[test]))
    found = verdict(X, y, "gaussian", cv=folds, sample_weight=weight)
    assert found.nats["gaussian"] == pytest.approx(np.mean(scores), abs=1e-4)
    scaled = verdict(X, y, "gaussian", cv=folds, sample_weight=1000 * weight)
    assert scaled.fits.p_value == pytest.approx(found.fits.p_value)


def test_the_heteroscedastic_factor_is_weighted():
    X, y = table(300, gaussian)
    heavy = np.where(np.arange(300) % 2, 1.0, 1e-9)
    y[::2] *= 50  # rows that hardly count
    found = verdict(X, y, "gaussian_heteroscedastic", cv=3, sample_weight=heavy)
    alone = verdict(X[1::2], y[1::2], "gaussian_heteroscedastic", cv=3)
    assert found.nats.iloc[0] == pytest.approx(alone.nats.iloc[0], abs=0.1)


def test_rows_of_a_group_stay_together_and_are_not_independent():
    X, y = table(120, laplace)
    groups = np.tile(np.arange(120), 5)
    many = np.tile(X, (5, 1)), np.tile(y, 5)
    alone = verdict(*many, ["gaussian", "laplace"], cv=5)
    grouped = verdict(*many, ["gaussian", "laplace"], cv=5, groups=groups)
    assert np.ptp(alone.interval) < np.ptp(grouped.interval)
    assert grouped.winner == "undecided"  # 120 groups are too few
    with pytest.raises(ValueError, match="groups has 3 values, but y has 600 rows"):
        verdict(*many, groups=[1, 2, 3])


def test_weights_of_another_length_are_refused():
    X, y = table(50, gaussian)
    with pytest.raises(ValueError, match="sample_weight has 3 values"):
        verdict(X, y, sample_weight=[1, 2, 3])


def test_a_new_candidate_is_one_entry_and_its_label(monkeypatch):
    new = Candidate("gaussian_crps", "gaussian", states_distribution=True)
    monkeypatch.setitem(CANDIDATES, "gaussian_by_crps", new)
    monkeypatch.setitem(LABELS, "gaussian_by_crps", "Gaussian by CRPS")
    X, y = table(200, laplace)
    found = verdict(X, y, ["gaussian_by_crps", "laplace"], cv=2)
    assert np.isfinite(found.nats["gaussian_by_crps"])
    assert "Gaussian by CRPS" in found.text
