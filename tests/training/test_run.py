"""Runs: a stack equals single fits, and progress is reported."""

import threading
import time

import numpy as np
import pytest
import torch

from skloss.losses import Huber
from skloss.training import (
    Monitor,
    train,
)
from skloss.training.grouping import LARGEST_STACK
from tests.training.models import model, outputs, table

LOSSES = ["squared_error", "absolute_error", "huber", "gaussian_nll", "laplace_nll"]


def test_a_model_in_a_stack_equals_a_single_fit():
    X, y = table()
    models = [
        model(X, y, loss, seed=seed, rows=rows)
        for loss in LOSSES
        for seed, rows in enumerate([torch.arange(0, 280), torch.arange(20, 300)])
    ]
    together = train(models)
    for one, fit in zip(models, together, strict=True):
        (alone,) = train([one])
        torch.testing.assert_close(
            outputs(fit, X), outputs(alone, X), atol=1e-6, rtol=0
        )
        assert len(fit.history) == len(alone.history)


def test_folds_of_unequal_length_share_a_stack_and_equal_single_fits():
    X, y = table(n_rows=303)
    held = torch.arange(60)
    models = [
        model(X, y, name, fit_rows=torch.arange(60, last), validation_rows=held)
        for last in (300, 302, 303)
        for name in ("squared_error", "gaussian_nll")
    ]
    assert len({m.shape for m in models}) == 1
    for fit, one in zip(train(models), models, strict=True):
        (alone,) = train([one])
        torch.testing.assert_close(outputs(fit, X), outputs(alone, X))


def test_a_float32_stack_equals_single_fits_over_the_first_epochs():
    X, y = table(dtype=torch.float32)
    models = [model(X, y, loss, settings={"max_iter": 2}) for loss in LOSSES]
    for one, fit in zip(models, train(models), strict=True):
        (alone,) = train([one])
        torch.testing.assert_close(
            outputs(fit, X), outputs(alone, X), atol=1e-4, rtol=0
        )


def test_bound_losses_with_different_values_share_a_stack():
    X, y = table()
    models = [model(X, y, loss=Huber(), seed=3) for _ in range(2)]
    models[1].loss = models[1].loss.rescaled(10.0)  # a tenth of the other's delta
    together = train(models)
    for one, fit in zip(models, together, strict=True):
        (alone,) = train([one])
        torch.testing.assert_close(
            outputs(fit, X), outputs(alone, X), atol=1e-6, rtol=0
        )
    difference = outputs(together[0], X) - outputs(together[1], X)
    assert difference.abs().max() > 1e-3


def test_every_epoch_of_every_model_is_reported_and_true_stops():
    X, y = table()
    reported = []

    def on_progress(progress):
        reported.extend(progress.rows)
        return progress.epoch >= 3

    models = [model(X, y, seed=s, settings={"max_iter": 50}) for s in range(2)]
    fits = train(models, on_progress)
    assert all(fit.stopped for fit in fits)
    assert [len(fit.history) for fit in fits] == [3, 3]
    assert len(reported) == 6


def test_on_progress_is_never_called_while_a_call_is_running():
    X, y = table()
    at_work, threads_seen = threading.Lock(), set()

    def on_progress(progress):
        assert at_work.acquire(blocking=False)
        time.sleep(0.02)
        threads_seen.add(threading.get_ident())
        at_work.release()

    sizes = (4,), (5,)  # two shapes, each in a separate thread
    train(
        [model(X, y, settings={"hidden_layer_sizes": s}) for s in sizes], on_progress, 2
    )
    assert len(threads_seen) == 2


def test_on_progress_is_not_called_again_after_it_returned_true():
    calls = []

    def on_progress(progress):
        calls.append(progress)
        reports.append(threading.Thread(target=monitor.report, args=(1, 0.5, 1, [])))
        reports[0].start()
        time.sleep(0.1)  # the other run waits for its turn meanwhile
        return True

    reports = []
    monitor = Monitor(on_progress, [1, 1], 10)
    assert monitor.report(0, 0.5, 1, [])
    reports[0].join(30)
    assert len(calls) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden_layer_sizes": (), "solver": "newton"},
        {"hidden_layer_sizes": (), "solver": "lbfgs"},
        {"solver": "adam", "max_iter": 50},
    ],
)
def test_models_that_had_not_started_keep_their_initial_weights(settings):
    X, y = table()
    models = [
        model(X, y, validation_rows=None, seed=seed, settings=settings)
        for seed in range(45)
    ]
    fits = train(models, lambda progress: True, n_threads=1)
    begun = [fit for fit in fits if fit.history]
    assert 1 <= len(begun) <= LARGEST_STACK
    assert all(len(fit.history) == 1 and fit.stopped for fit in begun)
    assert all(torch.isfinite(outputs(fit, X)).all() for fit in fits)


@pytest.mark.parametrize("answer", [True, np.True_])
def test_true_of_python_and_of_numpy_stop(answer):
    X, y = table()
    (fit,) = train([model(X, y, settings={"max_iter": 50})], lambda progress: answer)
    assert fit.stopped
    assert len(fit.history) == 1


def test_a_stop_after_the_last_epoch_changes_nothing():
    X, y = table()
    (fit,) = train([model(X, y)], lambda progress: progress.fraction == 1)
    assert not fit.stopped
    assert len(fit.history) == 8


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "adam"])
def test_progress_never_decreases_and_ends_at_one(solver):
    X, y = table()
    reported = []
    settings = {"hidden_layer_sizes": (), "solver": solver, "max_iter": 60}
    train(
        [model(X, y, "huber", seed, settings=settings) for seed in range(3)],
        lambda progress: reported.append(progress.fraction),
    )
    assert all(np.diff(reported) >= -1e-12)
    assert reported[-1] == pytest.approx(1)


def test_on_progress_is_called_within_half_a_second_inside_a_long_epoch():
    X, y = table(n_rows=4000, n_features=100)
    slow = {"hidden_layer_sizes": (512, 512, 512), "max_iter": 1000}
    started = time.monotonic()
    (fit,) = train([model(X, y, batch_size=2, settings=slow)], lambda progress: True)
    assert time.monotonic() - started < 2.0
    assert fit.stopped
    assert fit.history == []


def test_an_error_in_on_progress_reaches_the_caller_and_ends_all_threads():
    X, y = table()

    def on_progress(progress):
        raise RuntimeError("from on_progress")

    with pytest.raises(RuntimeError, match="from on_progress"):
        train([model(X, y, seed=s) for s in range(40)], on_progress)
    names = [thread.name for thread in threading.enumerate()]
    assert not any("skloss-training" in name for name in names)


def test_training_leaves_global_state_unchanged():
    X, y = table()
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    numpy_state = np.random.get_state()[1].copy()
    train([model(X, y, seed=s) for s in range(40)])
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    assert np.array_equal(np.random.get_state()[1], numpy_state)
    assert torch.get_default_dtype() == torch.float32
