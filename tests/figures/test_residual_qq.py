"""Points pair sorted residuals with the quantiles of the fitted noise models."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import figures
from tests.figures.comparisons import (
    caption_of,
    message_of,
    named,
    numbers,
    of_numbers,
)


def draw(frame, **options):
    return figures.residual_qq(of_numbers(frame, unit="cm"), "a", **options)


@pytest.mark.parametrize(
    ("name", "family"), [("Gaussian", stats.norm), ("Laplace", stats.laplace)]
)
def test_points_are_the_quantiles_of_scipy_fits(name, family):
    frame = numbers(["a"], n_rows=200)
    trace = named(draw(frame))[name]
    noise = np.sort(frame["y_true"] - frame["y_pred"])
    np.testing.assert_array_equal(trace.y, noise)
    positions = (np.arange(200) + 0.5) / 200  # Hazen's
    np.testing.assert_allclose(trace.x, family(*family.fit(noise)).ppf(positions))
    np.testing.assert_allclose(trace.customdata, 100 * positions)


def test_the_right_noise_lies_on_the_line():
    noise = np.random.default_rng(1).laplace(scale=5, size=4000)
    frame = pd.DataFrame({"loss": "a", "y_true": noise, "y_pred": 0.0})
    points = named(draw(frame))
    inner = slice(200, -200)
    laplace, gaussian = points["Laplace"], points["Gaussian"]
    np.testing.assert_allclose(laplace.x[inner], laplace.y[inner], atol=1.5)
    assert np.abs(gaussian.x - gaussian.y).max() > 5


def test_the_line_joins_the_smallest_and_the_largest_residual():
    frame = numbers(["a"], n_rows=200)
    noise = frame["y_true"] - frame["y_pred"]
    line = draw(frame).data[0]
    np.testing.assert_array_equal(line.x, [noise.min(), noise.max()])
    np.testing.assert_array_equal(line.y, line.x)


def test_of_many_rows_the_tails_are_drawn_in_full():
    frame = numbers(["a"], n_rows=4000)
    noise = np.sort(frame["y_true"] - frame["y_pred"])
    figure = draw(frame)
    points = named(figure)["Laplace"]
    assert len(points.y) <= 1000
    np.testing.assert_array_equal(points.y[:100], noise[:100])
    np.testing.assert_array_equal(points.y[-100:], noise[-100:])
    expected = f"{len(points.y):,} of 4,000 rows are drawn, the tails in full."
    assert caption_of(figure).endswith(expected)


def test_few_rows_are_all_drawn():
    assert "rows are drawn" not in caption_of(draw(numbers(["a"])))


@pytest.mark.parametrize(("n_rows", "share"), [(1000, 0.99), (400, 0.95), (60, 0.9)])
def test_the_caption_states_how_far_the_residuals_reach_and_should(n_rows, share):
    frame = numbers(["a"], n_rows=n_rows)
    noise = frame["y_true"] - frame["y_pred"]
    # A Gaussian with the mean and the standard deviation of the residuals.
    gaussian = 2 * stats.norm.ppf((1 + share) / 2) * noise.std(ddof=0)
    found = re.match(
        rf"The middle {share:.0%} of the residuals span ([\d.]+) cm; expected are "
        r"([\d.]+) under Gaussian noise, [\d.]+ under Laplace noise and ",
        caption_of(draw(frame)),
    )
    ends = np.quantile(noise, [(1 - share) / 2, (1 + share) / 2], method="hazen")
    assert float(found[1]) == pytest.approx(np.ptp(ends), rel=0.01)
    assert float(found[2]) == pytest.approx(gaussian, rel=0.01)


def test_fifty_rows_have_tails_of_five_and_fewer_state_the_verdict():
    assert "middle 90%" in caption_of(draw(numbers(["a"], n_rows=50)))
    assert "middle" not in caption_of(draw(numbers(["a"], n_rows=49)))


def test_the_text_for_readers_who_cannot_see_it_contains_verdict_and_loss():
    figure = draw(numbers(["a"], n_rows=1000))
    assert figure.layout.meta["alt"].startswith(
        "Quantiles of the residuals of a against those of Gaussian, Laplace "
        "and Student t. Laplace fits better than Student t by 0."
    )
    assert figure.layout.xaxis.title.text == "expected under the noise model (cm)"


def test_residuals_without_spread_get_a_message():
    figure = draw(numbers(["a"]).assign(y_pred=lambda rows: rows["y_true"] - 2))
    assert figure.data == ()
    assert message_of(figure) == caption_of(figure)


def test_one_of_several_targets_is_drawn():
    frame = numbers(["a"])
    frame = frame.rename(columns={"y_true": "y_true_1", "y_pred": "y_pred_1"})
    assert len(named(draw(frame, output=1))["Laplace"].x) == 400
    with pytest.raises(ValueError, match="output="):
        draw(frame)


def test_axes_and_subtitle_name_unit_loss_and_rows():
    layout = draw(numbers(["a"])).layout
    assert layout.yaxis.title.text == "truth − prediction (cm)"
    assert layout.title.subtitle.text == "a, 400 held-out rows"
    assert layout.title.text == "Which noise model matches the tails?"


def test_models_have_their_colours_and_symbols():
    traces = named(draw(numbers(["a"]))).values()
    assert len({trace.marker.color for trace in traces}) == 3
    assert len({trace.marker.symbol for trace in traces}) == 3
    assert {trace.mode for trace in traces} == {"markers"}


def test_the_points_of_a_model_ascend():
    for trace in named(draw(numbers(["a"], n_rows=4000))).values():
        assert (np.diff(trace.x) > 0).all()
        assert (np.diff(trace.y) >= 0).all()
        assert 0 < trace.customdata[0] < trace.customdata[-1] < 100
