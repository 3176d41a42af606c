"""Models that take Newton's steps together end where each ends alone."""

import threading
from dataclasses import replace

import pytest
import torch

from skloss.training import TrainSettings
from skloss.training.outcomes import Outcome
from skloss.training.solvers import newton_together
from skloss.training.solvers.newton import Newton
from skloss.training.solvers.newton_together import NewtonTogether, batches
from skloss.training.spec import FitResult
from tests.training.models import model, table

X, Y = table(120, 3)
SETTINGS = {"solver": "newton", "hidden_layer_sizes": (), "max_iter": 200}


def folds(loss="squared_error", n=4, y=Y, **changes):
    """Models of one loss, each without a part of the rows."""
    return [
        model(
            X,
            y,
            loss,
            rows=torch.arange(len(X)).roll(30 * k),
            validation_rows=None,
            settings=dict(SETTINGS),
            **changes,
        )
        for k in range(n)
    ]


def solved(specs, report=lambda *args: False):
    return Newton.solve(specs, report, threading.Event())


def weights(fit):
    weight, bias = fit.layers[0]
    return torch.cat([weight, bias[None]])


@pytest.mark.parametrize(
    "loss", ["squared_error", "absolute_error", "huber", "poisson"]
)
def test_each_model_ends_where_it_ends_alone(loss):
    y = torch.round(Y.exp().clamp_max(20)) if loss == "poisson" else Y
    specs = folds(loss, y=y)
    assert len(batches(specs)) == 1
    for spec, fit in zip(specs, solved(specs), strict=True):
        alone = Newton.solve_one(spec, lambda *args: False)
        assert fit.outcome is alone.outcome is Outcome.FINISHED
        torch.testing.assert_close(weights(fit), weights(alone), atol=1e-5, rtol=0)
        last, oracle = fit.history[-1]["train"], alone.history[-1]["train"]
        assert last == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize(
    "loss", ["gaussian_nll", "student_t_nll", "laplace_nll", "general_robust"]
)
def test_a_loss_that_is_not_convex_ends_as_low_as_alone(loss):
    specs = folds(loss, n=3)
    assert len(batches(specs)) == 1
    for spec, fit in zip(specs, solved(specs), strict=True):
        alone = Newton.solve_one(spec, lambda *args: False)
        assert fit.outcome is alone.outcome
        # Newton stops within about 1e-6 of the optimum.
        last, oracle = fit.history[-1]["train"], alone.history[-1]["train"]
        assert last == pytest.approx(oracle, abs=1e-5)


def test_short_runs_find_the_lower_of_two_starts(monkeypatch):
    # From one start the scale is hopeless; the other is close to the optimum.
    (spec,) = folds("gaussian_nll", n=1)
    alone = Newton.solve_one(spec, lambda *args: False)
    weight, bias = alone.layers[0]
    near = replace(spec, start=FitResult([(weight, bias)], []))
    far = replace(spec, start=FitResult([(weight, bias + 40.0)], []))
    monkeypatch.setattr(newton_together, "SHORT_RUN", 1)
    for order in ([near, far], [far, near]):
        monkeypatch.setattr(
            newton_together, "starts", lambda spec, with_random, order=order: order
        )
        found = newton_together.at_best_starts([spec] * 2, lambda *args: False)
        assert found == [near, near]


def test_the_scores_of_several_classes_sum_to_zero():
    labels = (Y > 0).long() + (Y > 1).long()
    specs = folds("cross_entropy", y=labels, n_outputs=3)
    for spec, fit in zip(specs, solved(specs), strict=True):
        alone = Newton.solve_one(spec, lambda *args: False)
        torch.testing.assert_close(weights(fit), weights(alone), atol=1e-6, rtol=0)
        assert weights(fit).sum(1).abs().max() < 1e-8


def test_a_model_is_the_same_among_any_others():
    specs = folds("absolute_error", n=6)
    every, some = solved(specs), solved(specs[2:4])
    for a, b in zip(every[2:4], some, strict=True):
        torch.testing.assert_close(weights(a), weights(b), atol=1e-9, rtol=0)


def test_weights_of_rows_and_penalties_are_those_of_each_model():
    heavy = replace(folds(n=1)[0], alpha=3.0)
    light = replace(heavy, alpha=0.0, weight=torch.linspace(0.1, 2, len(X)).double())
    for spec, fit in zip((heavy, light), solved([heavy, light]), strict=True):
        x = torch.cat([X, torch.ones(len(X), 1)], 1)[spec.fit_rows]
        w = spec.fit_weight / spec.fit_weight.sum()
        # Normal equations of sum w (y - x'b)^2 + alpha / 2 |b|^2 without intercept.
        ridge = torch.diag(torch.tensor([1.0, 1, 1, 0]).double()) * spec.alpha / 2
        left = x.T @ (w[:, None] * x) + ridge
        oracle = torch.linalg.solve(left, x.T @ (w * Y[spec.fit_rows]))
        torch.testing.assert_close(weights(fit)[:, 0], oracle, atol=1e-9, rtol=0)


def test_losses_row_counts_and_large_models_are_kept_apart():
    first, second = folds(n=2), folds("absolute_error", n=2)
    shorter = replace(first[0], fit_rows=first[0].fit_rows[1:])
    sizes = [len(part) for part in batches([*first, shorter, *second])]
    assert sizes == [2, 1, 2]
    X, y = table(20_000, 3)
    rows = torch.arange(len(X))
    large = [model(X, y, fit_rows=rows, settings=dict(SETTINGS))] * 2
    assert [len(part) for part in batches(large)] == [1, 1]


def test_progress_grows_to_one_and_names_every_model():
    fractions, seen = [], set()

    def report(fraction, epoch, rows):
        fractions.append(fraction)
        seen.update(row["fold"] for row in rows)
        return False

    specs = [replace(one, labels={"fold": k}) for k, one in enumerate(folds())]
    solved(specs, report)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert seen == {0, 1, 2, 3}


def test_a_stop_ends_all_models_at_their_weights_so_far():
    fits = solved(folds("absolute_error"), lambda fraction, epoch, rows: epoch >= 3)
    assert {fit.outcome for fit in fits} == {Outcome.STOPPED}
    assert max(len(fit.history) for fit in fits) == 3
    assert all(weights(fit).abs().max() > 0 for fit in fits)


def test_models_that_need_more_steps_than_max_iter_have_not_converged():
    settings = TrainSettings(solver="newton", max_iter=5)
    fits = solved([replace(one, settings=settings) for one in folds("absolute_error")])
    assert {fit.outcome for fit in fits} == {Outcome.NOT_CONVERGED}
    assert {len(fit.history) for fit in fits} == {5}


def test_ctrl_c_keeps_what_was_learned():
    def report(fraction, epoch, rows):
        if epoch == 2:
            raise KeyboardInterrupt

    fits = NewtonTogether(folds("absolute_error"), report).results()
    assert {fit.outcome for fit in fits} == {Outcome.INTERRUPTED}
    assert all(weights(fit).abs().max() > 0 for fit in fits)


def test_ctrl_c_before_the_first_step_is_raised(monkeypatch):
    def interrupted(self, theta):
        raise KeyboardInterrupt

    monkeypatch.setattr(newton_together._Problem, "derivatives", interrupted)
    with pytest.raises(KeyboardInterrupt):
        solved(folds("absolute_error"))
