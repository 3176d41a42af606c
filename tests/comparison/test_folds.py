import weakref

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from skloss import TorchClassifier, TorchRegressor, compare_losses, noise_verdict
from skloss.comparison import folds
from skloss.comparison.stopping import stopping_when
from skloss.table import make_preprocessor

N = 240
LOSSES = ["squared_error", "absolute_error", "huber", "gaussian_nll"]


def table(n=N):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=n), "town": rng.choice(list("abc"), n)})
    return X, X["x"].to_numpy() + (X["town"] == "a") + rng.normal(size=n) / 4


def compared(losses=LOSSES, **options):
    X, y = table()
    model = make_pipeline(
        make_preprocessor(X),
        TorchRegressor(hidden_layer_sizes=(8,), max_iter=4, n_members=1),
    )
    return compare_losses(X, y, losses, cv=3, estimator=model, **options)


@pytest.fixture
def one_by_one(monkeypatch):
    monkeypatch.setattr(folds, "LARGE_TABLE", 100)


@pytest.fixture
def alive(monkeypatch):
    """Encoded tables that are in memory, as weak references."""
    made, make_inputs = [], folds.make_inputs

    def recorded(*args):
        inputs = make_inputs(*args)
        made.append(weakref.ref(inputs))
        return inputs

    monkeypatch.setattr(folds, "make_inputs", recorded)
    return made


def test_folds_of_a_large_table_score_as_if_trained_together(monkeypatch):
    together = compared()
    monkeypatch.setattr(folds, "LARGE_TABLE", 100)
    single = compared()
    pd.testing.assert_frame_equal(single.table, together.table, rtol=1e-6)
    pd.testing.assert_frame_equal(single.predictions, together.predictions, rtol=1e-6)
    pd.testing.assert_frame_equal(single.histories, together.histories, rtol=1e-6)


@pytest.mark.usefixtures("one_by_one")
def test_a_large_table_has_one_encoded_fold_in_memory(alive):
    found = []
    compared(on_epoch=lambda _: found.append(sum(one() is not None for one in alive)))
    assert len(alive) == 3
    assert set(found) == {1}


@pytest.mark.usefixtures("one_by_one")
def test_fewer_losses_train_in_more_folds_at_once(alive):
    found = []
    compared(["huber", "squared_error"], on_epoch=lambda _: found.append(len(alive)))
    assert found[0] == 2
    assert found[-1] == 3


def test_a_small_table_has_all_folds_in_memory(alive):
    found = []
    compared(on_epoch=lambda _: found.append(len(alive)))
    assert set(found) == {3}


@pytest.mark.usefixtures("one_by_one")
def test_progress_of_folds_ascends_to_one():
    fractions = []
    compared(on_epoch=lambda progress: fractions.append(progress.fraction))
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    assert min(abs(np.array(fractions) - 1 / 3)) < 1e-9


@pytest.mark.usefixtures("one_by_one")
def test_folds_that_had_not_begun_are_left_out_of_a_stopped_comparison():
    stopped = compared(on_epoch=lambda progress: progress.epoch >= 2)
    assert set(stopped.stopped) == set(LOSSES)
    assert set(stopped.predictions["fold"]) == {0}
    by_fold = stopped.folds.groupby("fold")["value"].count()
    assert by_fold[0] > 0
    assert by_fold[1] == by_fold[2] == 0
    assert set(stopped.folds["fold"]) == {0, 1, 2}
    assert stopped.winners().empty


@pytest.mark.usefixtures("one_by_one")
def test_a_stop_between_two_folds_keeps_the_folds_that_were_trained():
    fractions = [0.0]
    with stopping_when(lambda: max(fractions) > 1 / 3 - 1e-9):
        stopped = compared(on_epoch=lambda one: fractions.append(one.fraction))
    assert set(stopped.stopped) == set(LOSSES)
    assert set(stopped.predictions["fold"]) == {0}
    assert stopped.winners().empty


@pytest.mark.usefixtures("one_by_one")
def test_contenders_and_costs_follow_the_folds_of_a_large_table():
    found = compared(["huber", {"ridge": Ridge()}], cost=lambda y, d: abs(y - d))
    assert found.table["cost", "mean"].notna().all()
    assert list(found.table.index) == ["huber", "ridge"]


@pytest.mark.usefixtures("one_by_one")
def test_scorers_of_a_large_table_receive_its_held_out_rows():
    def seen(estimator, X, y):
        return len(X)

    found = compared(["huber"], scoring={"rows": seen})
    assert found.table["rows", "mean"].item() == N / 3


@pytest.mark.usefixtures("one_by_one")
def test_a_class_that_a_later_fold_lacks_is_refused_before_the_training():
    X, _ = table()
    y = np.array(["a", "b", "c"])[np.arange(N) * 3 // N]
    every, lacking = np.arange(N), np.arange(N * 2 // 3)
    epochs = []
    with pytest.raises(ValueError, match="Split 1 of cv has no training row"):
        compare_losses(
            X[["x"]],
            y,
            cv=[(every, every[::2]), (lacking, every[::2])],
            estimator=TorchClassifier(max_iter=1),
            on_epoch=epochs.append,
        )
    assert not epochs


@pytest.mark.usefixtures("one_by_one")
def test_a_verdict_on_a_large_table_has_one_encoded_fold_in_memory(alive):
    found = []
    X, y = table()
    noise_verdict(
        X[["x"]],
        y,
        ["gaussian", "laplace", "gaussian_heteroscedastic", "student_t"],
        cv=3,
        estimator=TorchRegressor(hidden_layer_sizes=(4,), max_iter=2),
        on_epoch=lambda _: found.append(sum(one() is not None for one in alive)),
    )
    assert len(alive) == 3
    assert set(found) == {1}
