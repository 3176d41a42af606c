"""Training: a stack is its models alone, and a run never ends in NaN."""

import multiprocessing
import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from torch import nn

from skloss import compare_losses
from skloss.estimators import TorchRegressor
from skloss.losses import Huber
from skloss.training import (
    Monitor,
    TrainSettings,
    UserModule,
    one_thread,
    threads,
    train,
)
from skloss.training.grouping import LARGEST_STACK, stacked
from skloss.training.module_stack import ModuleStack
from skloss.training.perceptron_stack import PerceptronStack
from skloss.training.solvers.adam import _learning_rate
from tests.training.models import model, outputs, table

LOSSES = ["squared_error", "absolute_error", "huber", "gaussian_nll", "laplace_nll"]


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "silu", "identity"])
def test_written_out_gradient_equals_autograd(activation):
    X, y = table()
    stack = PerceptronStack(
        [model(X, y, seed=s, settings={"activation": activation}) for s in range(3)]
    )
    x = torch.stack([X[:20], X[20:40], X[40:60]])
    pull = torch.as_tensor(np.random.default_rng(1).normal(size=(3, 20, 1)))
    memory = stack.inputs(20)
    memory.copy_(x)
    stack.forward(memory)
    stack.backward(pull.clone())
    functions = {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "logistic": torch.sigmoid,
        "silu": nn.functional.silu,
        "identity": lambda z: z,
    }
    weights = [w.clone().requires_grad_() for w in stack.weights]
    biases = [b.clone().requires_grad_() for b in stack.biases]
    z = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        z = functions[activation](z @ w + b)
    ((z @ weights[-1] + biases[-1]) * pull).sum().backward()
    for found, leaf in zip(stack.weight_grads, weights, strict=True):
        torch.testing.assert_close(found, leaf.grad)
    for found, leaf in zip(stack.bias_grads, biases, strict=True):
        torch.testing.assert_close(found, leaf.grad)


def test_model_in_a_stack_equals_the_model_alone():
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


def test_folds_of_unequal_length_share_a_stack_and_equal_the_model_alone():
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


@pytest.mark.parametrize(
    ("n_models", "width", "sizes"),
    [(10, 8, [10]), (10, 512, [5, 5]), (40, 8, [20, 20])],
    ids=["small", "wide", "many"],
)
def test_stacks_part_where_a_thread_has_enough_to_do(n_models, width, sizes):
    X, y = table()
    settings = {"hidden_layer_sizes": (width, width)}
    models = [model(X, y, seed=s, settings=settings) for s in range(n_models)]
    assert [len(stack) for stack in stacked(models, 2)] == sizes


def test_float32_stack_follows_each_model_alone_over_the_first_epochs():
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


def test_hook_hears_every_epoch_of_every_model_and_true_stops():
    X, y = table()
    heard = []

    def hook(progress):
        heard.extend(progress.rows)
        return progress.epoch >= 3

    models = [model(X, y, seed=s, settings={"max_iter": 50}) for s in range(2)]
    fits = train(models, hook)
    assert all(fit.stopped for fit in fits)
    assert [len(fit.history) for fit in fits] == [3, 3]
    assert len(heard) == 6


def test_a_hook_is_never_called_while_it_is_at_work():
    X, y = table()
    at_work, threads_seen = threading.Lock(), set()

    def hook(progress):
        assert at_work.acquire(blocking=False)
        time.sleep(0.02)
        threads_seen.add(threading.get_ident())
        at_work.release()

    sizes = (4,), (5,)  # two shapes, each in a thread of its own
    train([model(X, y, settings={"hidden_layer_sizes": s}) for s in sizes], hook, 2)
    assert len(threads_seen) == 2


def test_a_hook_that_said_true_is_not_asked_again():
    asked = []

    def hook(progress):
        asked.append(progress)
        reports.append(threading.Thread(target=monitor.report, args=(1, 0.5, 1, [])))
        reports[0].start()
        time.sleep(0.1)  # the other run waits for its turn meanwhile
        return True

    reports = []
    monitor = Monitor(hook, [1, 1], 10)
    assert monitor.report(0, 0.5, 1, [])
    reports[0].join(30)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden_layer_sizes": (), "solver": "newton"},
        {"hidden_layer_sizes": (), "solver": "lbfgs"},
        {"solver": "adam", "max_iter": 50},
    ],
)
def test_models_that_stop_comes_before_stay_as_they_begin(settings):
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


def test_a_stop_after_the_last_epoch_finds_everything_done():
    X, y = table()
    (fit,) = train([model(X, y)], lambda progress: progress.fraction == 1)
    assert not fit.stopped
    assert len(fit.history) == 8


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "adam"])
def test_progress_never_falls_and_ends_at_one(solver):
    X, y = table()
    heard = []
    settings = {"hidden_layer_sizes": (), "solver": solver, "max_iter": 60}
    train(
        [model(X, y, "huber", seed, settings=settings) for seed in range(3)],
        lambda progress: heard.append(progress.fraction),
    )
    assert all(np.diff(heard) >= -1e-12)
    assert heard[-1] == pytest.approx(1)


