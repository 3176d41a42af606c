"""What holds for every figure of a theorem."""

import re

import pytest

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from skloss.losses.curves import own_curve
from skloss.noise.implied_density import implied_density

FIGURES = {
    "divergences": theory.divergences([0.2, 0.8], [0.6, 0.4]),
    "entropy_parts": theory.entropy_parts([0.2, 0.8], [0.6, 0.4]),
    "focal_share": theory.focal_share(),
    "focal_share_of_rows": theory.focal_share_of_rows([0.9, 0.3], [False, True]),
    "info_nce": theory.info_nce([2.0, 1.0, 0.0]),
    "kl_fits": theory.kl_fits(),
    "kl_penalty": theory.kl_penalty([3, 1]),
    "likelihood": theory.likelihood([1.0, 2.0, 6.0], 2.0),
    "link_functions": theory.link_functions([1.0, 0.0, -1.0]),
    "loss_curves": theory.loss_curves({"huber": own_curve(get_loss("huber"))}),
    "noise_densities": theory.noise_densities(
        {"huber": implied_density(get_loss("huber"))}, [0.1, -0.2, 3.0]
    ),
    "noise_of_losses": theory.noise_of_losses(),
    "sigmoid_gradients": theory.sigmoid_gradients(),
    "training_curves": theory.training_curves({"a": [3.0, 2.0], "b": [1e9, 1.0]}),
}
NAMES = sorted(FIGURES)


def test_every_figure_is_tested_here():
    assert sorted({*theory.__all__} - {"QUANTITIES", "peaked"}) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_titles_are_questions_that_fit_a_phone(name):
    title = FIGURES[name].layout.title.text
    assert title.endswith("?")
    assert len(title) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_figures_have_a_finding_instructions_and_an_alternative_text(name):
    words = FIGURES[name].layout.meta
    assert re.search(r"\d.* How to read: ", words["caption"])
    assert words["caption"].endswith(".")
    assert words["alt"].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_axes_have_titles_and_marks_known_colours(name):
    figure = FIGURES[name]
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text
    for trace in figure.data:
        colors = [trace.marker.color]
        if isinstance(trace.marker.color, tuple):
            colors = list(trace.marker.color)
        assert set(colors) <= {*COLORS, NEUTRAL, None}


@pytest.mark.parametrize("name", NAMES)
def test_hover_texts_have_three_digits(name):
    for trace in FIGURES[name].data:
        assert trace.hovertemplate.endswith("<extra></extra>")
        assert re.search(r"%\{y(?!:,\.3~r)", trace.hovertemplate) is None


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_small_enough_to_send(name):
    assert len(FIGURES[name].to_json()) < 100_000
