"""Colours that everybody can tell apart, and text as a person writes it."""

import itertools

import numpy as np
import pytest

from skloss import figures
from skloss.figures.style import COLORS, NEUTRAL, NOISE_COLORS
from skloss.figures.text import plot_text, with_unit
from tests.figures.frames import LOSSES, folds, histories

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
@pytest.mark.parametrize("color", [*COLORS, *NOISE_COLORS.values(), NEUTRAL])
def test_marks_stand_out_on_light_and_on_dark(color, background):
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
    [*itertools.combinations(COLORS, 2), tuple(NOISE_COLORS.values())],
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
    only = histories().query("loss == 'huber'")
    line = figures.learning_curves(only, styles).data[-1].line
    assert line.color == styles["huber"].color
    rows = folds().query("loss != 'squared_error'")
    traces = figures.fold_scores(rows, "mae", styles=styles).data
    assert [t.line.color for t in traces] == [styles[k].color for k in LOSSES[1:]]


def test_colour_and_dash_together_tell_two_dozen_losses_apart():
    styles = figures.loss_styles(range(24)).values()
    assert len({(style.color, style.dash) for style in styles}) == 24
    first = list(styles)[:7]
    assert len({style.symbol for style in first}) == 7


# Text


def test_text_for_plotly_keeps_what_is_read():
    assert plot_text("R&D <b> 'x'") == "R&amp;D &lt;b&gt; 'x'"
    assert plot_text("%{meta}") == "%&#123;meta}"
    assert plot_text(" two\n lines\t") == "two lines"
    assert plot_text("") == "(no name)"
    assert plot_text("x" * 50, limit=10) == "x" * 9 + "…"


def test_an_axis_title_has_the_unit_in_brackets():
    assert with_unit("true <y>", "mg/dl") == "true &lt;y&gt; (mg/dl)"
    assert with_unit("score", "") == "score"