def test_hook_is_asked_within_half_a_second_inside_a_long_epoch():
    X, y = table(n_rows=4000, n_features=100)
    slow = {"hidden_layer_sizes": (512, 512, 512), "max_iter": 1000}
    started = time.monotonic()
    (fit,) = train([model(X, y, batch_size=2, settings=slow)], lambda progress: True)
    assert time.monotonic() - started < 2.0
    assert fit.stopped
    assert fit.history == []


def test_an_error_in_the_hook_reaches_the_caller_and_ends_all_threads():
    X, y = table()

    def hook(progress):
        raise RuntimeError("from the hook")

    with pytest.raises(RuntimeError, match="from the hook"):
        train([model(X, y, seed=s) for s in range(40)], hook)
    names = [thread.name for thread in threading.enumerate()]
    assert not any("skloss-training" in name for name in names)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_process_forked_while_others_train_can_train_too():
    X, y = table(60)
    models = [model(X, y, architecture=UserModule(nn.Linear))]
    process = multiprocessing.get_context("fork").Process(target=train, args=(models,))
    with threads._lock, ModuleStack._generator:  # as other threads may hold them
        process.start()
    process.join(30)
    process.kill()
    process.join()
    assert process.exitcode == 0


def test_training_leaves_global_state_alone():
    X, y = table()
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    numpy_state = np.random.get_state()[1].copy()
    train([model(X, y, seed=s) for s in range(40)])
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads
    assert np.array_equal(np.random.get_state()[1], numpy_state)
    assert torch.get_default_dtype() == torch.float32


def test_new_threads_begin_with_the_count_that_training_found():
    def in_a_new_thread(function, *args):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function, *args).result()

    X, y = table(60)
    before, own = in_a_new_thread(torch.get_num_threads), torch.get_num_threads()
    torch.set_num_threads(1)  # of this thread
    in_a_new_thread(torch.set_num_threads, 2)  # of those to come
    train([model(X, y)])
    found = in_a_new_thread(torch.get_num_threads)
    torch.set_num_threads(own)
    in_a_new_thread(torch.set_num_threads, before)
    assert found == 2


def test_one_thread_is_what_torch_has_until_the_context_ends():
    inside, leave = threading.Event(), threading.Event()
    seen = {}

    def other():
        with one_thread():
            inside.set()
            leave.wait(30)
            seen["other"] = torch.get_num_threads()

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    thread = threading.Thread(target=other)
    with one_thread():
        thread.start()
        inside.wait(30)
        seen["own"] = torch.get_num_threads()
    seen["after"] = torch.get_num_threads()
    leave.set()
    thread.join()
    seen["at last"] = torch.get_num_threads()
    torch.set_num_threads(before)
    assert seen == {"own": 1, "after": 2, "other": 1, "at last": 2}


def test_learning_rate_warms_up_and_then_follows_a_cosine():
    settings = TrainSettings(learning_rate=1.0, schedule="cosine", warmup_fraction=0.1)
    rates = [_learning_rate(settings, taken, 100) for taken in range(100)]
    assert rates[:10] == pytest.approx(np.arange(1, 11) / 10)
    assert rates[55] == pytest.approx(0.5)
    assert rates[-1] < 0.001
    assert _learning_rate(TrainSettings(learning_rate=0.3), 57, 100) == 0.3
    short = TrainSettings(learning_rate=1.0, warmup_fraction=0.35)
    assert max(_learning_rate(short, taken, 10) for taken in range(10)) == 1.0


def test_gradient_is_clipped_for_each_model_by_its_own_norm():
    X, y = table()
    loud = model(X, y * 1e6, settings={"max_iter": 3})
    quiet = model(X, y, settings={"max_iter": 3})
    _, fit = train([loud, quiet])
    (alone,) = train([quiet])
    torch.testing.assert_close(outputs(fit, X), outputs(alone, X))


def test_lbfgs_and_newton_agree_on_a_convex_problem():
    X, y = table()
    linear = {"hidden_layer_sizes": (), "max_iter": 500}
    everything = {"validation_rows": None, "fit_rows": torch.arange(len(X))}
    fits = train(
        [
            model(X, y, settings=linear | {"solver": solver}, **everything)
            for solver in ("newton", "lbfgs")
        ]
    )
    torch.testing.assert_close(
        outputs(fits[0], X), outputs(fits[1], X), atol=1e-5, rtol=0
    )


def test_no_warning_for_a_healthy_run():
    X, y = table()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train([model(X, y)])
