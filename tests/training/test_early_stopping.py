"""When a run ends, which weights it keeps, and what a step without a number changes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning

from skloss.losses import Loss
from skloss.training import train
from tests.training.models import model, outputs, table


def test_best_weights_are_those_of_the_lowest_validation_loss():
    X, y = table(n_rows=120)
    one = model(X, y, settings={"max_iter": 80, "learning_rate": 0.02, "tol": 0.0})
    (fit,) = train([one])
    validation = [row["validation"] for row in fit.history]
    assert int(np.argmin(validation)) < len(validation) - 1
    held = one.validation_rows
    scored = (outputs(fit, X)[held, 0] - y[held]).square().mean().item()
    assert scored == pytest.approx(min(validation), rel=1e-9)


def test_models_that_stop_early_leave_the_others_untouched():
    X, y = table()
    impatient = {"max_iter": 60, "n_iter_no_change": 2, "tol": 1e-2}
    models = [model(X, y, seed=s, settings=impatient) for s in range(6)]
    together = train(models)
    lengths = {len(fit.history) for fit in together}
    assert len(lengths) > 1
    for one, fit in zip(models, together, strict=True):
        (alone,) = train([one])
        torch.testing.assert_close(
            outputs(fit, X), outputs(alone, X), atol=1e-6, rtol=0
        )


class _SteepOnce(Loss):
    """Squared error whose gradient, not whose value, is no number at one target."""

    tasks = ("regression",)

    def __init__(self, target):
        self.target = target

    def pointwise(self, raw_prediction, y_true):
        value = (raw_prediction[..., 0] - y_true).square()
        elsewhere = (y_true != self.target).to(value.dtype)
        return value + (elsewhere + 0 * value).sqrt() - elsewhere


@pytest.mark.parametrize("place", [0, 1])
def test_steps_that_are_not_finite_are_skipped_for_that_model_alone(place):
    X, y = table()
    steep = _SteepOnce(y.max().item())
    models = [model(X, y, validation_rows=None)]
    models.insert(place, model(X, y, loss=steep, validation_rows=None))
    with pytest.warns(ConvergenceWarning, match="steps were skipped"):
        fits = train(models, n_threads=1)  # in one stack
    (alone,) = train([models[1 - place]])
    torch.testing.assert_close(outputs(fits[1 - place], X), outputs(alone, X))
    errors = [
        (outputs(fit, X)[:, 0] - y).square().mean().item()
        for fit in (fits[place], alone)
    ]
    assert errors[0] == pytest.approx(errors[1], rel=0.1)


def test_a_skipped_step_leaves_weights_and_moments_as_they_were():
    X, y = table()
    one = model(X, y, batch_size=300, validation_rows=None)
    (begun,) = train([one])
    steep = _SteepOnce(y[one.fit_rows].max().item()).bind(y.numpy())
    settings = replace(one.settings, max_iter=1)
    with pytest.warns(ConvergenceWarning, match="1 training steps were skipped"):
        (fit,) = train([replace(one, start=begun, loss=steep, settings=settings)])
    torch.testing.assert_close(fit.layers, begun.layers, atol=0, rtol=0)
    for name in ("exp_avg", "exp_avg_sq"):
        assert begun.optimizer[name].any()
        assert torch.equal(fit.optimizer[name], begun.optimizer[name])


def test_held_out_rows_of_any_number_are_scored_with_their_weights():
    X, y = table(n_rows=9_700)
    weight = torch.exp(2 * X[:, 0])
    held = torch.arange(9_500)  # more than pass through a network at once
    rows = {"fit_rows": torch.arange(9_500, 9_700), "validation_rows": held}
    models = [
        model(X, y, seed=seed, weight=weight, settings={"max_iter": 2}, **rows)
        for seed in range(2)
    ]
    for fit in train(models):
        error = (outputs(fit, X)[held, 0] - y[held]).square()
        best = min(row["validation"] for row in fit.history)
        assert np.average(error, weights=weight[held]) == pytest.approx(best, rel=1e-9)


def epochs_until(score, tol, patience):
    """Until so many epochs in a row fell short of the best before by ``tol``."""
    best = np.minimum.accumulate(np.r_[np.inf, score[:-1]])
    slow = score > best - tol
    runs = np.lib.stride_tricks.sliding_window_view(slow, patience).all(axis=1)
    return patience + int(np.argmax(runs))


@pytest.mark.parametrize("score", ["validation", "train"])
@pytest.mark.parametrize(("tol", "patience"), [(0.0, 3), (0.05, 3), (0.05, 5)])
def test_a_run_ends_after_so_many_epochs_without_an_improvement(tol, patience, score):
    X, y = table()
    held = {"validation": torch.arange(60), "train": None}[score]
    patient = {"max_iter": 60, "n_iter_no_change": 60, "learning_rate": 0.01}
    impatient = patient | {"n_iter_no_change": patience, "tol": tol}
    whole, fit = (
        train([model(X, y, validation_rows=held, settings=settings)])[0]
        for settings in (patient, impatient)
    )
    scores = np.array([row[score] for row in whole.history])
    expected = epochs_until(scores, tol, patience)
    assert patience < expected < len(whole.history) == 60
    assert fit.history == whole.history[:expected]
