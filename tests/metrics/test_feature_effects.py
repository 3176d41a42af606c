"""Shares of variance against a hand computation and a linear model's R2."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.linear_model import LinearRegression

from skloss.metrics import feature_effects
from skloss.metrics.feature_effects import bins_of, feature_frame

RNG = np.random.default_rng(0)


def predictions(values, losses=("a",)):
    frames = [
        pd.DataFrame({"loss": loss, "row": np.arange(len(values)), "y_pred": values})
        for loss in losses
    ]
    return pd.concat(frames, ignore_index=True)


def test_the_share_of_a_category_is_the_adjusted_r2_of_its_dummies():
    kind = RNG.choice([*"abcd"], 200)
    values = RNG.normal(size=200) + (kind == "b") * 2
    dummies = pd.get_dummies(kind)
    r2 = LinearRegression().fit(dummies, values).score(dummies, values)
    expected = 1 - (1 - r2) * 199 / 196
    found = feature_effects(pd.DataFrame({"kind": kind}), predictions(values))
    assert found["kind"] == pytest.approx(expected)


def test_the_strongest_feature_comes_first_and_noise_has_no_share():
    X = pd.DataFrame({"noise": RNG.normal(size=500), "signal": RNG.normal(size=500)})
    found = feature_effects(X, predictions(np.sin(X["signal"].to_numpy())))
    assert found.index.tolist() == ["signal", "noise"]
    assert found["signal"] > 0.9
    assert found["noise"] < 0.05


def test_shares_are_means_over_losses():
    X = pd.DataFrame({"x": np.repeat([0.0, 1.0], 20)})
    frame = predictions(X["x"].to_numpy(), losses=["a", "b"])
    frame.loc[frame["loss"] == "b", "y_pred"] = np.tile([0.0, 1.0], 20)
    assert feature_effects(X, frame)["x"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "column",
    [np.zeros(40), np.full(40, np.nan), np.full(40, None, dtype=object)],
    ids=["constant", "missing", "missing text"],
)
def test_a_feature_without_values_has_no_share(column):
    found = feature_effects(pd.DataFrame({"x": column}), predictions(np.arange(40.0)))
    assert found["x"] == 0


def test_an_identifier_with_a_level_per_row_has_no_share():
    X = pd.DataFrame({"id": [f"row {i}" for i in range(12)]})
    assert feature_effects(X, predictions(np.arange(12.0)))["id"] == 0


def test_repeats_of_a_row_are_averaged():
    X = pd.DataFrame({"x": np.repeat([0.0, 1.0], 20)})
    twice = pd.concat([predictions(X["x"].to_numpy() + d) for d in (-1.0, 1.0)])
    assert feature_effects(X, twice)["x"] == pytest.approx(1)


def test_rows_are_matched_by_position_whatever_the_index():
    X = pd.DataFrame({"x": np.repeat([0.0, 1.0], 20)}, index=np.arange(40)[::-1])
    assert feature_effects(X, predictions(X["x"].to_numpy()))["x"] == pytest.approx(1)


def test_columns_with_one_name_do_not_raise():
    X = pd.DataFrame(RNG.normal(size=(30, 2)), columns=["x", "x"])
    assert feature_effects(X, predictions(np.arange(30.0))).index.tolist() == ["x"]


def test_bins_of_numbers_have_similar_sizes_and_keep_ties_together():
    values = pd.Series(np.concatenate([np.zeros(50), np.arange(1.0, 151.0)]))
    bins = bins_of(values)
    assert bins[:50].nunique() == 1
    counts = bins[50:].value_counts()
    assert counts.max() <= 11
    np.testing.assert_allclose(bins.groupby(bins).mean(), values.groupby(bins).mean())


def test_missing_and_infinite_numbers_have_no_bin():
    bins = bins_of(pd.Series([1.0, np.nan, np.inf, 2.0]))
    assert bins.isna().tolist() == [False, True, True, False]


def test_rare_levels_share_a_bin_and_missing_ones_have_their_own():
    values = pd.Series([*("abcdefghijkl" * 3), "rare", None, None, None, None])
    bins = bins_of(values)
    assert bins.nunique() == 13
    assert bins.iloc[-1] == "(missing)"
    assert "(other)" in set(bins)


def test_dates_have_bins_of_dates():
    days = pd.Series(pd.date_range("2024-01-01", periods=100))
    bins = bins_of(days)
    assert bins.dtype.kind == "M"
    assert bins.nunique() == 20


@pytest.mark.parametrize(
    "X", [[[1.0, 2.0], [3.0, 4.0]], np.eye(2), sparse.csr_matrix(np.eye(2))]
)
def test_tables_without_names_get_numbered_columns(X):
    frame = feature_frame(X, np.array([1]))
    assert frame.columns.tolist() == ["feature 0", "feature 1"]
    assert frame.index.tolist() == [1]


@pytest.mark.parametrize(("n_values", "n_bins"), [(2, 2), (20, 20), (40, 20)])
def test_up_to_twenty_different_numbers_are_a_bin_each(n_values, n_bins):
    # Most rows have the first value: quantiles would join the others.
    values = pd.Series([0.0] * 900 + [float(k % n_values) for k in range(100)])
    bins = bins_of(values)
    assert bins.nunique() <= n_bins
    assert (bins == values).all() == (n_values <= 20)


def test_rows_of_weight_zero_are_absent_also_where_they_are_all_of_a_level():
    X = pd.DataFrame({"town": list("abc") * 20, "size": np.arange(60.0)})
    rows = pd.DataFrame({"loss": "mse", "row": range(60)})
    rows["y_pred"] = np.where(X["town"] == "a", 1.0, -1.0)
    weight = np.where(X["town"] == "c", 0.0, 1.0)
    kept = weight > 0
    expected = feature_effects(
        X[kept].reset_index(drop=True), rows[kept].assign(row=range(40))
    )
    found = feature_effects(X, rows, sample_weight=weight)
    assert found["town"] == pytest.approx(1.0)
    assert found["town"] == pytest.approx(expected["town"])
