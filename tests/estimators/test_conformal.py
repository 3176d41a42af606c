"""Conformal intervals: hand-computed thresholds, coverage, and what is stored."""

import pickle
import warnings
from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold

from skloss import TorchRegressor, get_loss, list_losses
from skloss.estimators.conformal import conformal_rank
from tests.estimators.small import SMALL

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
LINEAR = {"hidden_layer_sizes": (), "random_state": 0}


@pytest.fixture
def parts(rng):
    """Training, calibration and new rows with heavy-tailed noise."""
    X = rng.normal(size=(400, 3))
    y = X.sum(1) + rng.standard_t(3, size=400)
    ends = (0, 100, 199, 400)
    return [(X[low:high], y[low:high]) for low, high in pairwise(ends)]


@pytest.mark.parametrize(
    ("n", "coverage", "rank"),
    [
        (9, 0.9, 9),
        (10, 0.9, 10),
        (99, 0.9, 90),
        (99, 0.07, 7),  # whose product is 7.000000000000001
        (99, 0.29, 29),  # whose product is 28.999999999999996
        (100, 0.5, 51),
    ],
)
def test_the_rank_is_the_coverage_of_one_row_more_rounded_up(n, coverage, rank):
    assert conformal_rank(n, coverage) == rank


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
@pytest.mark.parametrize(("coverage", "rank"), [(0.9, 90), (0.5, 50), (0.951, 96)])
def test_the_half_width_is_a_sorted_absolute_residual(loss, coverage, rank, parts):
    train, held, (X, _) = parts  # 99 calibration rows
    model = TorchRegressor(loss, **SMALL).fit(*train)
    residuals = np.sort(np.abs(held[1] - model.predict(held[0])))
    low, high = model.predict_interval(X, coverage, conformal=held).T
    np.testing.assert_allclose(low, model.predict(X) - residuals[rank - 1])
    np.testing.assert_allclose(high, model.predict(X) + residuals[rank - 1])


def test_a_gaussian_head_has_normalised_scores(parts):
    train, held, (X, _) = parts
    model = TorchRegressor("gaussian_nll", **SMALL).fit(*train)
    seen, new = map(model.predict_distribution, (held[0], X))
    score = np.sort(np.abs(held[1] - seen.mean()) / seen.std())[89]
    found = model.predict_interval(X, conformal=held)
    expected = new.mean()[:, None] + score * new.std()[:, None] * [-1, 1]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize(
    ("loss", "levels"),
    [
        ("quantile", (0.05, 0.95)),
        (get_loss("multi_quantile", quantiles=(0.05, 0.5, 0.95)), (0.05, 0.95)),
        # The outermost quantiles stand for levels that the loss does not predict.
        (get_loss("multi_quantile", quantiles=(0.25, 0.5, 0.75)), (0.25, 0.75)),
    ],
)
def test_quantiles_have_the_scores_of_conformalised_quantile_regression(
    loss, levels, parts
):
    train, held, (X, _) = parts
    model = TorchRegressor(loss, **SMALL).fit(*train)
    low, high = model.predict_quantiles(held[0], levels).T
    score = np.sort(np.maximum(low - held[1], held[1] - high))[89]
    expected = model.predict_quantiles(X, levels) + score * np.array([-1, 1])
    np.testing.assert_allclose(model.predict_interval(X, conformal=held), expected)


@pytest.mark.parametrize("loss", list_losses("regression"))
def test_every_loss_has_conformal_intervals_of_the_stated_coverage(loss, rng):
    X = rng.normal(size=(700, 2))
    share = 1 / (1 + np.exp(X[:, 0] + rng.normal(size=700)))
    y = np.c_[share, 1 - share]  # the only targets that every loss accepts
    model = TorchRegressor(loss, **LINEAR, max_iter=20).fit(X[:100], y[:100])
    held = X[100:299], y[100:299]
    low, high = model.predict_interval(X[299:], 0.8, conformal=held)[:, 0].T
    covered = np.mean((low <= share[299:]) & (share[299:] <= high))
    # Four standard errors of 401 new and 199 calibration rows.
    assert abs(covered - 0.8) < 4 * np.sqrt(0.16 * (1 / 401 + 1 / 199))


def test_intervals_stay_within_the_range_of_targets(rng):
    X = rng.normal(size=(200, 2))
    y = rng.poisson(0.3, size=200)
    model = TorchRegressor("poisson", **LINEAR).fit(X[:100], y[:100])
    assert model.predict_interval(X, 0.95, conformal=(X[100:], y[100:])).min() == 0


def test_several_targets_have_a_threshold_each(parts):
    train, held, (X, _) = ((X, np.c_[y, 100 * y]) for X, y in parts)
    model = TorchRegressor(**LINEAR).fit(*train)
    found = model.predict_interval(X, conformal=held)
    assert found.shape == (201, 2, 2)
    np.testing.assert_allclose(found[:, 1], 100 * found[:, 0], rtol=1e-6)


