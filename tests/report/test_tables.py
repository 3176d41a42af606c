"""The tables of a comparison by name."""

import pandas as pd
from sklearn.datasets import load_diabetes

from skloss import TorchRegressor, compare_losses, report


def test_the_tables_are_those_of_the_comparison():
    X, y = load_diabetes(return_X_y=True)
    estimator = TorchRegressor(hidden_layer_sizes=())
    comparison = compare_losses(X, y, ["mse", "mae"], cv=2, estimator=estimator)
    tables = report.tables(comparison)
    assert tables["predictions"] is comparison.predictions
    assert tables["scores by fold"] is comparison.folds
    scores = tables["scores"]
    assert scores["loss"].tolist() == ["squared_error", "absolute_error"]
    pd.testing.assert_series_equal(
        scores["mae se"],
        comparison.table["mae", "se"],
        check_index=False,
        check_names=False,
    )
