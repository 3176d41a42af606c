"""Loss curves are value, slope and curvature of each loss on their common axis."""

import numpy as np
import pytest

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.style import NEUTRAL
from skloss.losses.curves import Curve, CurveLine, own_curve
from tests.figures.comparisons import caption_of, named

HOSTILE = "<b>x</b> %{x} $y$ 🙂"
X = np.linspace(-1, 1, 21)


def curves_of(*names):
    return {name: own_curve(get_loss(name)) for name in names}


def curve_of(axis="residual", **lines):
    """Curves of values at 21 positions from -1 to 1, with their exact slopes."""
    return Curve(
        axis,
        {
            label: CurveLine(X, value, np.gradient(value, X))
            for label, value in lines.items()
        },
    )


def test_loss_curves_are_the_loss_at_each_residual():
    figure = theory.loss_curves(curves_of("squared_error", "absolute_error"))
    square, absolute = figure.data
    np.testing.assert_allclose(square.y, square.x**2, atol=1e-6)
    np.testing.assert_allclose(absolute.y, np.abs(absolute.x), atol=1e-6)


def test_gradient_and_curvature_of_squares_are_linear_and_constant():
    (slope,) = theory.loss_curves(curves_of("squared_error"), "gradient").data
    np.testing.assert_allclose(slope.y[1:-1], 2 * slope.x[1:-1], atol=1e-6)
    (curvature,) = theory.loss_curves(curves_of("squared_error"), "curvature").data
    np.testing.assert_allclose(curvature.y[2:-2], 2, atol=1e-6)


def test_curvature_is_missing_at_a_kink_and_0_elsewhere():
    (line,) = theory.loss_curves(curves_of("absolute_error"), "curvature").data
    assert np.isnan(line.y[np.abs(line.x) < 0.01]).all()
    np.testing.assert_allclose(line.y[np.abs(line.x) > 0.2], 0, atol=1e-6)


def test_residuals_are_marked_below_the_curves_and_thinned():
    rug = np.random.default_rng(0).normal(size=5000) * 2
    figure = theory.loss_curves(curves_of("huber"), rug=rug)
    marks = named(figure)["rows of the table"]
    assert len(marks.x) <= 400
    assert np.abs(marks.x).max() <= 3
    assert marks.y.max() < figure.data[0].y.min()


def test_a_loss_keeps_its_colour_when_others_are_left_out():
    names = ["huber", "log_cosh"]
    both = theory.loss_curves(curves_of(*names)).data[1]
    alone = theory.loss_curves(curves_of("log_cosh"), losses=names).data[0]
    assert both.line.color == alone.line.color


def test_curves_of_different_axes_and_unknown_quantities_are_refused():
    with pytest.raises(ValueError, match="different axes"):
        theory.loss_curves(curves_of("huber", "poisson"))
    with pytest.raises(ValueError, match="slope"):
        theory.loss_curves(curves_of("huber"), "slope")


@pytest.mark.parametrize(
    ("quantity", "question", "axis"),
    [
        ("loss", "What does a wrong prediction cost?", "loss of one row"),
        ("gradient", "How strongly does a row pull?", "gradient"),
        ("curvature", "How certain is the pull?", "curvature"),
    ],
)
def test_each_quantity_has_its_question_and_axis(quantity, question, axis):
    figure = theory.loss_curves(curves_of("huber", "log_cosh"), quantity)
    assert figure.layout.title.text == question == theory.QUANTITIES[quantity][0]
    assert figure.layout.yaxis.title.text == axis
    assert figure.layout.meta["alt"] == (
        f"{quantity.capitalize()} of Huber and log-cosh for one row."
    )
    assert caption_of(figure).endswith(
        f"How to read: {theory.QUANTITIES[quantity][1]}."
    )


def test_the_caption_states_where_each_loss_is_lowest():
    curves = {
        "huber": curve_of(**{"": (X - 0.5) ** 2}),
        "log_cosh": curve_of(**{"": X**2}),
    }
    assert caption_of(theory.loss_curves(curves)).startswith(
        "Lowest on this range: Huber at 0.5 and log-cosh at 0."
    )


def test_the_slope_of_the_huber_loss_is_the_clipped_residual():
    curves = {"huber": own_curve(get_loss("huber", delta=1.0))}
    (line,) = theory.loss_curves(curves, "gradient").data
    inner = np.abs(np.abs(line.x) - 1) > 0.1
    inner[[0, -1]] = False
    expected = np.clip(line.x, -1, 1)
    np.testing.assert_allclose(line.y[inner], expected[inner], atol=1e-6)


def test_lines_of_one_loss_share_its_colour_and_become_thinner():
    lines = {label: X**2 * k for k, label in enumerate("abcd", 1)}
    traces = theory.loss_curves({"huber": curve_of(**lines)}).data
    assert [trace.name for trace in traces] == [f"Huber, {k}" for k in "abcd"]
    assert len({trace.line.color for trace in traces}) == 1
    assert [trace.line.width for trace in traces] == [2.5, 1.5, 1.0, 1.0]


def test_the_label_of_a_single_line_is_not_repeated():
    (trace,) = theory.loss_curves({"huber": curve_of(**{"": X**2})}).data
    assert trace.name == "Huber"


def test_names_labels_and_axes_reach_plotly_as_text():
    figure = theory.loss_curves({HOSTILE: curve_of(HOSTILE, **{HOSTILE: X**2})})
    escaped = "&lt;b&gt;x&lt;/b&gt; %&#123;x} &#36;y&#36; 🙂"
    assert figure.layout.xaxis.title.text == escaped
    assert figure.data[0].name == f"{escaped}, {escaped}"


def test_the_curvature_of_a_power_is_its_second_derivative():
    x = np.linspace(-1, 1, 201)
    line = CurveLine(x, x**3, 3 * x**2)
    (drawn,) = theory.loss_curves({"a": Curve("z", {"": line})}, "curvature").data
    np.testing.assert_allclose(drawn.y[1:-1], 6 * x[1:-1], atol=1e-9)


def test_a_constant_loss_has_no_kink():
    (line,) = theory.loss_curves({"a": curve_of(**{"": X * 0})}, "curvature").data
    np.testing.assert_array_equal(line.y, 0)


def test_rows_beyond_the_axis_are_not_marked():
    curves = {"a": curve_of(**{"": X**2})}
    marks = theory.loss_curves(curves, rug=[-1.5, -1, 0.5, 1, np.nan, np.inf]).data[-1]
    assert list(marks.x) == [-1, 0.5, 1]
    assert marks.name == "rows of the table"
    assert marks.marker.color == NEUTRAL
    # 6% of the height of the curves below their lowest point.
    assert set(marks.y) == {-0.06}


def test_rows_are_marked_on_an_axis_that_falls():
    line = CurveLine(X[::-1], X**2, 2 * X)
    marks = theory.loss_curves({"a": Curve("z", {"": line})}, rug=[0.5, 2]).data[-1]
    assert list(marks.x) == [0.5]


@pytest.mark.parametrize("rug", [None, []])
def test_without_rows_there_are_curves_only(rug):
    assert len(theory.loss_curves(curves_of("huber"), rug=rug).data) == 1


def test_many_losses_have_different_lines():
    curves = {f"loss {k}": curve_of(**{"": k * X**2}) for k in range(21)}
    traces = theory.loss_curves(curves).data
    assert len({(trace.line.color, trace.line.dash) for trace in traces}) == 21
