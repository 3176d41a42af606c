"""Colours of losses and noise models differ for every reader."""

import itertools

import numpy as np
import pytest

from skloss import figures
from skloss.figures.style import COLORS, NEUTRAL, NOISE_COLORS, noise_styles
from tests.figures.comparisons import (
    LOSSES,
    comparison_of,
    folds,
    histories,
    named,
    numbers,
)

# One style per loss


def luminance(color):
    """Relative luminance of WCAG 2.1."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(
        channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(first, second):
    dark, light = sorted([luminance(first), luminance(second)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#0e1117", "#171614"])
@pytest.mark.parametrize("color", [*COLORS, *NOISE_COLORS, NEUTRAL])
def test_marks_have_contrast_on_light_and_dark_pages(color, background):
    assert contrast(color, background) >= 3


# Machado, Oliveira and Fernandes (2009), table 1, severity 1.0, on linear RGB.
COLOR_BLIND = {
    "none": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def oklab(linear):
    """Ottosson (2020), times 100: a difference of 2 is just noticeable."""
    to_lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return 100 * to_lab @ np.cbrt(to_lms @ linear.clip(0, 1))


@pytest.mark.parametrize("sight", COLOR_BLIND)
@pytest.mark.parametrize(
    ("first", "second"),
    [*itertools.combinations(COLORS, 2), *itertools.combinations(NOISE_COLORS, 2)],
)
def test_colours_stay_apart_for_the_colour_blind(first, second, sight):
    seen = []
    for color in (first, second):
        channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        seen.append(oklab(np.array(COLOR_BLIND[sight]) @ linear))
    assert np.linalg.norm(seen[0] - seen[1]) > 9


def test_a_loss_keeps_its_style_whichever_losses_are_drawn():
    styles = figures.loss_styles(LOSSES)
    comparison = comparison_of(
        numbers().query("loss != 'squared_error'"),
        histories=histories().query("loss == 'huber'"),
        folds=folds().query("loss == 'squared_error' or metric != 'mae'"),
    )
    line = figures.learning_curves(comparison).data[-1].line
    assert line.color == styles["huber"].color
    traces = figures.fold_scores(comparison, "rmse").data
    assert [t.line.color for t in traces] == [styles[k].color for k in LOSSES]
    points = named(figures.prediction_vs_truth(comparison)).values()
    assert [t.marker.color for t in points] == [styles[k].color for k in LOSSES[1:]]


def test_colour_and_dash_together_distinguish_two_dozen_losses():
    styles = figures.loss_styles(range(24)).values()
    assert len({(style.color, style.dash) for style in styles}) == 24
    first = list(styles)[:7]
    assert len({style.symbol for style in first}) == 7


@pytest.mark.parametrize(
    "labels",
    [
        ["huber", "squared_error"],
        ["quantile", "huber", "poisson"],
        ["gamma", "tweedie", "log_cosh", "huber(delta=2.0)"],
    ],
)
def test_a_default_loss_has_its_colour_in_every_comparison(labels):
    colors = {"huber": COLORS[2], "squared_error": COLORS[0]}
    styles = figures.loss_styles(labels)
    for label in labels:
        name = label.partition("(")[0]
        assert styles[label].color == colors.get(name, styles[label].color)
    assert len({style.color for style in styles.values()}) == len(labels)


def test_another_loss_has_one_colour_whatever_its_place():
    first = figures.loss_styles(["quantile", "huber"])["quantile"]
    assert figures.loss_styles(["quantile"])["quantile"] == first
    assert figures.loss_styles(["huber", "gamma", "quantile"])["quantile"] == first


def test_losses_of_one_name_have_different_colours():
    styles = figures.loss_styles(["huber(delta=1.0)", "huber(delta=2.0)"])
    assert len({style.color for style in styles.values()}) == 2


def test_labels_that_repeat_have_one_style():
    assert list(figures.loss_styles(["a", "b", "a"])) == ["a", "b"]


def test_noise_models_have_colours_that_no_loss_has():
    styles = noise_styles(["Gaussian", "Laplace"])
    assert not {style.color for style in styles.values()} & set(COLORS)
    assert styles["Gaussian"].dash != styles["Laplace"].dash
    assert styles["Gaussian"].symbol != styles["Laplace"].symbol


def test_lines_and_markers_have_the_style_of_the_loss():
    style = figures.LossStyle("#123456", "dash", "star")
    assert style.line(3) == {"color": "#123456", "dash": "dash", "width": 3}
    assert style.marker(9, 0.5) == {
        "color": "#123456",
        "symbol": "star",
        "size": 9,
        "opacity": 0.5,
    }


@pytest.mark.parametrize("opacity", [0.15, 0.5, 1.0])
def test_areas_have_the_colour_of_the_loss_and_an_opacity(opacity):
    style = figures.LossStyle("#10ff0a", "solid", "circle")
    assert style.area(opacity) == f"rgba(16, 255, 10, {opacity:g})"
    assert style.area() == "rgba(16, 255, 10, 0.15)"


def test_styles_are_in_the_order_of_the_labels():
    labels = ["poisson", "huber", "a", "squared_error"]
    assert list(figures.loss_styles(labels)) == labels
    assert figures.loss_styles([]) == {}


def test_numbers_as_labels_take_the_colours_in_turn():
    styles = figures.loss_styles(range(8))
    assert [style.color for style in styles.values()] == list(COLORS)


def test_any_number_of_noise_models_has_styles():
    styles = noise_styles(f"noise {k}" for k in range(9))
    assert len(styles) == 9
    assert styles["noise 0"].color == styles["noise 4"].color
    assert styles["noise 0"].dash != styles["noise 4"].dash


def test_a_style_holds_the_name_of_its_loss_in_legends():
    styles = figures.loss_styles(["gaussian_nll", "huber(delta=2.0)"])
    assert [style.name for style in styles.values()] == [
        "Gaussian NLL",
        "Huber (delta=2.0)",
    ]
