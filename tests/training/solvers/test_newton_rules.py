"""Which relative gain ends a stage of Newton's method."""

from types import SimpleNamespace

import pytest

from skloss.training.solvers import newton_rules


def loss(is_convex, is_smooth):
    return SimpleNamespace(is_convex=is_convex, is_smooth=is_smooth)


@pytest.mark.parametrize(
    ("is_convex", "is_smooth", "last", "earlier"),
    [
        (True, True, 1e-11, 1e-9),
        (True, False, 1e-15, 1e-9),
        (False, True, 1e-9, 1e-7),
        (False, False, 1e-9, 1e-7),
    ],
)
def test_the_goal_depends_on_convexity_kinks_and_the_stage(
    is_convex, is_smooth, last, earlier
):
    goal = newton_rules.goal
    assert goal(loss(is_convex, is_smooth), is_last=True) == last
    assert goal(loss(is_convex, is_smooth), is_last=False) == earlier


def test_kinks_are_rounded_off_less_and_less_down_to_two_millionths():
    widths = newton_rules.WIDTHS
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 0.3
    assert widths[-1] == pytest.approx(1.8e-6, rel=0.02)
