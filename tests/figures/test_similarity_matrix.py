"""Similarities are cosines on a sphere and relative distances elsewhere."""

import numpy as np

from skloss import figures
from tests.figures.comparisons import caption_of
from tests.figures.embeddings import of_labels, of_views


def test_rows_are_ordered_by_class_and_similar_by_distance():
    comparison = of_labels(dim=3)
    heat = figures.similarity_matrix(comparison, "triplet").data[0]
    rows = comparison.predictions.query("loss == 'triplet' and fold == 0")
    rows = rows.sort_values("y_true", kind="stable")
    placed = rows.filter(regex="y_pred_[012]").to_numpy()
    distance = np.linalg.norm(placed[:, None] - placed[None], axis=-1)
    np.testing.assert_allclose(heat.z, 1 - distance / distance.max())
    assert heat.customdata[0, -1].tolist() == ["a", "c"]
    same = (rows["y_true"].to_numpy()[:, None] == rows["y_true"].to_numpy()) * 1.0
    np.fill_diagonal(same, np.nan)
    near, far = heat.z[same == 1].mean(), heat.z[same == 0].mean()
    words = f"Mean similarity {near:.3f} of rows that belong together and {far:.3f} of"
    caption = caption_of(figures.similarity_matrix(comparison, "triplet"))
    assert caption.startswith(words)


def test_each_class_is_named_in_the_middle_of_its_rows():
    comparison = of_labels(dim=3)
    axis = figures.similarity_matrix(comparison, "triplet").layout.xaxis
    rows = comparison.predictions.query("loss == 'triplet' and fold == 0")
    n_a, n_b, n_c = rows["y_true"].value_counts().sort_index()
    middles = [(n_a - 1) / 2, n_a + (n_b - 1) / 2, n_a + n_b + (n_c - 1) / 2]
    assert list(axis.tickvals) == middles
    assert list(axis.ticktext) == ["a", "b", "c"]
    many = of_labels(dim=2, n_classes=20, n_rows=2000)
    names = figures.similarity_matrix(many, "triplet").layout.yaxis.ticktext
    assert len(names) == 10 and (names[0], names[-1]) == ("a", "t")


def test_on_a_sphere_the_similarity_of_two_views_is_their_cosine():
    figure = figures.similarity_matrix(of_views(), "clip")
    z = figure.data[0].z
    np.testing.assert_allclose(np.diag(z), np.cos(0.1))
    np.testing.assert_allclose(z[0, 5], np.cos(2 * np.pi * 10 / 40 - 0.1))
    assert "dark on the diagonal" in caption_of(figure)
    assert figure.layout.xaxis.title.text == "row of the second view"


def test_large_tables_are_thinned_over_all_classes():
    comparison = of_labels(dim=2, n_classes=20, n_rows=2000)
    heat = figures.similarity_matrix(comparison, "triplet").data[0]
    assert heat.z.shape == (150, 150)
    assert len(set(heat.customdata[:, 0, 0])) == 20


def test_rows_of_one_kind_or_at_one_point_are_drawn():
    figure = figures.similarity_matrix(of_labels(dim=2, n_classes=1), "triplet")
    assert caption_of(figure).startswith("All rows are of one kind.")
    figure = figures.similarity_matrix(of_labels(dim=2, scale=0.0), "triplet")
    assert (figure.data[0].z == 1.0).all()


def test_the_diagonal_is_one_and_the_matrix_symmetric():
    z = figures.similarity_matrix(of_labels(dim=3), "triplet").data[0].z
    np.testing.assert_allclose(np.diag(z), 1)
    np.testing.assert_allclose(z, z.T)
    assert z.min() == 0


def test_a_row_is_not_compared_with_itself_in_the_caption():
    # Two classes of two rows on a line: pairs at distance 1 of 4, others at 3, 4, 3, 2.
    comparison = of_labels(dim=1, n_rows=4)
    rows = comparison.predictions
    rows["fold"], rows["y_pred_1"] = 0, np.nan
    own = rows["loss"] == "triplet"
    rows.loc[own, "y_true"] = [*"aabb"]
    rows.loc[own, "y_pred_0"] = [0.0, 1.0, 3.0, 4.0]
    caption = caption_of(figures.similarity_matrix(comparison, "triplet"))
    assert caption.startswith(
        "Mean similarity 0.750 of rows that belong together and 0.250 of others."
    )


def test_views_of_one_row_belong_together():
    figure = figures.similarity_matrix(of_views(), "clip")
    z = figure.data[0].z
    others = z[~np.eye(len(z), dtype=bool)].mean()
    words = f"Mean similarity {np.cos(0.1):.3f} of rows that belong together"
    assert caption_of(figure).startswith(words)
    assert f"−{-others:.4f} of others" in caption_of(figure)


def test_both_axes_run_from_the_first_row_at_the_top_left():
    layout = figures.similarity_matrix(of_labels(dim=2), "triplet").layout
    assert layout.xaxis.range == (-0.5, 19.5)
    assert layout.yaxis.range == (19.5, -0.5)
    assert layout.xaxis.title.text == layout.yaxis.title.text == "row, ordered by class"


def test_names_of_classes_reach_plotly_as_text():
    comparison = of_labels(dim=2, first="<b>$y$")
    figure = figures.similarity_matrix(comparison, "triplet")
    assert figure.layout.xaxis.ticktext[0] == "&lt;b&gt;&#36;y&#36;"
    assert figure.data[0].customdata[0, 0, 0] == "&lt;b&gt;&#36;y&#36;"


def test_shades_grow_with_the_similarity():
    scale = figures.similarity_matrix(of_labels(dim=2), "triplet").data[0].colorscale
    assert [stop for stop, _ in scale] == [0, 1]
    assert [float(shade.rsplit(", ", 1)[1][:-1]) for _, shade in scale] == [0.02, 1]
