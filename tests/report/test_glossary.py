"""Each column of the matrix that skloss defines is explained."""

import numpy as np

from skloss import report
from skloss.metrics import METRICS
from tests.report.comparisons import comparison_of


def test_the_metrics_with_values_are_explained_in_their_order():
    comparison = comparison_of(
        rmse__a=[1.0, 2.0], mae__a=[1.0, 2.0], nll__a=[np.nan, np.nan]
    )
    assert report.glossary(comparison) == {
        "RMSE": METRICS["rmse"].help,
        "MAE": METRICS["mae"].help,
    }


def test_a_scorer_of_the_user_is_not_explained():
    assert report.glossary(comparison_of(mine__a=[1.0, 2.0])) == {}


def test_a_scorer_of_the_user_is_titled_by_its_name():
    assert [report.label_of(name) for name in ("mine", "r2")] == ["mine", "R²"]
