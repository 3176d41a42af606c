"""Words that stand for an order."""

import pytest

from skloss.table.scales import known_order


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["good", "Poor", "FAIR"], ["Poor", "FAIR", "good"]),
        (["Very Good", "Fair", "Ideal", "Premium", "Good"],
         ["Fair", "Good", "Very Good", "Premium", "Ideal"]),
        (["high", "medium", "low"], ["low", "medium", "high"]),
        ([*"BDAC"], [*"DCBA"]),
        (["XL", "S", "M"], ["S", "M", "XL"]),
        (["strongly_agree", "agree", "neutral"],
         ["neutral", "agree", "strongly_agree"]),
    ],
)  # fmt: skip
def test_words_of_a_scale_have_its_order(values, order):
    assert known_order(values) == order


@pytest.mark.parametrize(
    "values",
    [
        ["low", "high"],
        ["red", "green", "blue"],
        [*"ABC"],
        [*"abcd"],
        [*"ABDE"],
        ["low", "LOW", "high"],
        [1, 2, 3],
        ["good", "fair", 3],
        ["poor", "good", "blue"],
        [],
    ],
)
def test_other_values_have_none(values):
    assert known_order(values) == []
