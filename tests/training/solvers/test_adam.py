"""Adam: its objective, its steps, and which weights it keeps."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import MinMaxScaler

from skloss import TorchClassifier
from skloss.losses import Custom, Loss
from skloss.networks import initial_layers
from skloss.training import (
    train,
)
from skloss.training.rows import FitRows
from skloss.training.run import train_without_warnings
from skloss.training.solvers.adam import _StackRun
from tests.training.models import model, outputs, table


class _SteepOnce(Loss):
    """Squared error whose gradient, but not its value, is NaN at one target."""

    tasks = ("regression",)

    def __init__(self, target):
        self.target = target

    def pointwise(self, raw_prediction, y_true):
        value = (raw_prediction[..., 0] - y_true).square()
        is_other = (y_true != self.target).to(value.dtype)
        return value + (is_other + 0 * value).sqrt() - is_other


def epochs_until(score, tol, patience):
    """Until so many epochs in a row fell short of the best before by ``tol``."""
    best = np.minimum.accumulate(np.r_[np.inf, score[:-1]])
    slow = score > best - tol
    runs = np.lib.stride_tricks.sliding_window_view(slow, patience).all(axis=1)
    return patience + int(np.argmax(runs))


def test_full_batches_are_steps_of_adam_on_the_objective():
    X, y = table(60)
    weight = torch.linspace(0.5, 6.0, 60, dtype=X.dtype)
    settings = {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 5}
    settings |= {"learning_rate": 0.1, "clip_grad_norm": None}
    start = torch.tensor([3.0], dtype=X.dtype)
    rows = torch.arange(12, 60)
    fields = {"fit_rows": rows, "validation_rows": None, "batch_size": 48}
    fields |= {"weight": weight, "alpha": 1.0, "head_bias": start}
    (fit,) = train([model(X, y, seed=7, settings=settings, **fields)])

    X, y, weight = X[rows], y[rows], weight[rows]
    generator = torch.Generator().manual_seed(7)
    (w, a), (v, _) = initial_layers((5, 4, 1), generator, X.dtype)
    w, a, v, b = (leaf.clone().requires_grad_() for leaf in (w, a, v, start))
    adam = torch.optim.Adam([w, a, v, b], lr=0.1)
    objectives = []
    for _ in range(6):
        adam.zero_grad()
        error = (torch.tanh(X @ w + a) @ v + b)[:, 0] - y
        loss = (weight * error.square()).sum() / weight.sum()
        objective = loss + 1.0 / 2 * (w.square().sum() + v.square().sum())
        objectives.append(objective.item())
        if len(objectives) <= 5:
            objective.backward()
            adam.step()
    assert [row["train"] for row in fit.history] == pytest.approx(objectives[1:])
    assert np.argmin(objectives) == 5  # the weights kept are the last
    found = [part for layer in fit.layers for part in layer]
    torch.testing.assert_close(found, [leaf.detach() for leaf in (w, a, v, b)])


def test_the_loss_of_an_epoch_is_the_weighted_mean_over_its_rows():
    X, y = table()
    weight = torch.exp(X[:, 0])
    still = {"learning_rate": 1e-12, "max_iter": 1}
    (fit,) = train([model(X, y, weight=weight, batch_size=48, settings=still)])
    rows = torch.arange(60, 300)  # five batches
    error = (outputs(fit, X)[rows, 0] - y[rows]).square()
    (record,) = fit.history
    assert record["train"] == pytest.approx(np.average(error, weights=weight[rows]))


@pytest.mark.parametrize("hidden", [(), (4,)])
@pytest.mark.parametrize(
    ("n_rows", "learning_rate"),
    [(30, 0.2), (100, 0.05)],  # a full batch, and 3 with a ragged one
)
def test_without_held_out_rows_the_best_penalised_objective_is_kept(
    n_rows, learning_rate, hidden
):
    X, y = table(n_rows)
    weight, alpha = torch.exp(X[:, 0]), 0.3
    fields = {"rows": torch.arange(n_rows), "validation_rows": None, "weight": weight}
    fields |= {"fit_rows": torch.arange(n_rows), "alpha": alpha}
    settings = {"hidden_layer_sizes": hidden, "learning_rate": learning_rate}
    settings |= {"max_iter": 30, "n_iter_no_change": 30}
    (fit,) = train([model(X, y, settings=settings, **fields)])
    error = np.average((outputs(fit, X)[:, 0] - y).square(), weights=weight)
    penalty = alpha / 2 * sum(w.square().sum().item() for w, _ in fit.layers)
    curve = np.array([row["train"] for row in fit.history])
    # Epochs that were not evaluated have an estimate, which may be a little lower.
    assert np.abs(curve - (error + penalty)).min() < 1e-9
    assert error + penalty <= 1.01 * curve.min() < 1.01 * curve[-1]


def test_models_of_unequal_length_are_judged_on_their_own_rows():
    X, y = table(100)
    y = y.exp()  # the logarithm of padding would be infinite

    def log_error(y_pred, y_true):
        return (y_pred - y_true.log()).square()

    models = [
        model(X, y, Custom(log_error), fit_rows=torch.arange(n), validation_rows=None)
        for n in (90, 100)
    ]
    for one, fit in zip(models, train(models, n_threads=1), strict=True):
        (alone,) = train([one])
        curves = [[row["train"] for row in found.history] for found in (fit, alone)]
        assert curves[0] == pytest.approx(curves[1], rel=1e-9)


def test_a_stronger_penalty_never_leaves_larger_weights():
    X, y = load_digits(n_class=2, return_X_y=True)
    X = MinMaxScaler().fit_transform(X[:100])
    how = {"hidden_layer_sizes": 10, "numeric_encoding": None, "max_iter": 600}
    how |= {"early_stopping": False, "random_state": 1, "solver": "adam"}
    how |= {"n_members": 1}
    sizes = []
    for alpha in (10, 100, 1000):
        layers = TorchClassifier(alpha=alpha, **how).fit(X, y[:100]).network_[1]
        sizes.append(sum(p.abs().sum().item() for p in layers.parameters()))
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("held", [torch.arange(60), None])
def test_a_surrogate_is_judged_by_the_likelihood_that_it_stands_for(held):
    X, y = table()
    rows = torch.arange(60, 300)
    fields = {"fit_rows": rows, "validation_rows": held, "alpha": 0.0}
    settings = {"max_iter": 40, "learning_rate": 0.02}
    (fit,) = train([model(X, y, "beta_nll", settings=settings, **fields)])
    judged, column = (rows, "train") if held is None else (held, "validation")
    mean, log_variance = outputs(fit, X)[judged].T
    density = norm.logpdf(y[judged], mean, (log_variance / 2).exp())
    nll = -density.mean() - np.log(2 * np.pi) / 2
    assert min(row[column] for row in fit.history) == pytest.approx(nll, rel=1e-9)


def test_the_last_intercepts_start_at_head_bias():
    X, y = table()
    starts = {"squared_error": [3.0], "gaussian_nll": [2.0, -1.0]}
    models = [
        model(X, y, loss, head_bias=torch.tensor(start, dtype=X.dtype))
        for loss, start in starts.items()
    ]
    fits = train_without_warnings(models, stopped=True)
    assert [fit.layers[-1][1].tolist() for fit in fits] == list(starts.values())


def test_gradient_is_clipped_for_each_model_by_its_own_norm():
    X, y = table()
    loud = model(X, y * 1e6, settings={"max_iter": 3})
    quiet = model(X, y, settings={"max_iter": 3})
    clipped, fit = train([loud, quiet])
    (alone,) = train([quiet])
    assert (clipped.clipped, fit.clipped) == (1.0, 0.0)
    torch.testing.assert_close(outputs(fit, X), outputs(alone, X))


def test_the_share_of_clipped_steps_is_at_most_one_in_a_stopped_epoch(monkeypatch):
    monkeypatch.setattr("skloss.training.solvers.adam._REPORT_SECONDS", -1.0)
    X, y = table()
    loud = model(X, y * 1e6, batch_size=10)
    calls = []
    stop = lambda progress: calls.append(progress) or len(calls) == 3  # noqa: E731
    (fit,) = train_without_warnings([loud], stop)
    assert (fit.history, fit.clipped) == ([], 1.0)


def test_best_weights_are_those_of_the_lowest_validation_loss():
    X, y = table(n_rows=120)
    one = model(X, y, settings={"max_iter": 80, "learning_rate": 0.02, "tol": 0.0})
    (fit,) = train([one])
    validation = [row["validation"] for row in fit.history]
    assert int(np.argmin(validation)) < len(validation) - 1
    held = one.validation_rows
    scored = (outputs(fit, X)[held, 0] - y[held]).square().mean().item()
    assert scored == pytest.approx(min(validation), rel=1e-9)


def test_models_that_stop_early_do_not_affect_the_others():
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


@pytest.mark.parametrize("learning_rate", [0.005, 0.01, 0.02])
def test_epochs_left_out_while_the_loss_falls_cost_no_progress(
    learning_rate, monkeypatch
):
    X, y = table()
    settings = {"max_iter": 400, "n_iter_no_change": 5, "learning_rate": learning_rate}
    one = model(X, y, validation_rows=None, settings=settings, alpha=0.0)
    (fit,) = train([one])
    monkeypatch.setattr(_StackRun, "_waiting", lambda *_: [])
    (whole,) = train([one])
    assert 5 < len(whole.history) <= len(fit.history) < 400
    errors = [
        (outputs(found, X)[60:, 0] - y[60:]).square().mean().item()
        for found in (fit, whole)
    ]
    assert errors[0] <= 1.01 * errors[1]


def test_a_loss_that_keeps_falling_is_evaluated_on_all_rows_once(monkeypatch):
    X, y = table()
    judged, scores = [], FitRows.scores

    def counted(self, stack, flat, losses, positions):
        judged.extend(positions)
        return scores(self, stack, flat, losses, positions)

    monkeypatch.setattr(FitRows, "scores", counted)
    settings = {"max_iter": 20, "learning_rate": 1e-3}
    (fit,) = train([model(X, y, validation_rows=None, settings=settings)])
    assert judged == [0]
    error = (outputs(fit, X)[60:, 0] - y[60:]).square().mean().item()
    penalty = 1e-3 / 2 * sum(w.square().sum().item() for w, _ in fit.layers)
    assert fit.history[-1]["train"] == pytest.approx(error + penalty, rel=1e-9)


def test_models_of_a_stack_are_judged_when_their_own_loss_stops_falling():
    X, y = table()
    settings = {"max_iter": 40, "learning_rate": 0.05, "n_iter_no_change": 6}
    names = ("squared_error", "gaussian_nll", "absolute_error", "squared_error")
    models = [
        model(X, y, name, seed, validation_rows=None, settings=settings, alpha=alpha)
        for name, seed, alpha in zip(names, range(4), (0.0, 0.1, 0.2, 2.0), strict=True)
    ]
    for one, fit in zip(models, train(models, n_threads=1), strict=True):
        (alone,) = train([one])
        curves = [[row["train"] for row in found.history] for found in (fit, alone)]
        assert curves[0] == pytest.approx(curves[1], rel=1e-7)
        torch.testing.assert_close(fit.layers, alone.layers, rtol=1e-6, atol=1e-8)


def test_a_run_stopped_while_its_loss_falls_keeps_the_last_weights():
    X, y = table()
    settings = {"max_iter": 9, "learning_rate": 1e-3}
    one = model(X, y, validation_rows=None, settings=settings)
    fits = []
    for n_epochs in (3, 4):
        stop = lambda progress, n=n_epochs: progress.epoch == n  # noqa: E731
        fits += train_without_warnings([one], stop)
    losses = [(outputs(fit, X)[60:, 0] - y[60:]).square().mean().item() for fit in fits]
    untrained = train_without_warnings([one], stopped=True)[0]
    start = (outputs(untrained, X)[60:, 0] - y[60:]).square().mean().item()
    assert start > losses[0] > losses[1]


@pytest.mark.parametrize("score", ["validation", "train"])
@pytest.mark.parametrize(("tol", "patience"), [(0.0, 3), (0.05, 3), (0.05, 5)])
def test_a_run_ends_after_n_iter_no_change_epochs_without_an_improvement(
    tol, patience, score
):
    X, y = table()
    held = {"validation": torch.arange(60), "train": None}[score]
    patient = {"max_iter": 60, "n_iter_no_change": 60, "learning_rate": 0.01}
    patient |= {"train": {"learning_rate": 0.1}, "validation": {}}[score]
    # All rows in each batch of the second case: each epoch has its exact objective.
    how = {"validation_rows": held, "batch_size": 32 if held is not None else 1000}
    impatient = patient | {"n_iter_no_change": patience, "tol": tol}
    whole, fit = (
        train([model(X, y, settings=settings, **how)])[0]
        for settings in (patient, impatient)
    )
    scores = np.array([row[score] for row in whole.history])
    expected = epochs_until(scores, tol, patience)
    assert patience < expected < len(whole.history) == 60
    assert fit.history == whole.history[:expected]
