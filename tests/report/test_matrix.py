"""The matrix marks the best loss of each metric and its ties, and nothing else."""

import html

import numpy as np
import pandas as pd
import pytest

from skloss import report
from skloss.report import Markup
from tests.report.comparisons import comparison_of

BOLD = Markup(html.escape, lambda text: f"**{text}**")


def values_of(metric, **by_loss):
    return {f"{metric}__{loss}": folds for loss, folds in by_loss.items()}


@pytest.fixture
def tied():
    return comparison_of(
        unit="mm",
        mae__squared_error=[50, 51, 49, 50, 50],
        mae__absolute_error=[40, 41, 39, 40, 40],
        mae__huber=[40.1, 40.9, 39.2, 39.9, 40.2],
    )


@pytest.fixture
def references():
    columns = pd.MultiIndex.from_product([["mae"], ["mean", "se"]])
    index = pd.Index(["constant", "gradient_boosting"], name="loss")
    return pd.DataFrame([[70.0, 1.0], [30.0, 1.0]], index, columns)


def test_the_numbers_are_those_of_the_folds(tied):
    found = report.matrix(tied)["mae"]
    assert found.index.tolist() == ["squared_error", "absolute_error", "huber"]
    assert found["mean"].tolist() == pytest.approx([50, 40, 40.06])
    # The standard deviation of (50, 51, 49, 50, 50) is the square root of 2/4.
    assert found["se"].iloc[0] == pytest.approx(np.sqrt(0.5 / 5))


def test_the_best_and_its_ties_are_marked(tied):
    assert report.matrix(tied)["mae", "mark"].tolist() == ["", "best", "tied"]


def test_a_loss_below_one_that_is_clearly_worse_is_not_tied():
    # The third is worse still, but too variable to be clearly so.
    comparison = comparison_of(
        **values_of(
            "mae", a=[1.0, 1.1, 1.0], b=[2.0, 2.1, 2.0], c=[1.0, 1.0, 9.0], d=[1.0] * 3
        )
    )
    assert comparison.standing("mae")["clear"].tolist() == [False, False, True, False]
    assert report.matrix(comparison)["mae", "mark"].tolist() == ["tied", "", "", "best"]
    assert "D and a are tied" in report.summary(comparison)


def test_each_metric_is_marked_in_its_own_direction():
    comparison = comparison_of(
        **values_of("mae", a=[1.0, 1.1, 1.0], b=[2.0, 2.1, 2.0]),
        **values_of("r2", a=[0.1, 0.1, 0.2], b=[0.9, 0.9, 0.8]),
    )
    marks = report.matrix(comparison).xs("mark", axis=1, level=1)
    assert marks.to_dict("list") == {"mae": ["best", ""], "r2": ["", "best"]}


def test_a_loss_that_was_stopped_keeps_its_scores_and_gets_no_mark():
    values = values_of("mae", a=[5.0, 5.0, 5.1], b=[1.0, 1.0, 1.1], c=[5.0, 5.1, 5.0])
    found = report.matrix(comparison_of(stopped=("b",), **values))["mae"]
    assert found["mark"].tolist() == ["best", "", "tied"]
    assert found["mean"].loc["b"] == pytest.approx(3.1 / 3)


def test_a_loss_without_a_value_in_some_fold_has_no_score():
    values = values_of("nll", a=[1.0, 1.1], b=[0.5, np.nan], c=[np.nan, np.nan])
    found = report.matrix(comparison_of(**values))["nll"]
    assert found["mean"].isna().tolist() == [False, True, True]
    assert found["mark"].tolist() == ["best", "", ""]


def test_a_metric_without_any_value_is_left_out():
    comparison = comparison_of(mae__a=[1.0, 2.0], nll__a=[np.nan, np.nan])
    assert report.metrics_of(comparison) == ["mae"]
    assert report.matrix(comparison).columns.unique(level=0).tolist() == ["mae"]


def test_all_losses_stopped_leave_no_marks():
    values = values_of("mae", a=[1.0, 1.1], b=[2.0, 2.1])
    found = report.matrix(comparison_of(stopped=("a", "b"), **values))["mae"]
    assert found["mark"].tolist() == ["", ""]
    assert found["mean"].tolist() == pytest.approx([1.05, 2.05])


def test_the_text_has_a_mean_an_error_and_a_mark(tied):
    text = report.matrix_text(tied)
    assert text.columns.tolist() == ["MAE ↓ (mm)"]
    assert text["MAE ↓ (mm)"].tolist() == [
        "50.0\u00a0±\u00a00.3",
        "40.0\u00a0±\u00a00.3\u00a0●",
        "40.06\u00a0±\u00a00.27\u00a0≈",
    ]


@pytest.mark.parametrize(
    ("metric", "title"),
    [
        ("r2", "R² ↑"),
        ("nll", "NLL ↓ (nats)"),
        ("rmse", "RMSE ↓ (mm)"),
        ("neg_max_error", "neg_max_error ↑"),
    ],
)
def test_a_title_has_the_direction_and_the_unit(metric, title):
    comparison = comparison_of(unit="mm", **values_of(metric, a=[1.0, 2.0]))
    assert report.matrix_text(comparison).columns.tolist() == [title]


def test_a_long_unit_is_cut_in_a_title():
    comparison = comparison_of(unit="u" * 21, mae__a=[1.0, 2.0])
    title = f"MAE ↓ ({'u' * 19}…)"
    assert report.matrix_text(comparison).columns.tolist() == [title]


