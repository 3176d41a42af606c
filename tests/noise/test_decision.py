"""Which model wins: over rivals by a clear gap, over richer models unless they do."""

import numpy as np
import pytest

from skloss.noise.candidates import CANDIDATES
from skloss.noise.decision import LABELS, RICHER, Gap, judge


def judged(means, half_width=0.01, n_rows=1000):
    """Judge models of which all differences have intervals of the same width."""

    def gap_of(a, b):
        gap = means[a] - means[b]
        return Gap(gap, half_width / 1.96, gap - half_width, gap + half_width)

    return judge(means, gap_of, n_rows)


@pytest.mark.parametrize(
    ("gap", "winner"),
    [(0.011, "laplace"), (0.009, "undecided"), (-0.011, "gaussian")],
)
def test_rivals_win_by_an_interval_above_zero(gap, winner):
    assert judged({"gaussian": 0.0, "laplace": gap}).winner == winner


@pytest.mark.parametrize(
    ("gain", "winner"),
    [
        (-0.5, "gaussian"),
        (0.0, "gaussian"),
        (0.0099, "gaussian"),
        (0.0101, "student_t"),
        (0.5, "student_t"),
    ],
)
def test_a_simpler_model_wins_unless_the_richer_is_clearly_better(gain, winner):
    assert judged({"gaussian": 0.0, "student_t": gain}).winner == winner


@pytest.mark.parametrize(("half_width", "winner"), [(0.019, "gaussian"), (0.021, None)])
def test_a_simpler_model_wins_only_if_the_richer_is_not_much_better(half_width, winner):
    found = judged({"gaussian": 0.0, "student_t": 0.0}, half_width)
    assert found.winner == (winner or "undecided")


@pytest.mark.parametrize(
    ("n_rows", "winner"), [(199, "undecided"), (200, "laplace"), (30, "undecided")]
)
def test_a_decision_needs_two_hundred_rows(n_rows, winner):
    found = judged({"gaussian": 0.0, "laplace": 1.0}, n_rows=n_rows)
    assert found.winner == winner
    assert found.leader == "laplace"


def test_the_rows_needed_narrow_the_interval_to_the_gap():
    found = judged({"gaussian": 0.0, "laplace": 0.005}, half_width=0.01, n_rows=1000)
    # (1.96 + 1.28) standard errors of 0.01 / 1.96 at 1,000 rows are 0.005.
    expected = 1000 * ((1.96 + 1.28) * 0.01 / 1.96 / 0.005) ** 2
    assert expected <= found.rows_needed <= 1.1 * expected


@pytest.mark.parametrize("gap", [0.0, 1e-9])
def test_equal_models_need_more_rows_than_any_table_has(gap):
    found = judged({"gaussian": 0.0, "laplace": gap})
    assert found.rows_needed == 10_000_000


@pytest.mark.parametrize("gap", [1e-4, 0.001, 0.0099])
def test_an_undecided_table_needs_more_rows_than_it_has(gap):
    found = judged({"gaussian": 0.0, "laplace": gap}, n_rows=5000)
    assert found.rows_needed > 5000


def test_the_gap_of_a_simpler_winner_is_to_the_best_rival_that_is_not_richer():
    found = judged({"gaussian": 0.0, "student_t": 0.001, "laplace": -0.05})
    assert (found.winner, found.rival) == ("gaussian", "laplace")
    assert found.gap.mean == pytest.approx(0.05)


def test_one_clear_rival_does_not_decide_between_the_others():
    found = judged({"gaussian": 0.0, "laplace": 0.5, "student_t": 0.495})
    assert found.winner == "undecided"
    assert {found.leader, found.rival} == {"laplace", "student_t"}


def test_a_single_model_wins_without_a_rival():
    found = judged({"gaussian": 0.0})
    assert (found.winner, found.rival) == ("gaussian", None)
    assert np.isnan(found.gap.mean)


def test_every_candidate_has_a_label_and_richer_models_are_candidates():
    assert set(LABELS) == set(CANDIDATES)
    assert set(RICHER).union(*RICHER.values()) <= set(CANDIDATES)


def test_what_contains_a_richer_model_contains_the_simpler_one():
    for richer in RICHER.values():
        for name in richer:
            assert RICHER.get(name, set()) <= richer
