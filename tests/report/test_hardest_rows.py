"""The hardest rows have the largest gradients, whose shares sum to one."""

import numpy as np
import pandas as pd
import pytest

from skloss import get_loss, losses, report
from tests.report.comparisons import comparison_of


def of_numbers():
    frame = {"fold": 0, "row": range(4), "y_true": [0.0, 0.0, 0.0, 0.0]}
    first = pd.DataFrame({"loss": "huber", **frame, "y_pred": [1.0, -2.0, 3.0, 4.0]})
    second = pd.DataFrame({"loss": "mae", **frame, "y_pred": [9.0, 9.0, 9.0, 9.0]})
    return comparison_of(predictions=pd.concat([first, second], ignore_index=True))


def of_classes(proba=(0.9, 0.6, 0.2)):
    given = np.array(proba)
    frame = {"loss": "focal", "fold": 0, "row": range(3), "y_true": ["b", "b", "a"]}
    frame |= {"y_pred": "b", "proba_a": 1 - given, "proba_b": given}
    return comparison_of("binary", predictions=pd.DataFrame(frame), classes=["a", "b"])


def test_squared_error_pulls_in_proportion_to_the_distance():
    table = report.hardest_rows(
        of_numbers(), {"squared_error": get_loss("squared_error")}, 2
    )
    assert table["Squared error"].tolist() == ["row 4 (40%)", "row 3 (30%)"]
    assert table.index.tolist() == [1, 2]


def test_absolute_error_pulls_equally():
    chosen = {"absolute_error": get_loss("absolute_error")}
    table = report.hardest_rows(of_numbers(), chosen)
    assert table["Absolute error"].str.endswith("(25%)").all()
    sentence = report.hardest_sentence(of_numbers(), chosen, 2)
    assert "2 rows that pull hardest have 50% of the gradient of absolute" in sentence


def test_a_formula_pulls_by_its_slope():
    chosen = {"expression": losses.Expression("(y - mu)**4")}
    table = report.hardest_rows(of_numbers(), chosen, 1)
    assert table["Expression"].tolist() == ["row 4 (64%)"]  # 4^3 of 1 + 8 + 27 + 64


def test_classes_pull_by_the_error_of_their_probability():
    table = report.hardest_rows(
        of_classes(), {"cross_entropy": get_loss("cross_entropy")}
    )
    # Errors 0.1, 0.4 and 0.2 of a sum of 0.7.
    assert table["Cross-entropy"].tolist() == [
        "row 2 (57%)",
        "row 3 (29%)",
        "row 1 (14%)",
    ]


@pytest.mark.parametrize("name", ["gaussian_nll", "cross_entropy"])
def test_losses_without_one_prediction_or_of_another_task_are_left_out(name):
    chosen = {name: get_loss(name)}
    assert report.hardest_rows(of_numbers(), chosen).columns.empty
    assert report.hardest_sentence(of_numbers(), chosen) == ""


def test_margins_are_logits_of_the_true_class():
    expected = np.log([0.9 / 0.1, 0.6 / 0.4, 0.8 / 0.2])
    np.testing.assert_allclose(report.margins(of_classes()), expected)


def test_rows_without_probabilities_have_no_margins():
    empty = of_classes([np.nan] * 3)
    assert report.margins(empty).size == 0
    is_rare, probability = report.true_probabilities(empty)
    assert is_rare.size == probability.size == 0


def test_the_rarest_class_is_found_with_the_probability_of_the_true_class():
    is_rare, probability = report.true_probabilities(of_classes())
    assert is_rare.tolist() == [False, False, True]
    np.testing.assert_allclose(probability, [0.9, 0.6, 0.8])
