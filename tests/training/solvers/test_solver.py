"""The base of solvers: models are solved in turn, and a stop holds for the rest."""

import threading

from skloss.training import (
    FitResult,
)
from skloss.training.outcomes import Outcome
from skloss.training.solvers import Solver


def test_models_are_solved_in_turn_and_share_the_progress():
    reported = []

    class Counted(Solver):
        @classmethod
        def solve_one(cls, spec, report, stopped=False, n_threads=1):
            report(0.5, 1, [])
            return FitResult([], [], raw=spec)

    def report(fraction, epoch, rows):
        reported.append(fraction)

    fits = Counted.solve(["first", "second"], report, threading.Event())
    assert reported == [0.25, 0.5, 0.75, 1.0]
    assert [fit.raw for fit in fits] == [None, None]
    (single,) = Counted.solve(["first"], report, threading.Event())
    assert single.raw == "first"


def test_after_an_interrupted_model_the_others_keep_their_initial_weights():
    given = []

    class Interrupted(Solver):
        @classmethod
        def solve_one(cls, spec, report, stopped=False, n_threads=1):
            given.append(stopped)
            return FitResult([], [], outcome=Outcome.INTERRUPTED)

    Interrupted.solve([1, 2, 3], lambda *args: None, threading.Event())
    assert given == [False, True, True]
