"""Forecasts of the end of a training, against trainings that are simulated."""

from types import SimpleNamespace

import numpy as np
import pytest

from skloss.app.session.forecast import Forecast

MAX_ITER = 200


def records(bests, seconds=0.5, patience=10):
    """Yield (time, record) of models that train side by side, an epoch at a time."""
    ends = [min(best + patience, MAX_ITER) for best in bests]
    now = 0.0
    for epoch in range(1, max(ends) + 1):
        running = [k for k, end in enumerate(ends) if epoch <= end]
        now += seconds * len(running)
        shares = [1.0 if epoch >= end else epoch / MAX_ITER for end in ends]
        rows = [
            {
                "loss": "huber",
                "fold": k,
                "member": 0,
                "epoch": epoch,
                "train": 1 / epoch,
                "validation": 1 + abs(epoch - bests[k]) / 100,
            }
            for k in running
        ]
        yield (
            now,
            SimpleNamespace(rows=rows, fraction=np.mean(shares), max_iter=MAX_ITER),
        )


def forecast_at(share, bests):
    """Forecast and true seconds left after a share of a simulated training."""
    steps = list(records(bests))
    total = steps[-1][0]
    forecast = Forecast()
    for now, record in steps:
        forecast.add(record, now)
        if now >= share * total:
            return forecast.left(now), total - now
    return None


@pytest.mark.parametrize(
    "bests",
    # Epochs of the best validation loss: as on the built-in samples, with a late one.
    [[3, 4, 6, 8], [2, 2, 3, 5], [6, 9, 9, 13], [5, 10, 15, 20], [4, 5, 6, 20]],
    ids=str,
)
@pytest.mark.parametrize("share", [0.1, 0.2, 0.4])
def test_a_forecast_is_within_a_factor_of_two_from_a_tenth_of_the_run_on(bests, share):
    forecast, true = forecast_at(share, bests)
    assert true / 2 <= forecast <= true * 2


def test_models_that_do_not_stop_early_train_to_the_last_epoch():
    forecast = Forecast()
    row = {"loss": "huber", "fold": 0, "member": 0, "train": 1.0}
    for epoch in range(1, 51):
        record = SimpleNamespace(
            rows=[{**row, "epoch": epoch, "validation": float("nan")}],
            fraction=epoch / MAX_ITER,
            max_iter=MAX_ITER,
        )
        forecast.add(record, epoch * 2.0)
    # 150 epochs of 2 seconds, measured from the end of the first.
    assert forecast.left(100.0) == pytest.approx(300, rel=0.05)


def test_models_that_have_not_begun_count():
    forecast, rest = Forecast(), [None] * 3
    row = {"loss": "huber", "fold": 0, "member": 0, "train": 1.0}
    for epoch in range(1, 13):
        validation = 1 + abs(epoch - 5)
        record = SimpleNamespace(
            rows=[{**row, "epoch": epoch, "validation": validation}],
            fraction=epoch / MAX_ITER / (1 + len(rest)),
            max_iter=MAX_ITER,
        )
        forecast.add(record, float(epoch))
    # 3 of 10 epochs without progress are left, so 3 tenths of what follows progress.
    # Four such models, each epoch a second, of which 12 epochs are done.
    assert forecast.left(12.0) == pytest.approx(4 * (12 + 0.3 * 18) - 12)


def test_a_model_that_still_improves_is_not_expected_to_stop_at_once():
    # Half of real models trained at least 21 more epochs after one of progress.
    forecast = Forecast()
    for epoch in range(1, 61):
        row = {"loss": "huber", "fold": 0, "member": 0, "train": 1.0, "epoch": epoch}
        record = SimpleNamespace(
            rows=[{**row, "validation": 1 / epoch}],
            fraction=epoch / MAX_ITER,
            max_iter=MAX_ITER,
        )
        forecast.add(record, float(epoch))
    assert 21 / 2 <= forecast.left(60.0) <= 21 * 2


def test_a_slow_start_is_forgotten():
    forecast, now = Forecast(), 30.0
    row = {"loss": "huber", "fold": 0, "member": 0, "train": 1.0}
    forecast.add(SimpleNamespace(rows=[], fraction=0.001, max_iter=MAX_ITER), 0.0)
    for epoch in range(1, 51):
        now += 5.0 if epoch < 5 else 0.5
        record = SimpleNamespace(
            rows=[{**row, "epoch": epoch}],
            fraction=epoch / MAX_ITER,
            max_iter=MAX_ITER,
        )
        forecast.add(record, now)
    assert forecast.left(now) == pytest.approx(150 * 0.5)


def test_the_first_epochs_of_models_are_not_timed():
    # Side by side, each reports its first epoch after the same slow start.
    forecast, at = Forecast(), {0: [9.0, 10.0, 11.0], 1: [9.1, 10.1, 11.1]}
    forecast.add(SimpleNamespace(rows=[], fraction=0.001, max_iter=MAX_ITER), 0.0)
    for epoch in range(3):
        for fold, times in at.items():
            row = {"loss": "huber", "fold": fold, "member": 0, "train": 1.0}
            record = SimpleNamespace(
                rows=[{**row, "epoch": epoch + 1}],
                fraction=(epoch + 1) / MAX_ITER,
                max_iter=MAX_ITER,
            )
            forecast.add(record, times[epoch])
            if epoch == 0:
                assert forecast.left(times[0]) is None
    # Two epochs of two models in about two seconds; 197 of each are left.
    assert forecast.left(11.1) == pytest.approx(197, rel=0.1)


def test_a_solver_without_epochs_is_forecast_from_its_fraction():
    forecast = Forecast()
    for now, fraction in ((0.0, 0.1), (6.0, 0.25)):
        forecast.add(SimpleNamespace(rows=[], fraction=fraction, max_iter=10), now)
    assert forecast.left(6.0) == pytest.approx(18.0)


@pytest.mark.parametrize(("seconds", "fraction"), [(0.5, 0.5), (60.0, 0.0)])
def test_too_little_is_known_for_a_forecast(seconds, fraction):
    forecast = Forecast()
    forecast.add(SimpleNamespace(rows=[], fraction=fraction, max_iter=10), 0.0)
    assert forecast.left(seconds) is None


def test_before_the_first_record_there_is_no_forecast():
    assert Forecast().left(100.0) is None
