"""A comparison is a task of the callbacks that scikit-learn has since version 1.9."""

import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchRegressor, compare_losses

pytest.importorskip("sklearn.callback", reason="scikit-learn has it since 1.9")

DATA = load_diabetes(return_X_y=True)
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 3, "early_stopping": False, "tol": 0}
ROWS = ["mse", "mae", {"line": LinearRegression()}]


class Recorder:
    """Write down what is called; stop at the end of the n-th epoch."""

    def __init__(self, stop_at=None):
        self.events, self.stop_at, self.n_epochs = [], stop_at, 0

    def setup(self, estimator, context):
        self.events.append("setup")

    def on_fit_task_begin(self, estimator, context):
        self.events.append(f"begin {context.task_name}")

    def on_fit_task_end(self, estimator, context):
        self.events.append(f"end {context.task_name}")
        self.n_epochs += context.task_name == "epoch"
        return self.n_epochs == self.stop_at

    def teardown(self, estimator, context):
        self.events.append("teardown")


def compared(recorder, make=TorchRegressor, losses=ROWS):
    model = make(**SMALL, n_members=1).set_callbacks(recorder)
    return compare_losses(*DATA, losses, estimator=model, cv=2, n_jobs=1)


def test_each_fit_is_a_task_and_each_epoch_one_of_it():
    recorder = Recorder()
    compared(recorder)
    events = recorder.events
    assert events[:2] == ["setup", "begin compare_losses"]
    assert events[-2:] == ["end compare_losses", "teardown"]
    for label in ("squared_error", "absolute_error", "line"):
        for fold in (1, 2):
            assert events.count(f"begin {label}, fold {fold}") == 1
            assert events.count(f"end {label}, fold {fold}") == 1
    assert events.count("begin epoch") == events.count("end epoch") == 2 * 2 * 3


def test_a_callback_stops_the_comparison():
    found = compared(Recorder(stop_at=2))
    assert set(found.stopped) == {"squared_error", "absolute_error", "line"}


def test_callbacks_of_a_pipeline_receive_the_comparison():
    recorder = Recorder()

    def in_pipeline(**parameters):
        return make_pipeline(StandardScaler(), TorchRegressor(**parameters))

    compared(recorder, in_pipeline, ["mse"])
    assert recorder.events[:2] == ["setup", "begin compare_losses"]
    assert recorder.events.count("teardown") == 1


def test_a_comparison_that_fails_is_torn_down():
    recorder = Recorder()
    recorder.on_fit_task_end = lambda estimator, context: 1 / 0
    with pytest.raises(ZeroDivisionError):
        compared(recorder)
    assert recorder.events[-1] == "teardown"
