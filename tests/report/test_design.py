"""Sentences on how the rows of a comparison are divided and weighted."""

from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.model_selection import TimeSeriesSplit

from skloss.report import Markup, design_sentences, sentences_on_rows

ROLES = pd.DataFrame({"role": ["time", "feature"]}, index=["day", "size"])


def sentences(**given):
    recipe = {"groups": None, "sample_weight": None, "cv": 5, "source": None}
    return design_sentences(SimpleNamespace(recipe=SimpleNamespace(**recipe | given)))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"groups": [1, 2]}, ["Rows with the same group are in the same fold."]),
        (
            {"groups": pd.Series([1, 2], name="clinic")},
            ["Rows with the same “clinic” are in the same fold."],
        ),
        (
            {
                "cv": TimeSeriesSplit(3),
                "sample_weight": pd.Series([1, 2], name="w"),
                "source": SimpleNamespace(roles=ROLES),
            },
            [
                "Rows are ordered by “day”, and each fold is predicted from earlier "
                "rows.",
                "Rows are weighted by “w”, in training and in scores.",
            ],
        ),
        (
            {"cv": TimeSeriesSplit(3), "source": SimpleNamespace(roles=None)},
            ["Rows are ordered by time, and each fold is predicted from earlier rows."],
        ),
    ],
)
def test_what_differs_from_random_folds_is_stated(given, expected):
    assert sentences(**given) == expected


def test_names_are_escaped():
    markup = Markup(lambda text: text.replace("<", "&lt;"), str)
    (sentence,) = sentences_on_rows({"weight": "<b>{0}"}, markup)
    assert sentence == "Rows are weighted by “&lt;b>{0}”, in training and in scores."
