"""Curves are means of held-out predictions, points are held-out rows."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss import compare_losses, figures
from skloss.datasets import load_sample
from tests.figures.comparisons import (
    caption_of,
    classes,
    message_of,
    named,
    of_classes,
    of_numbers,
)


def numbers_along(x, predicted, truth=None):
    frames = [
        pd.DataFrame(
            {
                "loss": loss,
                "fold": 0,
                "row": np.arange(len(x)),
                "y_true": values if truth is None else truth,
                "y_pred": values,
            }
        )
        for loss, values in predicted.items()
    ]
    return of_numbers(pd.concat(frames, ignore_index=True), X=pd.DataFrame({"x": x}))


def test_a_curve_is_the_mean_prediction_of_rows_with_equal_values():
    x = np.repeat([1.0, 2.0, 3.0], 10)
    predicted = np.random.default_rng(0).normal(size=30)
    figure = figures.fits(numbers_along(x, {"huber": predicted}))
    curve = named(figure)["Huber"]
    assert curve.x.tolist() == [1, 2, 3]
    np.testing.assert_allclose(curve.y, predicted.reshape(3, 10).mean(1))


def test_points_are_the_truth_of_each_row_once():
    x = np.arange(50.0)
    truth = x**2
    comparison = numbers_along(x, {"a": x, "b": x + 1}, truth)
    points = named(figures.fits(comparison))["held-out rows"]
    np.testing.assert_allclose(points.x, x)
    np.testing.assert_allclose(points.y, truth)
    assert points.customdata.tolist() == list(range(1, 51))


def test_the_caption_states_where_losses_differ_most():
    x = np.repeat([1.0, 2.0, 3.0], 10)
    comparison = numbers_along(x, {"huber": x, "log_cosh": np.where(x == 3, 7, x)})
    assert caption_of(figures.fits(comparison)).startswith(
        "The losses differ most at x 3: on average log-cosh predicts 7.00, Huber 3.00."
    )


def test_the_feature_with_the_largest_effect_is_drawn():
    frame = load_sample("diabetes").frame
    X, y = frame[["sex", "bmi"]], frame["progression"]
    comparison = compare_losses(X, y, ["mse", "mae"], cv=2)
    assert figures.fits(comparison).layout.xaxis.title.text == "bmi"
    assert figures.fits(comparison, "sex").layout.xaxis.title.text == "sex"


def test_levels_have_a_mark_per_loss_instead_of_a_line():
    kind = np.array([*"ab"] * 10)
    figure = figures.fits(numbers_along(kind, {"huber": np.arange(20.0)}))
    assert named(figure)["Huber"].mode == "markers"
    assert list(named(figure)["Huber"].x) == ["a", "b"]


def test_dates_and_missing_values_are_drawn_where_they_are_known():
    days = pd.Series(pd.date_range("2024-01-01", periods=60))
    days[3] = pd.NaT
    figure = figures.fits(numbers_along(days, {"huber": np.arange(60.0)}))
    assert len(named(figure)["held-out rows"].x) == 59
    assert "2024" in str(named(figure)["Huber"].x[0])


def test_classes_have_the_share_of_rows_in_each_bin():
    frame = classes(["focal"])
    X = pd.DataFrame({"x": np.repeat([0.0, 1.0], 200)})
    figure = figures.fits(of_classes(frame, classes=["no", "yes"], X=X), label="yes")
    truth = (frame["y_true"] == "yes").to_numpy().reshape(2, 200)
    np.testing.assert_allclose(named(figure)["share of rows"].y, truth.mean(1))
    assert "points are shares of held-out rows" in caption_of(figure)
    mean = frame["proba_yes"].to_numpy().reshape(2, 200).mean(1)
    np.testing.assert_allclose(named(figure)["focal"].y, mean)


def test_many_rows_are_thinned():
    x = np.random.default_rng(0).normal(size=9000)
    figure = figures.fits(numbers_along(x, {"huber": x}))
    assert len(named(figure)["held-out rows"].x) == 1500
    assert len(named(figure)["Huber"].x) == 20


def test_very_many_rows_are_sampled_and_it_is_stated():
    x = np.random.default_rng(0).normal(size=60_000)
    figure = figures.fits(numbers_along(x, {"huber": x}))
    assert caption_of(figure).endswith("Drawn from 50,000 of 60,000 rows.")
    np.testing.assert_allclose(named(figure)["Huber"].y, named(figure)["Huber"].x)


def test_unknown_features_and_classes_are_refused_by_name():
    comparison = numbers_along(np.arange(9.0), {"huber": np.arange(9.0)})
    with pytest.raises(ValueError, match="no feature 'z'; choose one of x"):
        figures.fits(comparison, "z")
    labels = of_classes(classes(["focal"]), classes=["no", "yes"])
    with pytest.raises(ValueError, match="no class 'maybe'"):
        figures.fits(labels, label="maybe")


def test_one_of_several_targets_is_drawn_under_its_name():
    x = np.repeat([1.0, 2.0], 10)
    frame = numbers_along(x, {"huber": x}).predictions
    frame = frame.rename(columns={"y_true": "y_true_1", "y_pred": "y_pred_1"})
    names = SimpleNamespace(targets=("size", "price"))
    comparison = of_numbers(frame, X=pd.DataFrame({"x": x}), recipe=names)
    figure = figures.fits(comparison, output=1)
    assert named(figure)["Huber"].y.tolist() == [1, 2]
    assert figure.layout.yaxis.title.text == "price"
    with pytest.raises(ValueError, match="choose one of them by output="):
        figures.fits(comparison)


def test_a_label_has_the_share_of_rows_that_have_it():
    frame = pd.DataFrame({"loss": "focal", "fold": 0, "row": range(40)})
    has_it = np.arange(40) % 4 == 0
    frame = frame.assign(y_true_0=has_it.astype(int), proba_0=0.3)
    comparison = of_classes(
        frame,
        task="multilabel",
        classes=[0],
        X=pd.DataFrame({"x": np.repeat([0.0, 1.0], 20)}),
        recipe=SimpleNamespace(targets=("red",)),
    )
    figure = figures.fits(comparison, "x", label=0)
    np.testing.assert_allclose(named(figure)["share of rows"].y, [0.25, 0.25])
    assert figure.layout.yaxis.title.text == "probability of red"


def test_losses_that_agree_are_not_called_different():
    x = np.repeat([1.0, 2.0], 10)
    caption = caption_of(figures.fits(numbers_along(x, {"huber": x, "log_cosh": x})))
    assert caption.startswith("All losses predict the same along x. How to read")
    assert "differ" not in caption


@pytest.mark.parametrize("values", [np.full(20, np.nan), np.full(20, np.inf)])
def test_a_feature_without_a_known_value_has_a_message(values):
    comparison = numbers_along(values, {"huber": np.arange(20.0)})
    figure = figures.fits(comparison, "x")
    assert message_of(figure) == "No row has both a value and a prediction."
    assert figure.data == ()
    assert "nan" not in caption_of(figure)


def test_a_constant_feature_has_one_point_per_loss():
    predicted = np.arange(20.0)
    figure = figures.fits(numbers_along(np.full(20, 3.0), {"huber": predicted}), "x")
    curve = named(figure)["Huber"]
    assert (list(curve.x), list(curve.y)) == ([3.0], [predicted.mean()])


def test_a_single_row_is_drawn():
    figure = figures.fits(
        numbers_along(np.array([2.0]), {"huber": np.array([5.0])}), "x"
    )
    assert list(named(figure)["Huber"].y) == [5.0]
    assert list(named(figure)["held-out rows"].x) == [2.0]


def test_missing_and_infinite_values_of_a_feature_are_left_out():
    x = np.array([1.0, 1.0, np.nan, np.inf, 2.0])
    predicted = np.array([1.0, 3.0, 100.0, 100.0, 5.0])
    figure = figures.fits(numbers_along(x, {"huber": predicted}), "x")
    assert list(named(figure)["Huber"].y) == [2.0, 5.0]
    assert len(named(figure)["held-out rows"].x) == 3


def test_axes_name_feature_and_target_with_its_unit():
    x = np.arange(9.0)
    comparison = numbers_along(x, {"huber": x})
    comparison.unit = "cm"
    figure = figures.fits(comparison, "x")
    assert figure.layout.xaxis.title.text == "x"
    assert figure.layout.yaxis.title.text == "height (cm)"
    assert figure.layout.meta["alt"] == (
        "height against x with the mean prediction of Huber."
    )
    assert caption_of(figure).startswith("Huber along x. How to read")


def test_columns_of_an_array_are_called_by_their_place():
    x = np.arange(9.0)
    comparison = numbers_along(x, {"huber": x})
    comparison.X = np.column_stack([x, -x])
    curve = named(figures.fits(comparison, "feature 1"))["Huber"]
    np.testing.assert_allclose(curve.x, -curve.y)


def test_of_columns_with_one_name_the_first_is_drawn():
    x = np.arange(9.0)
    comparison = numbers_along(x, {"huber": x})
    comparison.X = pd.DataFrame(np.column_stack([x, -x]), columns=["x", "x"])
    np.testing.assert_allclose(named(figures.fits(comparison, "x"))["Huber"].x, x)


def test_names_of_features_and_levels_reach_plotly_as_text():
    hostile = "<b>x</b> %{x} $y$"
    comparison = numbers_along(
        np.array([hostile, "b"] * 10), {"huber": np.arange(20.0)}
    )
    comparison.X.columns = [hostile]
    drawn = figures.fits(comparison, hostile).to_json().partition('"layout"')
    assert "<b>x" not in drawn[0]
    assert "&lt;b&gt;x" in drawn[0]


def test_levels_that_are_cut_to_the_same_name_stay_apart():
    levels = np.array([f"{'x' * 40}{k}" for k in range(4)] * 5)
    figure = figures.fits(numbers_along(levels, {"huber": np.arange(20.0)}), "x")
    curve = named(figure)["Huber"]
    assert len(set(curve.x)) == 4
    assert set(named(figure)["held-out rows"].x) == set(curve.x)
