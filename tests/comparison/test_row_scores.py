"""Scores of held-out rows lead to the scores of the folds, or are not used."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes

from skloss import TorchRegressor, compare_losses
from skloss.comparison import ranking
from skloss.comparison.ranking import values_by_fold
from skloss.comparison.row_scores import HeldOutRows, _own_columns, share_held_out
from skloss.tasks import as_task


def test_a_comparison_is_judged_by_its_rows():
    X, y = load_diabetes(return_X_y=True)
    found = compare_losses(
        *(X, y, ["mse", "mae"]), estimator=TorchRegressor(hidden_layer_sizes=())
    )
    rows = HeldOutRows(found.predictions, as_task("regression"), None, None, None)
    for metric in ("rmse", "mae", "r2", "nll"):
        by_fold = values_by_fold(found.folds, metric)
        scores = rows.score(metric, by_fold)
        expected = ranking.standing(by_fold, metric, scores)
        pd.testing.assert_frame_equal(found.standing(metric), expected)
        fold = scores.fold
        for loss in by_fold:
            means = pd.Series(scores.values[loss]).groupby(fold).mean()
            np.testing.assert_allclose(means, by_fold[loss], rtol=1e-6)


def test_scores_of_rows_that_do_not_lead_to_the_folds_are_not_used():
    frame = pd.DataFrame(
        {"loss": list("aabb"), "fold": [0, 1] * 2, "row": [0, 1] * 2, "y_true": 0.0}
    ).assign(y_pred=[1.0, 2.0, 3.0, 4.0], nll=0.0)
    rows = HeldOutRows(frame, as_task("regression"), None, None, None)
    right = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    assert rows.score("mae", right).values["b"].tolist() == [3.0, 4.0]
    assert rows.score("mae", right + 1) is None
    assert rows.score("a scorer of the user", right) is None


def test_columns_that_only_other_losses_have_are_left_out_of_an_embedding():
    values = np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]])
    np.testing.assert_array_equal(_own_columns(values), values[:, :2])
    np.testing.assert_array_equal(_own_columns(values[:, 0]), [1.0, 3.0])


def test_the_held_out_share_is_the_mean_over_folds():
    splits = [(range(3), range(1)), (range(4), range(2))]
    assert share_held_out(splits) == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert share_held_out([]) is None
