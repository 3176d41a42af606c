"""A figure comes back from its JSON as it was."""

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from skloss import figures
from tests.figures.comparisons import known_figures

FIGURES = known_figures()


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_comes_back_with_its_texts_and_its_table(name):
    read = figures.read_figure(json.loads(FIGURES[name].to_json()))
    assert [trace.name for trace in read.data] == [t.name for t in FIGURES[name].data]
    assert read.layout.meta == FIGURES[name].layout.meta
    pd.testing.assert_frame_equal(
        figures.table_of(read), figures.table_of(FIGURES[name]), check_dtype=False
    )


def test_arrays_of_two_dimensions_keep_their_shape_and_values():
    z = np.arange(6.0).reshape(2, 3)
    written = go.Figure(go.Heatmap(z=z, x=[1, 2, 3], y=["a", "b"]))
    for content in (json.loads(written.to_json()), written.to_plotly_json()):
        (heat,) = figures.read_figure(content).data
        np.testing.assert_array_equal(heat.z, z)
        assert tuple(heat.y) == ("a", "b")


def test_what_is_not_a_figure_is_refused():
    with pytest.raises(ValueError, match="Invalid"):
        figures.read_figure({"data": [{"type": "nothing"}]})