def test_a_target_without_a_unit_has_a_title_without_one():
    text = report.matrix_text(comparison_of(mae__a=[1.0, 2.0]))
    assert text.columns.tolist() == ["MAE ↓"]


def test_a_missing_value_is_a_dash():
    comparison = comparison_of(nll__a=[1.0, 1.1], nll__b=[np.nan, np.nan])
    assert report.matrix_text(comparison).loc["b"].tolist() == ["–"]


def test_an_error_of_zero_leaves_the_mark():
    comparison = comparison_of(mae__a=[1.0, 1.0])
    assert report.matrix_text(comparison).iloc[0, 0] == "1.00\u00a0●"


def test_a_loss_that_was_stopped_is_named_so():
    values = values_of("mae", a=[1.0, 1.1], b=[2.0, 2.1])
    text = report.matrix_text(comparison_of(stopped=("b",), **values))
    assert text.index.tolist() == ["a", "b (stopped early)"]
    assert not text.iloc[1, 0].endswith(("●", "≈"))


def test_baselines_stand_below_in_brackets_and_unmarked(tied, references):
    cells = report.matrix_text(tied, references)["MAE ↓ (mm)"].iloc[3:]
    assert cells.index.tolist() == ["(constant)", "(gradient\u00a0boosting)"]
    assert cells.tolist() == ["70.0\u00a0±\u00a01.0", "30.0\u00a0±\u00a01.0"]


def test_awaited_baselines_keep_their_place(tied):
    cells = report.matrix_text(tied, awaited=True)["MAE ↓ (mm)"]
    assert cells.iloc[3:].tolist() == ["…", "…", "…"]
    names = ["(constant)", "(linear\u00a0model)", "(gradient\u00a0boosting)"]
    assert cells.index[3:].tolist() == names


def test_baselines_that_are_known_stand_among_the_awaited(tied, references):
    found = report.matrix_text(tied, references.iloc[:1], awaited=True, sort_by="mae")
    cells = found["MAE ↓ (mm)"]
    assert cells["(constant)"] == "70.0\u00a0±\u00a01.0"
    assert cells.index[-1] == "(gradient\u00a0boosting)"  # without a mean, last
    assert cells.tolist().count("…") == 2


def test_a_baseline_has_a_dash_for_a_scorer_of_the_user(references):
    values = values_of("mine", a=[1.0, 1.1]) | values_of("mae", a=[1.0, 2.0])
    text = report.matrix_text(comparison_of(**values), references)
    assert text["mine ↑"].tolist()[1:] == ["–", "–"]


def test_a_sparse_table_has_one_baseline(tied, references):
    text = report.matrix_text(tied, references.iloc[:1])
    assert text.index.tolist()[3:] == ["(constant)"]


def test_names_and_units_pass_through_the_markup_and_the_best_mean_is_strong():
    values = {"mae__<i>": [1.0, 2.0, 1.5], "mae__b": [8.0, 9.0, 8.5]}
    comparison = comparison_of(unit="<u>", **values)
    text = report.matrix_text(comparison, markup=BOLD)
    assert text.columns.tolist() == ["MAE ↓ (&lt;u&gt;)"]
    assert text.index.tolist() == ["&lt;i&gt;", "b"]
    assert text.iloc[0, 0] == "**1.50**\u00a0±\u00a00.29\u00a0●"
    assert "*" not in text.iloc[1, 0]


def test_a_scorer_of_the_user_is_escaped_and_cut():
    comparison = comparison_of(**{"<b>" + "m" * 60 + "__a": [1.0, 2.0]})
    (title,) = report.matrix_text(comparison, markup=BOLD).columns
    assert title == "&lt;b&gt;" + "m" * 36 + "… ↑"


@pytest.mark.parametrize(
    ("constant", "marks"), [(0.9, ["best", "tied"]), (1.0, ["", ""]), (1.1, ["", ""])]
)
def test_the_best_is_marked_only_if_it_beats_a_constant(constant, marks):
    comparison = comparison_of(**values_of("r2", a=[1.0, 1.0], b=[1.0, 1.0]))
    comparison.no_skill = pd.Series({"r2": constant})
    assert report.matrix(comparison)["r2", "mark"].tolist() == marks
    comparison = comparison_of(**values_of("mae", a=[1.0, 1.0], b=[1.0, 1.0]))
    comparison.no_skill = pd.Series({"mae": 2 - constant})
    assert report.matrix(comparison)["mae", "mark"].tolist() == marks


def test_rounding_is_not_a_lead():
    comparison = comparison_of(**values_of("mae", a=[1.0, 1.0]))
    comparison.no_skill = pd.Series({"mae": 1.0})
    assert not report.beats_constant(comparison, "mae", 1 - 1e-12)
    assert report.beats_constant(comparison, "mae", 1 - 1e-6)


def test_a_scorer_of_the_user_has_no_constant():
    assert report.beats_constant(comparison_of(mine__a=[1.0]), "mine", 0.0)


@pytest.mark.parametrize(
    ("worst_first", "order"),
    [
        (False, ["(gradient boosting)", "absolute error", "Huber", "squared error"]),
        (True, ["(constant)", "squared error", "Huber", "absolute error"]),
    ],
)
def test_rows_and_baselines_are_sorted_by_a_metric(
    tied, references, worst_first, order
):
    given = {"sort_by": "mae", "worst_first": worst_first}
    text = report.matrix_text(tied, references, **given)
    names = [name.replace("\u00a0", " ") for name in text.index]
    assert names[:4] == order
    # Rows without a score are last.
    awaited = report.matrix_text(tied, awaited=True, **given)
    assert [name[0] for name in awaited.index[-3:]] == ["("] * 3
