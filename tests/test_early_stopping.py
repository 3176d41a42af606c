"""When a run ends, which weights it keeps, and what a step without a number changes."""

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from training_models import model, outputs, table

from skloss.losses import Loss
from skloss.training import train


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