def test_too_few_rows_give_infinite_intervals_and_a_warning(parts):
    train, (X_cal, y_cal), (X, _) = parts
    model = TorchRegressor(**LINEAR).fit(*train)
    with pytest.warns(UserWarning, match="8 rows are too few .* use at least 9 rows"):
        found = model.predict_interval(X, conformal=(X_cal[:8], y_cal[:8]))
    assert (found == [-np.inf, np.inf]).all()
    with warnings.catch_warnings(action="error"):
        found = model.predict_interval(X, conformal=(X_cal[:9], y_cal[:9]))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("part", ["training", "stopping"])
def test_rows_that_fit_used_are_not_calibration_rows(part, parts):
    train, held, (X, _) = parts
    model = TorchRegressor(**SMALL).fit(*train, X_val=held[0], y_val=held[1])
    rows = {"training": train, "stopping": held}[part]
    with pytest.warns(
        UserWarning, match="rows that the model was fitted to or stopped"
    ):
        model.predict_interval(X, conformal=rows)


@pytest.mark.parametrize(
    ("conformal", "message"),
    [
        (1, r"False, True or a pair \(X_cal, y_cal\), got int"),
        (([[1.0]], [1.0]), "X_cal, y_cal: X has 1 features"),
        (([[1.0, 2.0, 3.0]], [[1.0, 2.0]]), "same number of columns"),
        (([[1.0, 2.0, 3.0]], [np.nan]), "X_cal, y_cal: .*NaN"),
    ],
)
def test_invalid_calibration_rows_are_refused(conformal, message, parts):
    model = TorchRegressor(**LINEAR).fit(*parts[0])
    with pytest.raises(ValueError, match=message):
        model.predict_interval(parts[2][0], conformal=conformal)


def test_cross_conformal_intervals_are_those_of_barber_et_al(parts):
    (A, b), _, (X, _) = parts
    model = TorchRegressor(**LINEAR, alpha=0).fit(A, b)
    lows, highs = [], []
    for train, test in KFold(5, shuffle=True, random_state=0).split(A):
        one = LinearRegression().fit(A[train], b[train])
        for residual in np.abs(b[test] - one.predict(A[test])):
            lows.append(one.predict(X) - residual)
            highs.append(one.predict(X) + residual)
    # With 100 rows and 90%: ranks 10 = floor(101 * 0.1) and 91 = ceil(101 * 0.9).
    expected = np.c_[np.sort(lows, axis=0)[9], np.sort(highs, axis=0)[90]]
    found = model.predict_interval(X, conformal=True)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_cross_conformal_intervals_do_not_depend_on_the_size_of_blocks(
    parts, monkeypatch
):
    model = TorchRegressor("laplace_nll", **SMALL).fit(*parts[0])
    whole = model.predict_interval(parts[2][0], conformal=True)
    monkeypatch.setattr("skloss.estimators.conformal._NUMBERS_AT_ONCE", 700)
    blocks = model.predict_interval(parts[2][0], conformal=True)
    np.testing.assert_array_equal(whole, blocks)


def test_a_network_covers_new_rows_by_refits(parts):
    X, y = (np.concatenate(both) for both in zip(parts[1], parts[2], strict=True))
    model = TorchRegressor("gaussian_nll", **SMALL).fit(*parts[0])
    low, high = model.predict_interval(X, conformal=True).T
    # The standard error is that of 300 new and 100 training rows.
    assert 0.8 <= np.mean((low <= y) & (y <= high)) <= 0.99


def test_refits_are_made_once_and_pickled_but_training_rows_are_not(parts):
    model = TorchRegressor(**SMALL).fit(*parts[0])
    with pytest.raises(ValueError, match="conformal=True requires the training rows"):
        pickle.loads(pickle.dumps(model)).predict_interval(parts[2][0], conformal=True)
    found = model.predict_interval(parts[2][0], conformal=True)
    refits = model._fitted.refits
    np.testing.assert_array_equal(
        found, model.predict_interval(parts[2][0], conformal=True)
    )
    assert model._fitted.refits is refits
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(
        found, copy.predict_interval(parts[2][0], conformal=True)
    )
    assert copy._fitted.rows is None
    assert "_fitted" not in vars(clone(model))
    assert model.fit(*parts[1])._fitted.refits is None


def test_refits_need_the_rows_of_one_fit(parts):
    model = TorchRegressor(**SMALL).partial_fit(*parts[0])
    with pytest.raises(ValueError, match="partial_fit, pickles and copies do not keep"):
        model.predict_interval(parts[2][0], conformal=True)
    one = TorchRegressor(**LINEAR).fit([[1.0]], [1.0])
    with pytest.raises(ValueError, match="at least 2 training rows"):
        one.predict_interval([[1.0]], conformal=True)


def test_weights_and_validation_rows_reach_the_refits(parts):
    (A, b), held, (X, _) = parts
    weight = np.repeat([1.0, 3.0], 50)
    model = TorchRegressor(**SMALL)
    model.fit(A, b, sample_weight=weight, X_val=held[0], y_val=held[1])
    model.predict_interval(X, conformal=True)
    train, _ = next(KFold(5, shuffle=True, random_state=0).split(A))
    alone = TorchRegressor(**SMALL).fit(
        A[train], b[train], sample_weight=weight[train], X_val=held[0], y_val=held[1]
    )
    first = model._fitted.refits.models[0]
    np.testing.assert_allclose(
        first.predict(first.raw_prediction(X)), alone.predict(X), rtol=1e-6, atol=1e-9
    )
