"""TorchRegressor on numbers: units, weights, several targets and large tables."""

import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.metrics import r2_score

from skloss import TorchRegressor, list_losses
from skloss.losses import Huber, Quantile
from tests.estimators.small import SMALL

# These two take distributions as targets: see test_special_targets.py.
OF_NUMBERS = sorted({*list_losses("regression")} - {"kl_divergence", "js_divergence"})
AFFINE = ["squared_error", "absolute_error", "huber", "quantile", "gaussian_nll"]


@pytest.mark.parametrize("loss", OF_NUMBERS)
def test_every_regression_loss_beats_a_constant(loss, diabetes):
    X, y = diabetes
    y = y.to_numpy() / y.mean()
    model = TorchRegressor(loss, n_members=1, random_state=0).fit(X, y)
    constant = DummyRegressor().fit(X, y)
    miss = np.abs(model.predict(X) - y).mean()
    assert miss < 0.9 * np.abs(constant.predict(X) - y).mean()


@pytest.mark.parametrize("loss", AFFINE)
@pytest.mark.parametrize("hidden", [(), (16,)], ids=["linear", "network"])
def test_scaling_y_by_1000_scales_the_fit(loss, hidden, diabetes):
    X, y = diabetes
    params = SMALL | {"hidden_layer_sizes": hidden, "max_iter": 200}
    plain = TorchRegressor(loss, **params).fit(X, y)
    scaled = TorchRegressor(loss, **params).fit(X, 1000 * y + 5e6)
    np.testing.assert_allclose(
        scaled.predict(X), 1000 * plain.predict(X) + 5e6, rtol=1e-6
    )
    shift = plain.predict_distribution(X).logpdf(y) - scaled.predict_distribution(
        X
    ).logpdf(1000 * y + 5e6)
    np.testing.assert_allclose(shift, np.log(1000), atol=1e-3)


def test_huber_delta_is_in_units_of_y(diabetes):
    X, y = diabetes
    params = SMALL | {"hidden_layer_sizes": (), "alpha": 0.0}
    plain = TorchRegressor(Huber(delta=30.0), **params).fit(X, y)
    scaled = TorchRegressor(Huber(delta=30_000.0), **params).fit(X, 1000 * y)
    np.testing.assert_allclose(scaled.predict(X), 1000 * plain.predict(X), rtol=1e-6)


def test_weight_two_counts_a_row_twice_and_weight_zero_leaves_it_out(rng):
    X = rng.normal(size=(40, 3))
    y = X @ [1.0, -2.0, 0.5] + rng.normal(size=40)
    weight = np.repeat([0.0, 1.0, 2.0, 3.0], 10)
    for loss in ("huber", "laplace_nll", "squared_error"):
        for hidden in ((), (16,)):
            params = {"hidden_layer_sizes": hidden, "random_state": 0}
            weighted = TorchRegressor(loss, **params).fit(X, y, weight)
            repeated = TorchRegressor(loss, **params).fit(
                np.repeat(X, weight.astype(int), axis=0),
                np.repeat(y, weight.astype(int)),
            )
            np.testing.assert_allclose(
                weighted.predict(X), repeated.predict(X), rtol=1e-6, atol=1e-8
            )


@pytest.mark.parametrize("loss", ["squared_error", "laplace_nll"])
def test_weight_two_is_a_row_twice_on_many_rows_in_full_batches(loss, rng):
    X = rng.normal(size=(300, 3))
    y = X @ [1.0, -2.0, 0.5] + rng.normal(size=300)
    weight = rng.integers(0, 4, 300)
    rows = rng.permutation(np.repeat(np.arange(300), weight))
    params = {"hidden_layer_sizes": (16,), "random_state": 0, "n_members": 1}
    model = TorchRegressor(loss, batch_size=len(rows), **params)  # all in one step
    weighted = clone(model).fit(X, y, weight).predict(X)
    repeated = clone(model).fit(X[rows], y[rows]).predict(X)
    np.testing.assert_allclose(weighted, repeated, atol=1e-6)


