"""What holds for every figure, hostile names from data included."""

import json
import re

import pytest

from skloss import figures
from skloss.figures.style import COLORS, NEUTRAL, NOISE_COLORS
from tests.figures.comparisons import comparison_of, every_figure

HOSTILE = '<b>x</b> %{x} <a href="http://example.org">l</a>\n$y$'
FIGURES = every_figure()
NAMES = sorted(FIGURES)


# What holds for every figure


@pytest.mark.parametrize("name", NAMES)
def test_every_title_is_a_question_that_fits_a_phone(name):
    title = FIGURES[name].layout.title.text
    assert title.endswith("?")
    assert len(title) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_caption_with_instructions_and_an_alternative_text(name):
    words = FIGURES[name].layout.meta
    assert "How to read: " in words["caption"]
    assert words["caption"].endswith(".")
    assert words["alt"].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_every_axis_has_a_title(name):
    assert FIGURES[name].layout.xaxis.title.text
    assert FIGURES[name].layout.yaxis.title.text


@pytest.mark.parametrize("name", ["truth", "histogram", "log histogram", "qq", "folds"])
def test_axes_in_units_of_the_target_show_the_unit(name):
    assert "cm)" in FIGURES[name].layout.yaxis.title.text


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_fixes_a_background_or_a_text_colour(name):
    layout = FIGURES[name].layout
    assert layout.paper_bgcolor is None
    assert layout.plot_bgcolor is None
    assert layout.font.color is None
    assert layout.template.layout.paper_bgcolor == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("name", NAMES)
def test_numbers_under_the_pointer_have_three_digits(name):
    templates = [t.hovertemplate for t in FIGURES[name].data if t.hovertemplate]
    assert templates
    for template in templates:
        # x may be an epoch or the number of a fold; y is always a measured number.
        assert re.search(r"%\{y(?!:,\.3~r)", template) is None
        assert template.endswith("<extra></extra>")


@pytest.mark.parametrize("name", NAMES)
def test_losses_are_named_in_words(name):
    written = FIGURES[name].to_json()
    assert "squared error" in written
    assert "squared_error" not in written


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_small_enough_to_send(name):
    assert len(FIGURES[name].to_json()) < 300_000


@pytest.mark.parametrize("name", NAMES)
def test_marks_have_colours_of_losses_noise_models_or_none(name):
    known = {*COLORS, *NOISE_COLORS, NEUTRAL, "#ffffff", "#000000", None}
    for trace in json.loads(FIGURES[name].to_json())["data"]:
        marks = [trace.get(key, {}) for key in ("line", "marker", "textfont")]
        assert {mark.get("color") for mark in marks} <= known


@pytest.mark.parametrize("name", NAMES)
def test_names_in_the_legend_are_different(name):
    names = [trace.name for trace in FIGURES[name].data if trace.showlegend is None]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", NAMES)
def test_every_point_has_both_coordinates(name):
    for trace in FIGURES[name].data:
        assert len(trace.x) == len(trace.y)
    assert sum(len(trace.x) for trace in FIGURES[name].data) < 10_000


@pytest.mark.parametrize("name", NAMES)
def test_every_trace_under_the_pointer_has_its_own_text(name):
    hovered = [t for t in FIGURES[name].data if t.hoverinfo != "skip"]
    assert hovered
    assert all(trace.hovertemplate for trace in hovered)


@pytest.mark.parametrize("name", NAMES)
def test_captions_and_alternative_texts_are_plain_text(name):
    texts = FIGURES[name].layout.meta
    for text in (texts["caption"], texts["alt"]):
        assert text == " ".join(text.split())
        assert "<br>" not in text
        assert "nan" not in text
        assert "&" not in text


# Names from data


@pytest.fixture(scope="module")
def hostile():
    return every_figure([HOSTILE, "other"], HOSTILE, HOSTILE, HOSTILE)


@pytest.mark.parametrize("name", NAMES)
def test_names_from_data_reach_plotly_as_text(name, hostile):
    layout = json.loads(hostile[name].to_json())["layout"]
    layout.pop("template")
    layout.pop("meta")
    traces = json.loads(hostile[name].to_json())["data"]
    drawn = json.dumps([layout, *traces])
    assert "<b>" not in drawn
    assert "<a " not in drawn
    assert "%{x}" not in drawn.replace("epoch %{x}", "").replace("fold %{x}", "")
    assert "$" not in drawn


def test_captions_keep_names_as_they_are():
    comparison = comparison_of(losses=[HOSTILE, "b"])
    caption = figures.fold_scores(comparison, "mae").layout.meta["caption"]
    assert '<a href="http://example.org">l</a> $y$' in caption


# Names of any length, and any number of losses

LONG = "🙂 " + "x" * 10_000


@pytest.fixture(scope="module")
def long_names():
    return every_figure([LONG, "other"], LONG, LONG, LONG)


@pytest.fixture(scope="module")
def of_many_losses():
    return every_figure(["squared_error", *(f"loss {k}" for k in range(20))])


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_length_are_cut_where_they_are_drawn(name, long_names):
    written = json.loads(long_names[name].to_json())
    written["layout"].pop("meta")
    # 200 characters of one word: more than any figure draws of one name.
    assert "x" * 200 not in json.dumps(written)


@pytest.mark.parametrize("name", NAMES)
def test_twenty_one_losses_are_bounded_and_different(name, of_many_losses):
    figure = of_many_losses[name]
    assert sum(len(trace.x) for trace in figure.data) < 60_000
    shown = [t for t in figure.data if t.showlegend is None and t.name]
    assert len({t.name for t in shown}) == len(shown)
    assert figures.table_of(figure).shape[0] <= 600


def test_figures_do_not_depend_on_those_drawn_before():
    again = every_figure()
    for name in NAMES:
        assert again[name].to_json() == FIGURES[name].to_json()


# Drawn by plotly.js


@pytest.mark.browser
def test_hostile_names_are_drawn_and_hovered_as_text(browser, tmp_path, hostile):
    page_file = tmp_path / "figure.html"
    hostile["folds"].write_html(page_file, include_plotlyjs=True, div_id="figure")
    requests = []
    page = browser.new_page(viewport={"width": 390, "height": 500})
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page_file.as_uri())
    page.wait_for_selector("#figure .legend")
    page.evaluate("Plotly.Fx.hover('figure', [{curveNumber: 0, pointNumber: 3}])")
    hovered = page.locator("#figure .hovertext").text_content()
    legend = page.locator("#figure .legend").text_content()
    links = page.locator("#figure svg a").count()
    page.close()
    assert '<b>x</b> %{x} <a href="http' in legend
    assert '<b>x</b> %{x} <a href="http' in hovered
    assert links == 0
    assert requests == [page_file.as_uri()]
