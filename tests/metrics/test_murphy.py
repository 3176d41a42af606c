"""Murphy curves and decompositions against their definitions and by hand."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, mean_pinball_loss

from skloss import metrics

RNG = np.random.default_rng(0)
Y = RNG.normal(size=60)
X = {"good": 0.8 * Y + 0.3 * RNG.normal(size=60), "bad": RNG.normal(size=60)}
WEIGHT = RNG.integers(0, 3, 60).astype(float)
EVENT = (RNG.uniform(size=60) < 0.4).astype(float)
CHANCE = np.clip(0.4 + 0.3 * (EVENT - 0.4) + 0.2 * RNG.normal(size=60), 0.01, 0.99)


def elementary(threshold, x, y, functional, level):
    """As Ehm et al. (2016) write it: positive only where t separates x and y."""
    if min(x, y) < threshold <= max(x, y):
        if functional == "mean":
            return abs(threshold - y)
        return 1 - level if y < threshold else level
    return 0.0


@pytest.mark.parametrize(("functional", "level"), [("mean", 0.5), ("quantile", 0.8)])
def test_curves_are_means_of_the_elementary_scores(functional, level):
    grid = np.linspace(-2, 2, 9)
    found = metrics.murphy_diagram(
        Y, X, functional=functional, level=level, thresholds=grid
    )
    for name, x in X.items():
        expected = [
            np.mean([elementary(t, *row, functional, level) for row in np.c_[x, Y]])
            for t in grid
        ]
        np.testing.assert_allclose(found[name], expected, atol=1e-12)


@pytest.mark.parametrize(("functional", "level"), [("mean", 0.5), ("quantile", 0.8)])
def test_curves_at_targets_and_at_thresholds_in_any_order(functional, level):
    y, x = np.array([0.0, 1.0, 2.0, 2.0, 3.0]), np.array([2.0, 1.0, 0.0, 3.0, 1.0])
    grid = [2.0, 0.0, 3.0, 1.0, 2.5]
    options = {"functional": functional, "level": level}
    found = metrics.murphy_diagram(y, {"x": x}, thresholds=grid, **options)
    expected = [
        np.mean([elementary(t, *row, functional, level) for row in np.c_[x, y]])
        for t in grid
    ]
    assert found.index.tolist() == grid
    np.testing.assert_allclose(found["x"], expected, atol=1e-12)


def test_a_curve_does_not_lose_digits_far_from_zero():
    grid = np.linspace(-2, 2, 9)
    near, far = (
        metrics.murphy_diagram(
            Y + shift, {"x": X["good"] + shift}, thresholds=grid + shift
        )
        for shift in (0.0, 1e9)
    )
    # Doubles of 1e9 are 1e-7 apart.
    np.testing.assert_allclose(far["x"], near["x"], atol=1e-6)


@pytest.mark.parametrize(
    ("options", "oracle"),
    [
        ({}, lambda x: np.mean((x - Y) ** 2) / 2),
        (
            {"functional": "quantile", "level": 0.8},
            lambda x: mean_pinball_loss(Y, x, alpha=0.8),
        ),
    ],
    ids=["squared error", "pinball"],
)
def test_the_area_is_half_of_the_squared_error_or_the_pinball_loss(options, oracle):
    grid = np.linspace(-5, 5, 20_001)
    found = metrics.murphy_diagram(Y, X, thresholds=grid, **options)
    for name, x in X.items():
        area = found[name].sum() * (grid[1] - grid[0])
        assert area == pytest.approx(oracle(x), rel=2e-3)


def test_curves_of_probabilities_are_costs_of_decisions():
    found = metrics.murphy_diagram(EVENT, {"p": CHANCE}, thresholds=[0.2])
    flagged = CHANCE >= 0.2
    cost = np.where(flagged & (EVENT == 0), 0.2, 0) + np.where(
        ~flagged & (EVENT == 1), 0.8, 0
    )
    assert found["p"].item() == pytest.approx(cost.mean())


def test_a_weight_of_two_is_a_row_that_occurs_twice():
    times = WEIGHT.astype(int)
    repeated = {name: np.repeat(x, times) for name, x in X.items()}
    grid = [-1.0, 0.0, 1.0]
    np.testing.assert_allclose(
        metrics.murphy_diagram(Y, X, thresholds=grid, sample_weight=WEIGHT),
        metrics.murphy_diagram(np.repeat(Y, times), repeated, thresholds=grid),
    )
    for options in ({}, {"functional": "quantile", "level": 0.3}):
        np.testing.assert_allclose(
            metrics.decomposition(Y, X["bad"], sample_weight=WEIGHT, **options),
            metrics.decomposition(np.repeat(Y, times), repeated["bad"], **options),
            atol=1e-9,
        )


def test_thresholds_cover_targets_and_predictions():
    found = metrics.murphy_diagram([0.0, 1.0], {"a": [-3.0, 0.5]})
    assert (found.index[0], found.index[-1], len(found)) == (-3.0, 1.0, 201)
    assert found.index.name == "threshold"


def test_a_decomposition_by_hand():
    # Predictions 3, 1, 2 of 1, 2, 6: sorted the targets are 2, 6, 1; pooling 6 and 1
    # gives 2, 3.5, 3.5, and the mean is 3.
    found = metrics.decomposition([1.0, 2.0, 6.0], [3.0, 1.0, 2.0])
    score, recalibrated, constant = 21 / 3, 12.5 / 3, 14 / 3
    assert found.to_dict() == pytest.approx(
        {
            "score": score,
            "miscalibration": score - recalibrated,
            "discrimination": constant - recalibrated,
            "uncertainty": constant,
        }
    )


def test_a_decomposition_of_the_median_by_hand():
    # Sorted by prediction the targets are 2, 9, 1, 4: the medians of 9 and {1, 4}
    # violate the order, and {9, 1, 4} has the median 4.
    found = metrics.decomposition(
        [2.0, 9.0, 1.0, 4.0], [1.0, 2.0, 3.0, 3.0], functional="quantile"
    )
    assert found["score"] == pytest.approx((1 + 7 + 2 + 1) / 2 / 4)
    assert found["miscalibration"] == pytest.approx(((11) - (0 + 5 + 3 + 0)) / 8)
    # The median of all is 3.
    assert found["uncertainty"] == pytest.approx((1 + 6 + 2 + 1) / 8)


@pytest.mark.parametrize(
    ("score", "oracle"),
    [("squared_error", brier_score_loss), ("log_loss", log_loss)],
)
def test_scores_of_probabilities_are_those_of_scikit_learn(score, oracle):
    found = metrics.decomposition(EVENT, CHANCE, score=score)
    assert found["score"] == pytest.approx(oracle(EVENT, CHANCE))
    base = np.full(60, EVENT.mean())
    assert found["uncertainty"] == pytest.approx(oracle(EVENT, base))


@pytest.mark.parametrize(
    "options", [{}, {"functional": "quantile", "level": 0.9}], ids=["mean", "quantile"]
)
def test_parts_add_up_and_none_is_negative(options):
    for x in X.values():
        found = metrics.decomposition(Y, x, **options)
        parts = found["miscalibration"] - found["discrimination"] + found["uncertainty"]
        assert parts == pytest.approx(found["score"])
        assert (found >= -1e-12).all()


def test_shifted_predictions_are_miscalibrated_and_discriminate_as_before():
    right = metrics.decomposition(Y, X["good"])
    shifted = metrics.decomposition(Y, X["good"] + 5)
    assert shifted["discrimination"] == pytest.approx(right["discrimination"])
    assert shifted["miscalibration"] > 20
    assert metrics.decomposition(Y, np.zeros(60))["discrimination"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"functional": "mode"}, "functional must be 'mean' or 'quantile'"),
        ({"functional": "quantile", "level": 1.0}, "level must lie between 0 and 1"),
        ({"score": "crps"}, "score must be 'squared_error' or 'log_loss'"),
        ({"functional": "quantile", "score": "log_loss"}, "not for quantiles"),
    ],
)
def test_what_is_unknown_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        metrics.decomposition(Y, X["good"], **options)


def test_predictions_of_other_rows_are_refused():
    with pytest.raises(ValueError, match="one number for each row"):
        metrics.murphy_diagram(Y, {"a": X["good"][:-1]})
