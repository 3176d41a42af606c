"""Ctrl-C during training: raised again, or the weights learned so far are kept."""

import signal
import threading
import time

import pytest
import torch

from skloss.losses import PseudoHuber
from skloss.training import deferred_interrupts, train, train_without_warnings
from tests.training.models import model, table

ENDLESS = {"max_iter": 10**6, "tol": 0.0, "n_iter_no_change": 10**6}
SOLVERS = {
    "adam": {},
    "newton": {"hidden_layer_sizes": ()},
    "lbfgs": {"hidden_layer_sizes": ()},
}
every_solver = pytest.mark.parametrize("solver", SOLVERS)


class InterruptedLoss(PseudoHuber):
    """Raises KeyboardInterrupt at a given call, as Ctrl-C within it would."""

    def __init__(self, delta=1.0, calls=0):
        self.delta, self.calls = delta, calls

    def pointwise(self, raw_prediction, y_true):
        self.calls -= 1
        if not self.calls:
            raise KeyboardInterrupt
        return super().pointwise(raw_prediction, y_true)


def interrupted_model(solver, calls):
    X, y = table()
    settings = {"solver": solver, "max_iter": 50, **SOLVERS[solver]}
    rows = {"fit_rows": torch.arange(len(X)), "validation_rows": None}
    one = model(X, y, settings=settings, batch_size=len(X), **rows)
    one.loss = InterruptedLoss(calls=calls)
    return one


@pytest.fixture
def ctrl_c():
    """Press Ctrl-C after some seconds."""
    timers = []

    def press(seconds):
        timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
        timers.append(timer)
        timer.start()
        return time.monotonic() + seconds

    yield press
    for timer in timers:
        timer.cancel()


@every_solver
def test_before_the_first_epoch_it_is_raised(solver):
    with pytest.raises(KeyboardInterrupt), deferred_interrupts() as interrupted:
        one = interrupted_model(solver, calls=1)
        train_without_warnings([one], interrupted=interrupted)


@every_solver
def test_after_the_first_epoch_the_weights_of_that_epoch_are_kept(solver):
    with deferred_interrupts() as interrupted:
        one = interrupted_model(solver, calls=15)
        (fit,) = train_without_warnings([one], interrupted=interrupted)
    assert interrupted.is_set()
    assert fit.stopped and fit.interrupted
    n = len(fit.history)
    assert 0 < n < 15
    stopped_there = interrupted_model(solver, calls=0)
    (same,) = train_without_warnings([stopped_there], lambda p: p.epoch == n)
    assert same.stopped and not same.interrupted
    for found, expected in zip(fit.layers[0], same.layers[0], strict=True):
        torch.testing.assert_close(found, expected)


@every_solver
def test_without_the_event_it_is_raised_after_the_first_epoch_too(solver):
    with pytest.raises(KeyboardInterrupt):
        train([interrupted_model(solver, calls=15)])


def endless(seed):
    return model(*table(), seed=seed, batch_size=10**6, settings=ENDLESS)


def test_a_signal_stops_every_thread_within_a_second(ctrl_c):
    before = threading.active_count()
    models = [endless(seed) for seed in range(45)]  # three stacks
    pressed = ctrl_c(1.0)
    with pytest.raises(KeyboardInterrupt):
        train(models, n_threads=2)
    assert 0 <= time.monotonic() - pressed < 1
    assert threading.active_count() <= before + 1  # the timer may still be ending


def test_a_signal_keeps_the_weights_where_the_caller_defers_it(ctrl_c):
    ctrl_c(0.5)
    with deferred_interrupts() as interrupted:
        fits = train_without_warnings([endless(0)], interrupted=interrupted)
    assert fits[0].stopped
    assert len(fits[0].history) > 1


def test_a_second_signal_is_raised_at_once():
    with pytest.raises(KeyboardInterrupt), deferred_interrupts() as interrupted:
        signal.raise_signal(signal.SIGINT)
        assert interrupted.is_set()
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_application_is_kept():
    received = []
    signal.signal(signal.SIGINT, lambda *_: received.append(1))
    try:
        with deferred_interrupts() as interrupted:
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert received == [1]
    assert not interrupted.is_set()


def test_another_thread_may_train_without_a_handler():
    found = []
    work = threading.Thread(target=lambda: found.extend(train([model(*table())])))
    work.start()
    work.join()
    assert len(found) == 1