def test_multi_output_targets_each_get_their_prediction(diabetes):
    X, y = diabetes
    Y = np.column_stack([y, -5 * y + 3])
    params = {"hidden_layer_sizes": (), "alpha": 0.0}
    for loss in ("squared_error", "huber", "absolute_error"):
        model = TorchRegressor(loss, **params).fit(X, Y)
        single = TorchRegressor(loss, **params).fit(X, y)
        assert model.predict(X).shape == Y.shape
        np.testing.assert_allclose(model.predict(X)[:, 0], single.predict(X), atol=0.1)
    model = TorchRegressor("gaussian_nll", **SMALL).fit(X, Y)
    assert model.predict_distribution(X).logpdf(Y).shape == Y.shape
    assert model.predict_distribution(X).interval(0.9)[0].shape == Y.shape


def test_a_huge_offset_does_not_hide_the_signal(rng):
    X = rng.normal(size=(300, 2)) * [1e-3, 1e6] + [1e3, 1e9]
    y = (X[:, 0] - 1e3) * 1e3 + (X[:, 1] - 1e9) / 1e6
    model = TorchRegressor(hidden_layer_sizes=(), alpha=0.0).fit(X, y)
    assert model.score(X, y) > 0.999999


def test_an_offset_beyond_float32_does_not_harm_a_large_table(rng):
    """For example milliseconds since 1970, of which float32 resolves two minutes."""
    X = rng.normal(size=(5000, 2)).round(2)
    y = X[:, 0] + 0.1 * rng.normal(size=len(X))
    model = TorchRegressor(hidden_layer_sizes=(16,), max_iter=10, random_state=0)
    plain = model.fit(X, y).score(X, y)
    offset = model.fit(X + 1e8, y).score(X + 1e8, y)
    assert model.network_(torch.zeros(1, 2)).dtype == torch.float32
    assert offset == pytest.approx(plain, abs=1e-4)


def test_large_tables_are_fitted_and_predicted_in_float32(rng):
    X = rng.normal(size=(4500, 3))
    y = X[:, 0]
    model = TorchRegressor(max_iter=2, random_state=0).fit(X, y)
    assert model.predict(X).dtype == np.float32
    small = TorchRegressor(max_iter=2, random_state=0).fit(X[:4000], y[:4000])
    assert small.predict(X).dtype == np.float64


def test_constant_columns_and_constant_targets_give_finite_predictions(rng):
    X = np.column_stack([rng.normal(size=50), np.full(50, 7.0)])
    for y in (np.full(50, 3.0), rng.normal(size=50)):
        assert np.isfinite(TorchRegressor(**SMALL).fit(X, y).predict(X)).all()
    constant = TorchRegressor(**SMALL | {"max_iter": 200}).fit(X, np.full(50, 3.0))
    np.testing.assert_allclose(constant.predict(X), 3.0, atol=0.5)


def test_nullable_dtypes_are_read_as_numbers(diabetes):
    X, y = diabetes
    wide = X.astype("Float64")
    a = TorchRegressor(**SMALL).fit(X, y).predict(X)
    b = TorchRegressor(**SMALL).fit(wide, pd.Series(y)).predict(wide)
    np.testing.assert_array_equal(a, b)


def test_targets_whose_squares_overflow_are_refused():
    with pytest.raises(ValueError, match=r"up to 3e\+200, too large to be squared"):
        TorchRegressor().fit(np.eye(4), [1.0, -3e200, 1.0, 2.0])


def test_read_only_targets_are_learned_without_a_warning(diabetes):
    X, y = np.asarray(diabetes[0]), np.array(diabetes[1], dtype=float)
    X.flags.writeable = y.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = TorchRegressor("poisson", **SMALL).fit(X, y)
    assert np.isfinite(model.predict(X)).all()


def test_the_score_is_r2_of_the_prediction(diabetes):
    X, y = diabetes
    weight = np.linspace(0, 2, len(y))
    for loss in ("squared_error", Quantile(0.9)):
        model = TorchRegressor(loss, hidden_layer_sizes=()).fit(X, y)
        expected = r2_score(y, model.predict(X), sample_weight=weight)
        assert model.score(X, y, sample_weight=weight) == expected
    assert model.score(X, y) < 0.2


def test_predictions_of_a_frame_do_not_warn_about_its_names(diabetes):
    X, y = diabetes
    model = TorchRegressor("gaussian_nll", hidden_layer_sizes=()).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        intervals = model.predict_interval(X)
        quantiles = model.predict_quantiles(X, [0.05, 0.95])
        low = model.predict_distribution(X).ppf(0.05)
    assert intervals == pytest.approx(quantiles)
    assert intervals[:, 0] == pytest.approx(low)
