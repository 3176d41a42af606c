"""A model of all rows for one loss of a comparison, its predictions and its file."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchRegressor, compare_losses
from skloss.comparison import predict_rows, refit, write_model
from skloss.comparison.stopping import StoppedError

RNG = np.random.default_rng(5)
TABLE = pd.DataFrame(
    {
        "size": RNG.normal(size=90),
        "town": np.array(["Ulm", "Bonn", None], dtype=object)[np.arange(90) % 3],
    }
)
Y = pd.Series(3 * TABLE["size"] + RNG.normal(size=90), name="price")
KIND = pd.Series(np.where(Y > 0, "dear", "cheap"), name="kind")


@pytest.fixture(scope="module")
def prices():
    losses = ["gaussian_nll", "absolute_error", {"line": LinearRegression()}]
    return compare_losses(TABLE[["size"]], Y, losses, cv=3, estimator=LINEAR)


LINEAR = TorchRegressor(hidden_layer_sizes=())


@pytest.fixture(scope="module")
def kinds():
    return compare_losses(TABLE, KIND, ["focal"], cv=2)


def test_the_model_is_that_of_the_estimator_on_all_rows(prices):
    own = TorchRegressor("absolute_error", hidden_layer_sizes=(), random_state=0)
    expected = own.fit(TABLE[["size"]], Y).predict(TABLE[["size"]])
    found = refit(prices, "absolute_error").predict(TABLE[["size"]])
    np.testing.assert_array_equal(found, expected)


def test_a_fit_reports_its_epochs_as_a_comparison_of_one_loss(kinds):
    records = []
    model = refit(kinds, "focal", records.append)
    rows = [row for record in records for row in record.rows]
    assert {(row["loss"], row["fold"]) for row in rows} == {("focal", 0)}
    assert max(row["epoch"] for row in rows) == model[-1].history_["epoch"].max()
    assert records[-1].fraction == 1.0


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_fit_that_is_stopped_gives_no_model(kinds, epochs):
    seen = []

    def stop(record):
        seen.append(record.epoch)
        return len(seen) >= epochs

    with pytest.raises(StoppedError, match="stopped during the training"):
        refit(kinds, "focal", stop)
    assert max(seen) <= epochs


def test_a_contender_is_fitted_as_it_was_given(prices):
    expected = LinearRegression().fit(TABLE[["size"]], Y).predict(TABLE[["size"]])
    found = refit(prices, "line").predict(TABLE[["size"]])
    np.testing.assert_array_equal(found, expected)


def test_a_raw_table_is_preprocessed_and_seeded_as_in_the_comparison(kinds):
    model = refit(kinds, "focal")
    assert [name for name, _ in model.steps] == ["table", "model"]
    assert model[-1].random_state == 0
    again = refit(kinds, "focal").predict_proba(TABLE)
    np.testing.assert_array_equal(model.predict_proba(TABLE), again)


def test_weights_are_those_of_the_comparison():
    weight = np.arange(90) % 2.0
    given = (TABLE[["size"]], Y, ["squared_error"])
    weighted = compare_losses(*given, cv=2, estimator=LINEAR, sample_weight=weight)
    kept = weight > 0
    expected = LinearRegression().fit(TABLE.loc[kept, ["size"]], Y[kept])
    found = refit(weighted, "squared_error")
    np.testing.assert_allclose(found.coef_.ravel(), expected.coef_, rtol=1e-3)


def test_contenders_are_fitted_as_in_the_comparison():
    rows = {
        "forest": RandomForestRegressor(5),
        "neighbours": make_pipeline(StandardScaler(), KNeighborsRegressor(3)),
    }
    given = TABLE[["size"]], Y, ["squared_error", rows]
    with pytest.warns(UserWarning, match="'neighbours' does not take sample_weight"):
        weighted = compare_losses(*given, cv=2, sample_weight=np.arange(90) % 3 + 1.0)
    forest = refit(weighted, "forest")
    assert forest[-1].random_state == 0
    again = refit(weighted, "forest").predict(TABLE[["size"]])
    np.testing.assert_array_equal(forest.predict(TABLE[["size"]]), again)
    neighbours = refit(weighted, "neighbours")
    assert [name for name, _ in neighbours.steps] == list(
        rows["neighbours"].named_steps
    )


def test_an_unknown_loss_is_refused_with_the_known_ones(prices):
    with pytest.raises(ValueError, match="'huber'; choose one of gaussian_nll, "):
        refit(prices, "huber")


def test_numbers_are_predicted_with_their_interval(prices):
    model, X = refit(prices, "gaussian_nll"), TABLE[["size"]].iloc[5:8]
    found = predict_rows(model, X, coverage=0.5)
    assert found.index.tolist() == [5, 6, 7]
    np.testing.assert_array_equal(found["prediction"], model.predict(X))
    ends = model.predict_interval(X, coverage=0.5)
    np.testing.assert_array_equal(found[["low", "high"]], ends)


def test_a_model_without_an_interval_has_predictions_only(prices):
    assert list(predict_rows(refit(prices, "line"), TABLE[["size"]])) == ["prediction"]


def test_classes_are_predicted_with_their_probabilities(kinds):
    found = predict_rows(refit(kinds, "focal"), TABLE)
    assert list(found)[1:] == ["probability of cheap", "probability of dear"]
    assert set(found["prediction"]) <= {"cheap", "dear"}
    np.testing.assert_allclose(found.iloc[:, 1:].sum(axis=1), 1)


@pytest.mark.parametrize("fixture", ["prices", "kinds"])
def test_a_model_file_loads_by_its_lines_and_predicts_alike(
    fixture, request, tmp_path, monkeypatch
):
    pytest.importorskip("skops.io", reason="skops, an optional format, is missing")
    comparison = request.getfixturevalue(fixture)
    model = refit(comparison, comparison.table.index[0])
    file = write_model(model)
    names = zipfile.ZipFile(io.BytesIO(file.content)).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"npy", "json"}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.skops").write_bytes(file.content)
    scope = {}
    exec(file.script(), scope)
    np.testing.assert_array_equal(
        predict_rows(scope["model"], comparison.X), predict_rows(model, comparison.X)
    )
