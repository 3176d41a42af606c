"""The work of a job: which comparison it runs, where, and how long that takes."""

from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest

from skloss.app.session import work
from skloss.app.session.jobs import CancelledError
from skloss.app.session.settings import Choice, Settings
from tests.app.session.questions import question_of

LINEAR = Settings((Choice("huber"), Choice("absolute_error")), "linear", folds=3)


def question_with(rows):
    return question_of(np.linspace(1, 3, rows), "regression")


def seconds_of_training(rows):
    settings = Settings((Choice("huber"),), folds=4)
    return work.seconds_expected(question_with(rows), settings) - work._SECONDS_AROUND


def test_the_time_of_a_network_is_that_of_its_steps():
    # 4 ensembles of 8 members; 24 of 200 epochs, 1 batch each, of 99 rows, 1 column.
    seconds = 4 * 8 * 24 * (1e-4 + 3e-5 + 2.5e-6 + 99 * 5e-7)
    assert seconds_of_training(132) == pytest.approx(seconds)


def test_the_time_of_a_large_table_is_that_of_its_planned_epochs():
    # 30,003 of 40,004 rows in 118 batches of 256, 30 epochs.
    seconds = 4 * 30 * (1e-4 + 118 * (3e-5 + 2.5e-6 + 256 * 5e-7))
    assert seconds_of_training(40_004) == pytest.approx(seconds)


def test_the_time_of_a_linear_model_grows_with_the_table():
    seconds = work.seconds_expected(question_with(100), LINEAR)
    assert seconds == pytest.approx(1.5 + 2 * 3 * 0.05 * 1.01)


def test_the_time_counts_the_steps_that_a_fit_takes():
    # Three folds of 132 rows are 99, which train as one batch; of 136 they are 102,
    # which train in batches of 16.
    one, many = seconds_of_training(132), seconds_of_training(136)
    per_epoch, per_batch = 1e-4, 3e-5 + 2.5e-6
    assert many / one == pytest.approx(
        (per_epoch + 7 * (per_batch + 16 * 5e-7)) / (per_epoch + per_batch + 99 * 5e-7)
    )


def test_the_time_of_a_network_counts_each_category_as_a_column():
    words = pd.Series([f"w{k % 12}" for k in range(132)])
    encoded = pd.get_dummies(words).shape[1]
    features = pd.DataFrame({"x": 1.0, "when": pd.Timestamp("2024-01-01"), "w": words})
    assert work._encoded_columns(features) == 2 + encoded


@pytest.fixture(scope="module")
def comparison():
    question = question_of(np.arange(24) % 7 + 0.5)
    settings = Settings(
        (Choice("huber", (("delta", 2.0),)), Choice("squared_error")),
        network="linear",
        folds=3,
        seed=4,
    )
    return work.comparison_work(question, settings)(lambda record: False)


def test_the_comparison_follows_the_settings(comparison):
    recipe = comparison.recipe
    assert (recipe.cv, recipe.random_state, recipe.task) == (3, 4, "regression")
    assert list(recipe.losses) == ["huber", "squared_error"]
    assert recipe.losses["huber"].delta == 2.0
    assert recipe.losses["squared_error"] == "squared_error"
    estimator = recipe.estimator.steps[-1][1]
    assert (estimator.hidden_layer_sizes, estimator.max_iter) == ((), 200)


def test_the_comparison_has_the_source_of_the_table(comparison):
    recipe = comparison.recipe
    assert (recipe.target, recipe.source.name) == ("y", "table.csv")
    assert recipe.source.read().shape == (24, 2)
    assert recipe.source.roles.loc["y", "role"] == "target"


def test_a_comparison_of_classes_takes_a_classifier():
    question = question_of([*"abab"] * 4)
    settings = Settings((Choice("cross_entropy"),), network="linear", folds=2)
    done = work.comparison_work(question, settings)(lambda record: False)
    assert done.classes == ["a", "b"]
    assert done.recipe.unit == ""


@pytest.mark.parametrize("address", ["", "  "])
def test_jobs_train_on_this_server_without_a_scheduler(monkeypatch, address):
    monkeypatch.setenv(work.SCHEDULER_VARIABLE, address)
    assert isinstance(work.place_to_train(), nullcontext)


@pytest.mark.parametrize("work_of", [work.comparison_work, work.verdict_work])
def test_a_stop_before_the_training_cancels_the_work(work_of):
    question = question_of(np.arange(24) % 7 + 0.5)
    run = work_of(question, LINEAR)
    with pytest.raises(CancelledError, match="before the training"):
        run(lambda record: pytest.fail("nothing was trained"), lambda: True)


def test_a_stop_within_the_first_epoch_cancels_the_work_without_scoring(monkeypatch):
    monkeypatch.setattr("skloss.training.solvers.adam._REPORT_SECONDS", 0.0)
    monkeypatch.setattr("skloss.comparison.compare.predict", pytest.fail)
    question = question_of(np.arange(600) % 7 + 0.5)
    epochs = []
    with pytest.raises(CancelledError):
        work.comparison_work(question, Settings((Choice("huber"),), "32"))(
            lambda record: epochs.append(record.epoch) or True, lambda: bool(epochs)
        )
    assert set(epochs) == {0}


def test_a_verdict_that_is_stopped_while_it_is_trained_is_cancelled():
    settings = Settings((), "32", epochs=3)
    run = work.verdict_work(question_of(np.arange(24) % 7 + 0.5), settings)
    with pytest.raises(CancelledError, match="during the training"):
        run(lambda record: True)
