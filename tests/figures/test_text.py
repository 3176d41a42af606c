"""Names from data are text in plotly, and short."""

from types import SimpleNamespace

import pytest

from skloss.figures.text import (
    about_metric,
    cut_middle,
    distinct,
    legend_names,
    not_ranked,
    plot_text,
    with_unit,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("R&D <b> 'x'", "R&amp;D &lt;b&gt; 'x'"),
        ("%{meta}", "%&#123;meta}"),
        ("costs $5", "costs &#36;5"),
        (" two\n lines\t", "two lines"),
        ("", "(no name)"),
        (7, "7"),
    ],
)
def test_text_that_plotly_would_interpret_is_escaped(name, shown):
    assert plot_text(name) == shown


def test_names_are_cut_before_they_are_escaped():
    assert plot_text("x" * 50, limit=10) == "x" * 9 + "…"
    assert plot_text("<" * 50, limit=3) == "&lt;&lt;…"
    assert plot_text("x" * 40) == "x" * 40


def test_long_names_of_losses_stay_distinct():
    levels = ["0.1, 0.2, 0.3, 0.4, 0.5, 0.6", "0.1, 0.2, 0.3, 0.4, 0.5, 0.7"]
    labels = [f"multi_quantile(quantiles=[{one}])" for one in levels]
    names = legend_names([*labels, "huber", *labels])
    assert list(names) == [*labels, "huber"]
    assert [name[-8:] for name in names.values()] == ["5, 0.6])", "5, 0.7])", "Huber"]
    assert max(map(len, names.values())) <= 40
    inside = ["x" * 30 + middle + "y" * 30 for middle in "ab"]
    assert len(set(legend_names(inside).values())) == 2


def test_a_unit_follows_in_brackets():
    assert with_unit("true <y>", "mg/dl") == "true &lt;y&gt; (mg/dl)"
    assert with_unit("score", "") == "score"
    assert with_unit("y", "<b>") == "y (&lt;b&gt;)"


@pytest.mark.parametrize("name", ["🙂 emoji", "naïve", "Größe", "数据", "a'b\"c"])
def test_other_characters_are_kept(name):
    assert plot_text(name) == name


@pytest.mark.parametrize("limit", [3, 12, 40])
def test_ten_thousand_characters_are_cut_to_the_limit(limit):
    cut = plot_text("x" * 10_000, limit)
    assert len(cut) == limit
    assert cut.endswith("…")


def test_a_reference_is_not_read_as_a_character():
    assert plot_text("&lt;b&gt;") == "&amp;lt;b&amp;gt;"
    assert plot_text("%&#123;x}") == "%&amp;#123;x}"


def test_every_opening_of_a_formula_and_a_template_is_escaped():
    assert plot_text("$a$ %{b} %{c}") == "&#36;a&#36; %&#123;b} %&#123;c}"
    assert plot_text("100% {x}") == "100% {x}"


def test_long_axis_titles_keep_their_unit():
    title = with_unit("x" * 10_000, "u" * 10_000)
    assert title == f"{'x' * 29}… ({'u' * 11}…)"


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("mae", ("MAE", "cm", False)),
        ("r2", ("R²", "", True)),
        ("nll", ("NLL", "nats per row", False)),
        ("my\nprofit", ("my profit", "", True)),
    ],
)
def test_metrics_have_their_label_unit_and_direction(metric, expected):
    assert about_metric(metric, "cm") == expected


@pytest.mark.parametrize(
    ("stopped", "sentence"),
    [
        ((), ""),
        (("huber",), " Huber was stopped early and not ranked."),
        (("mae", "huber"), " Mae and Huber were stopped early and not ranked."),
        (
            ("a", "b", "c"),
            " A, b and c were stopped early and not ranked.",
        ),
    ],
)
def test_the_sentence_on_stopped_losses_agrees(stopped, sentence):
    assert not_ranked(SimpleNamespace(stopped=stopped)) == sentence


def test_equal_names_are_numbered_by_their_place():
    assert distinct(["a", "b", "a", "a"]) == ["a", "b", "a (3)", "a (4)"]
    assert distinct(["b", "a"]) == ["b", "a"]
    assert distinct([]) == []


@pytest.mark.parametrize(
    ("name", "limit", "expected"),
    [
        ("Species no. 17", 12, "Speci…o. 17"),
        ("abcdefghijkl", 12, "abcdefghijkl"),
        ("abcdefghijklm", 12, "abcde…ijklm"),
        ("", 12, "(no name)"),
    ],
)
def test_long_names_keep_their_beginning_and_their_end(name, limit, expected):
    assert cut_middle(name, limit) == expected
