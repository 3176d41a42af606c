"""Points of an embedding are those of the comparison, on two principal axes."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from skloss import figures
from skloss.figures.style import NEUTRAL
from tests.figures.comparisons import caption_of, comparison_of, named, numbers
from tests.figures.embeddings import of_labels, of_views


def test_rows_of_one_fold_are_projected_on_two_principal_axes():
    comparison = of_labels(dim=4)
    traces = named(figures.embedding_scatter(comparison, "triplet", fold=1))
    assert list(traces) == ["a", "b", "c"]
    rows = comparison.predictions.query("loss == 'triplet' and fold == 1")
    placed = rows.filter(like="y_pred").dropna(axis=1).to_numpy()
    pca = PCA(2).fit(placed)
    expected = pca.transform(placed)
    for label, trace in traces.items():
        own = expected[rows["y_true"] == label]
        np.testing.assert_allclose(np.abs(trace.x), np.abs(own[:, 0]))
        np.testing.assert_allclose(np.abs(trace.y), np.abs(own[:, 1]))
        assert list(trace.customdata) == list(rows["row"][rows["y_true"] == label])
    share = pca.explained_variance_ratio_.sum()
    caption = caption_of(figures.embedding_scatter(comparison, "triplet", fold=1))
    assert caption.startswith(f"20 held-out rows of one fold, with {share:.0%} of")


def test_distances_of_two_dimensions_are_kept():
    comparison = of_labels(dim=2)
    figure = figures.embedding_scatter(comparison, "triplet")
    points = np.vstack([np.column_stack([t.x, t.y]) for t in figure.data])
    rows = comparison.predictions.query("loss == 'triplet' and fold == 0")
    order = np.argsort(rows["y_true"], kind="stable")
    placed = rows.filter(like="y_pred").dropna(axis=1).to_numpy()[order]
    for k in range(len(points)):
        np.testing.assert_allclose(
            np.linalg.norm(points - points[k], axis=1),
            np.linalg.norm(placed - placed[k], axis=1),
            atol=1e-12,
        )
    assert figure.layout.yaxis.scaleanchor == "x"


def test_one_dimension_is_drawn_on_a_line_and_one_point_is_drawn_too():
    figure = figures.embedding_scatter(of_labels(dim=1), "triplet")
    assert all((np.asarray(trace.y) == 0).all() for trace in figure.data)
    figure = figures.embedding_scatter(of_labels(dim=3, scale=0.0), "triplet")
    assert "100% of the variance" in caption_of(figure)


def test_both_views_are_drawn():
    traces = named(figures.embedding_scatter(of_views(), "clip"))
    assert list(traces) == ["first view", "second view"]
    assert [len(trace.x) for trace in traces.values()] == [20, 20]


def test_beyond_twenty_classes_the_rarest_are_grey():
    comparison = of_labels(dim=2, n_classes=25, n_rows=300)
    traces = named(figures.embedding_scatter(comparison, "triplet"))
    assert len(traces) == 21
    assert list(traces)[-1] == "other classes"
    assert sum(len(trace.x) for trace in traces.values()) == 150


@pytest.mark.parametrize("draw", [figures.embedding_scatter, figures.similarity_matrix])
def test_what_cannot_be_drawn_is_refused(draw):
    with pytest.raises(ValueError, match="the task is regression"):
        draw(comparison_of(numbers()), "huber")
    with pytest.raises(ValueError, match="fold 7"):
        draw(of_labels(dim=2), "triplet", fold=7)
    with pytest.raises(ValueError, match="nothing"):
        draw(of_labels(dim=2), "nothing")


def test_a_single_row_is_at_the_origin():
    comparison = of_labels(dim=3)
    comparison.predictions = comparison.predictions.query("row == 100")
    figure = figures.embedding_scatter(comparison, "triplet")
    (trace,) = figure.data
    assert (list(trace.x), list(trace.y)) == ([0], [0])
    assert caption_of(figure).startswith("1 held-out row of one fold, with 100% of")


def test_axes_are_on_one_scale_and_named():
    layout = figures.embedding_scatter(of_labels(dim=2), "triplet").layout
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 1)
    assert layout.xaxis.title.text == "first axis"
    assert layout.yaxis.title.text == "second axis"
    assert layout.title.subtitle.text == "triplet"
    assert layout.meta["alt"] == (
        "Held-out rows of triplet in two dimensions of its embedding."
    )


def test_classes_differ_in_colour_and_symbol_and_others_are_grey():
    comparison = of_labels(dim=2, n_classes=25, n_rows=300)
    *shown, others = figures.embedding_scatter(comparison, "triplet").data
    looks = {(trace.marker.color, trace.marker.symbol) for trace in shown}
    assert len(looks) == 20
    assert others.marker.color == NEUTRAL
    assert min(len(trace.x) for trace in shown) * 5 >= len(others.x)


def test_many_rows_are_sampled():
    comparison = of_labels(dim=2, n_rows=9000)
    figure = figures.embedding_scatter(comparison, "triplet")
    assert sum(len(trace.x) for trace in figure.data) == 3000
    assert caption_of(figure).startswith("4,500 held-out rows of one fold")


def test_names_of_classes_reach_plotly_as_text():
    comparison = of_labels(dim=2, first="<b>$y$")
    traces = figures.embedding_scatter(comparison, "triplet").data
    assert traces[0].name == "&lt;b&gt;&#36;y&#36;"


def test_views_share_the_numbers_of_their_rows():
    first, second = figures.embedding_scatter(of_views(), "clip").data
    np.testing.assert_array_equal(first.customdata, second.customdata)
    distance = np.hypot(first.x - second.x, first.y - second.y)
    np.testing.assert_allclose(distance, 2 * np.sin(0.05))
