"""Divergences of two adjustable distributions, at each point of their grid."""

import numpy as np
import pytest
from scipy import stats

from skloss.figures import theory
from skloss.figures.theory.moving_divergences import moving_divergences


@pytest.fixture(scope="module")
def moving():
    return moving_divergences((2.0, 1.0), (4.0, 1.5), prefix="a.")


def test_each_distribution_has_a_peak_and_a_spread(moving):
    assert [control.name for control in moving.controls] == [
        "a.p.peak",
        "a.p.spread",
        "a.q.peak",
        "a.q.spread",
    ]
    assert [control.value for control in moving.controls] == [2.0, 1.0, 4.0, 1.5]
    assert len({control.label for control in moving.controls}) == 4
    for control in moving.controls:
        assert (np.diff(control.grid) > 0).all()
        assert control.value in control.grid


def test_peaks_reach_every_outcome_and_only_p_can_be_one_hot(moving):
    p_peak, p_spread, q_peak, q_spread = (control.grid for control in moving.controls)
    assert set(range(1, 7)) <= set(p_peak)
    np.testing.assert_array_equal(p_peak, q_peak)
    assert p_spread[0] == 0
    assert q_spread[0] > 0


def test_bars_move_with_their_own_controls(moving):
    assert {k: move.controls for k, move in moving.moves.items()} == {
        0: (0, 1),
        1: (2, 3),
    }
    for trace, move in zip(moving.figure.data, moving.moves.values(), strict=True):
        assert move.x is None
        np.testing.assert_allclose(move.y.sum(axis=-1), 1)
        assert len(trace.y) == move.y.shape[-1] == 6


@pytest.mark.parametrize("at", [(0, 1, 3, 2), (4, 5, 10, 0), (10, 7, 0, 6)])
def test_readouts_are_those_of_scipy_at_every_point(moving, at):
    values = [control.grid[k] for control, k in zip(moving.controls, at, strict=True)]
    p, q = theory.peaked(*values[:2]), theory.peaked(*values[2:])
    found = {readout.label: readout.values[at] for readout in moving.readouts}
    middle = (p + q) / 2
    expected = {
        "H(P), nats": stats.entropy(p),
        "H(P, Q), nats": stats.entropy(p) + stats.entropy(p, q),
        "KL(P‖Q), nats": stats.entropy(p, q),
        "KL(Q‖P), nats": stats.entropy(q, p),
        "JSD, nats": (stats.entropy(p, middle) + stats.entropy(q, middle)) / 2,
    }
    assert found == pytest.approx(expected)


def test_forward_divergences_and_entropies_are_finite_everywhere(moving):
    for readout in moving.readouts:
        assert readout.controls == (0, 1, 2, 3)
        assert readout.values.shape == tuple(len(c.grid) for c in moving.controls)
    finite = {r.label: np.isfinite(r.values).all() for r in moving.readouts}
    assert finite["KL(P‖Q), nats"]
    assert finite["H(P, Q), nats"]
    # A one-hot P gives no probability to outcomes that Q has.
    reverse = next(r for r in moving.readouts if r.label == "KL(Q‖P), nats")
    assert np.isinf(reverse.values[0, 0]).all()
    assert np.isfinite(reverse.values[0, 2:]).all()


def test_the_figure_is_that_of_the_first_values(moving):
    assert moving.figure == theory.divergences(
        theory.peaked(2.0, 1.0), theory.peaked(4.0, 1.5)
    )
