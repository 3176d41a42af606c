"""The order of a table follows what the browser sends, whatever it is."""

import pytest

from skloss.app.parts.sorted_table import arguments_of

COLUMNS = ["rmse", "mae"]


@pytest.mark.parametrize(
    ("sort", "arguments"),
    [
        ({"column": 2, "order": "best"}, {"sort_by": "mae", "worst_first": False}),
        ({"column": 1, "order": "worst"}, {"sort_by": "rmse", "worst_first": True}),
        ({"column": 1, "order": ""}, {}),
        ({"column": 0, "order": "best"}, {}),
        ({"column": 3, "order": "best"}, {}),
        ({"column": -1, "order": "best"}, {}),
        ({"column": True, "order": "best"}, {}),
        ({"column": "1", "order": "best"}, {}),
        ({}, {}),
        (None, {}),
        ([], {}),
        ("best", {}),
    ],
)
def test_rows_are_sorted_by_a_known_column(sort, arguments):
    assert arguments_of(sort, COLUMNS) == arguments
