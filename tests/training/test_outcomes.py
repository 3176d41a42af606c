"""Outcomes: warnings on what went wrong, at the line of the caller."""

import warnings

import pytest
import torch
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning

from skloss import compare_losses
from skloss.estimators import TorchRegressor
from skloss.training import (
    FitResult,
    Outcome,
    emit_warnings,
    train,
)
from tests.training.models import model, outputs, table


def test_a_diverging_run_warns_and_keeps_finite_weights():
    X, y = table()
    wild = {"learning_rate": 1e200, "clip_grad_norm": None, "max_iter": 20}
    with pytest.warns(ConvergenceWarning, match="diverged"):
        (fit,) = train([model(X, y, settings=wild)])
    assert torch.isfinite(outputs(fit, X)).all()


def test_warnings_point_at_the_line_that_trains():
    X, y = (array.numpy() for array in table(40))
    wild = TorchRegressor(learning_rate=1e200, max_iter=20)
    with pytest.warns(ConvergenceWarning) as by_fit:
        wild.fit(X, y)
    with pytest.warns(ConvergenceWarning) as by_comparison:
        compare_losses(X, y, "squared_error", estimator=wild, cv=2)
    assert {w.filename for w in [*by_fit, *by_comparison]} == {__file__}


def test_adam_that_ends_at_max_iter_warns_once_at_the_line_of_the_caller():
    X, y = load_diabetes(return_X_y=True)
    with pytest.warns(ConvergenceWarning) as found:
        TorchRegressor(max_iter=3, n_members=2, random_state=0).fit(X, y)
    (warning,) = found
    assert warning.filename == __file__
    assert str(warning.message) == (
        "adam did not converge in max_iter=3 iterations; raise max_iter or "
        "learning_rate."
    )


def patient(estimator, X, y):
    return estimator.set_params(max_iter=500).fit(X, y)


def planned(estimator, X, y):
    return estimator.set_params(schedule="cosine").fit(X, y)


def in_part(estimator, X, y):
    return estimator.partial_fit(X, y)


def stopped(estimator, X, y):
    return compare_losses(X, y, estimator=estimator, cv=2, on_epoch=lambda _: True)


@pytest.mark.parametrize("run", [patient, planned, in_part, stopped])
def test_no_warning_for_a_run_that_ended_as_planned(run):
    X, y = load_diabetes(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        run(TorchRegressor(max_iter=3, random_state=0), X, y)


def fit_with(outcome=Outcome.FINISHED, n_epochs=3, **fields):
    return FitResult(None, [{}] * n_epochs, outcome=outcome, **fields)


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (fit_with(Outcome.DIVERGED), "diverged in epoch 3; the best finite weights"),
        (
            fit_with(Outcome.NOT_CONVERGED, solver="newton", advice="raise alpha"),
            "newton did not converge in max_iter=3 iterations; raise alpha.",
        ),
        (fit_with(n_skipped=4), "4 training steps were skipped"),
        (fit_with(Outcome.STOPPED, n_skipped=4), "4 training steps were skipped"),
        (fit_with(Outcome.DIVERGED, n_skipped=4), "diverged"),
        (fit_with(n_skipped=1), "1 training steps were skipped"),
    ],
)
def test_each_problem_has_a_message(fit, message):
    with pytest.warns(ConvergenceWarning, match=message) as found:
        emit_warnings([fit])
    assert len(found) == 1


def test_steps_that_were_skipped_are_reported_next_to_max_iter():
    with pytest.warns(ConvergenceWarning) as found:
        emit_warnings([fit_with(Outcome.NOT_CONVERGED, n_skipped=4)])
    assert len(found) == 2


def test_equal_problems_cause_one_warning():
    with pytest.warns(ConvergenceWarning) as found:
        emit_warnings([fit_with(Outcome.DIVERGED)] * 3)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("outcome", "stopped", "interrupted"),
    [
        (Outcome.FINISHED, False, False),
        (Outcome.STOPPED, True, False),
        (Outcome.INTERRUPTED, True, True),
        (Outcome.DIVERGED, False, False),
        (Outcome.NOT_CONVERGED, False, False),
    ],
)
def test_a_run_is_stopped_by_on_progress_or_ctrl_c(outcome, stopped, interrupted):
    fit = fit_with(outcome)
    assert (fit.stopped, fit.interrupted) == (stopped, interrupted)


def test_a_stopped_run_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        emit_warnings([fit_with(Outcome.STOPPED), fit_with(Outcome.INTERRUPTED)])
