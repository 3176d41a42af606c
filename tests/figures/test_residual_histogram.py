"""Bars and curves are densities on one scale, and every row is counted."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import figures
from tests.figures.comparisons import caption_of, message_of, numbers, of_numbers


def draw(frame, **options):
    return figures.residual_histogram(of_numbers(frame, unit="cm"), "a", **options)


def of(residuals):
    rows = np.arange(len(residuals))
    return pd.DataFrame({"loss": "a", "row": rows, "y_true": residuals, "y_pred": 0.0})


def residuals_in(frame):
    return (frame["y_true"] - frame["y_pred"]).to_numpy()


@pytest.mark.parametrize("log_density", [False, True])
def test_bars_and_curves_have_area_one(log_density):
    frame = numbers(["a"], n_rows=5000)
    bars, *curves = draw(frame, log_density=log_density).data
    assert np.sum(bars.y * bars.width) == pytest.approx(1, abs=0.01)
    assert [curve.name for curve in curves] == ["Gaussian", "Laplace", "Student t"]
    for curve in curves:
        assert np.trapezoid(curve.y, curve.x) == pytest.approx(1, abs=0.01)


def test_curves_are_the_maximum_likelihood_fits_of_scipy():
    frame = numbers(["a"], n_rows=500)
    _, gaussian, laplace, _ = draw(frame).data
    noise = residuals_in(frame)
    expected = stats.norm(*stats.norm.fit(noise)).pdf(gaussian.x)
    np.testing.assert_allclose(gaussian.y, expected)
    expected = stats.laplace(*stats.laplace.fit(noise)).pdf(laplace.x)
    np.testing.assert_allclose(laplace.y, expected)


def test_the_peak_of_the_laplace_is_drawn():
    frame = numbers(["a"], n_rows=500)
    _, scale = stats.laplace.fit(residuals_in(frame))
    assert draw(frame).data[2].y.max() == pytest.approx(1 / (2 * scale))


def test_bars_count_the_rows_between_their_edges():
    frame = numbers(["a"], n_rows=1000)
    bars = draw(frame).data[0]
    noise = residuals_in(frame)
    for low, high, count in bars.customdata[:-1]:
        assert count == ((noise >= low) & (noise < high)).sum()
    assert np.diff(bars.x) == pytest.approx(bars.width)
    np.testing.assert_allclose(bars.y, bars.customdata[:, 2] / (1000 * bars.width))


@pytest.mark.parametrize(
    ("log_density", "n_rows", "width"),
    # Two interquartile ranges over the cube root of n; from 8,000 rows on a tenth of
    # the range, on the log scale from 1,000 rows on a fifth.
    [(False, 1000, 0.2), (False, 64_000, 0.1), (True, 1000, 0.2), (True, 64_000, 0.2)],
)
def test_bins_follow_freedman_and_diaconis_down_to_a_limit(log_density, n_rows, width):
    # The interquartile range is 1, and whole bins fill the frame of width 2.
    noise = np.linspace(-1, 1, n_rows)
    bars = draw(of(noise), log_density=log_density).data[0]
    assert bars.width == pytest.approx(width, rel=0.1)


@pytest.mark.parametrize(("log_density", "reach"), [(False, 5), (True, 12)])
def test_the_frame_ends_some_quartile_ranges_from_the_median(log_density, reach):
    noise = np.concatenate([np.linspace(-1, 1, 999), [1e4, -1e4]])
    bars = draw(of(noise), log_density=log_density).data[0]
    ends = bars.customdata[0, 0], bars.customdata[-1, 1]
    assert ends == pytest.approx((-reach, reach), rel=0.01)


def test_rows_outside_the_frame_are_in_the_caption():
    noise = np.append(np.linspace(-9, 9, 400), -1e5)
    caption = caption_of(draw(of(noise)))
    assert "1 row lies outside the frame, the furthest at −100,000 cm." in caption
    caption = caption_of(draw(of([*noise, 2e5])))
    assert "2 rows lie outside the frame, the furthest at 200,000 cm." in caption
    assert "outside the frame" not in caption_of(draw(of(noise[:-1])))


def test_half_of_the_residuals_equal_still_gives_bins():
    frame = numbers(["a"])
    frame.loc[:300, "y_pred"] = frame["y_true"]
    bars = draw(frame).data[0]
    assert len(bars.x) == 30
    assert bars.customdata[:, 2].sum() == 400


def test_the_log_scale_starts_a_third_below_a_single_row():
    figure = draw(numbers(["a"], n_rows=1000), log_density=True)
    lowest, highest = figure.layout.yaxis.range
    assert 10**lowest == pytest.approx(1 / (1000 * figure.data[0].width) / 3)
    peak = max(trace.y.max() for trace in figure.data)
    assert 10**highest == pytest.approx(1.5 * peak)
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.title.text == "density (per cm), log scale"


def test_the_log_scale_has_a_tick_at_each_power_of_ten():
    axis = draw(numbers(["a"]), log_density=True).layout.yaxis
    assert (axis.type, axis.dtick) == ("log", 1)
    assert axis.title.text == "density (per cm), log scale"
    axis = draw(numbers(["a"])).layout.yaxis
    assert (axis.type, axis.dtick) == (None, None)
    assert axis.title.text == "density (per cm)"


def test_texts_contain_the_verdict_and_the_loss():
    figure = draw(numbers(["a"], n_rows=1000))
    assert caption_of(figure).startswith("Laplace fits better than Student t")
    assert figure.layout.meta["alt"].startswith(
        "Histogram of the residuals of a with densities of Gaussian, Laplace "
        "and Student t. Laplace fits better than Student t by 0."
    )
    assert figure.layout.title.subtitle.text == "a, 1,000 held-out rows"


def test_residuals_without_spread_get_a_message():
    frame = numbers(["a"]).assign(y_pred=lambda rows: rows["y_true"] - 2)
    figure = draw(frame)
    assert figure.data == ()
    assert "All 400 residuals equal 2" in caption_of(figure)
    assert message_of(figure) == caption_of(figure)


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="'b'; choose one of a"):
        figures.residual_histogram(of_numbers(numbers(["a"])), "b")


def test_texts_under_the_pointer_have_the_edges_and_the_unit():
    bars = draw(numbers(["a"])).data[0]
    assert bars.meta == "cm"
    assert bars.hovertemplate.startswith(
        "%{customdata[0]:,.3~r} to %{customdata[1]:,.3"
    )
    centres = bars.customdata[:, :2].mean(axis=1)
    np.testing.assert_allclose(bars.x, centres)


@pytest.mark.parametrize(
    ("log_density", "sentence"),
    [
        (False, "a sharper peak and longer tails"),
        (True, "a parabola and a Laplace density two straight lines"),
    ],
)
def test_the_caption_explains_the_scale(log_density, sentence):
    caption = caption_of(draw(numbers(["a"]), log_density=log_density))
    assert sentence in caption
    assert (
        f"({len(draw(numbers(['a']), log_density=log_density).data[0].x)} bins)"
        in caption
    )


def test_a_few_rows_have_five_bins():
    bars = draw(of(np.array([0.0, 1.0, 2.0, 4.0]))).data[0]
    assert len(bars.x) == 5
    assert bars.customdata[:, 2].tolist() == [1, 1, 1, 0, 1]


def test_axes_are_densities_per_unit():
    layout = draw(numbers(["a"])).layout
    assert layout.xaxis.title.text == "truth − prediction (cm)"
    assert layout.yaxis.title.text == "density (per cm)"
    assert layout.yaxis.exponentformat == "power"
    assert layout.bargap == 0


def test_without_a_unit_there_is_none_in_any_text():
    figure = figures.residual_histogram(of_numbers(numbers(["a"])), "a")
    assert figure.layout.yaxis.title.text == "density"
    assert figure.data[0].meta == " "


def test_weights_of_two_count_as_rows_that_occur_twice():
    frame = numbers(["a"])
    weight = np.tile([1.0, 2.0], 200)
    comparison = of_numbers(frame, sample_weight=weight)
    bars = figures.residual_histogram(comparison, "a").data[0]
    noise = residuals_in(frame)
    for low, high, count in bars.customdata[:-1]:
        inside = (noise >= low) & (noise < high)
        assert count == pytest.approx(weight[inside].sum())
    np.testing.assert_allclose(bars.y, bars.customdata[:, 2] / (600 * bars.width))
