"""Progress of a fit: verbose, and the callbacks of scikit-learn."""

import io
import sys
import warnings

import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPRegressor

from skloss import TorchClassifier, TorchRegressor
from tests.estimators.small import SMALL

PARAMS = {"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 0}


@pytest.mark.parametrize("verbose", [True, 1, 2])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_each_epoch_has_a_line_where_output_is_captured(
    verbose, solver, diabetes, capsys
):
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        TorchRegressor(verbose=verbose, solver=solver, **PARAMS).fit(*diabetes)
        ours = capsys.readouterr()
        MLPRegressor(
            hidden_layer_sizes=(4,), max_iter=5, verbose=verbose, solver="adam"
        ).fit(*diabetes)
    theirs = [line for line in capsys.readouterr().out.splitlines() if "loss" in line]
    assert len(ours.out.splitlines()) == len(theirs) == 5
    assert ours.out.startswith("epoch 1: train ")
    assert ours.err == ""


def test_the_lines_of_an_ensemble_are_means_of_its_members(diabetes, capsys):
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        model = TorchRegressor(verbose=1, n_members=3, **PARAMS).fit(*diabetes)
    mean = model.history_.groupby("epoch")["train"].mean()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"epoch {epoch}: train {value:.5g}" for epoch, value in mean.items()
    ]


@pytest.mark.parametrize("verbose", [False, 0])
def test_a_quiet_fit_prints_nothing(verbose, diabetes, capsys):
    TorchRegressor(verbose=verbose, **PARAMS).fit(*diabetes)
    assert capsys.readouterr().out == ""


def test_a_terminal_has_a_bar(diabetes, monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", stream)
    TorchRegressor(verbose=1, **PARAMS).fit(*diabetes)
    assert stream.getvalue().count("\n") == 1
    assert "\rTorchRegressor 100% |####" in stream.getvalue()


@pytest.mark.parametrize("verbose", [-1, "yes", 0.5])
def test_another_verbose_is_refused(verbose, diabetes):
    with pytest.raises(ValueError, match="'verbose' parameter"):
        TorchRegressor(verbose=verbose).fit(*diabetes)


class Recorder:
    """Record the tasks of fits, and stop after some."""

    def __init__(self, stop_at=None):
        self.stop_at, self.events, self.fitted = stop_at, [], []

    def setup(self, estimator, context):
        self.events.append("setup")

    def on_fit_task_begin(self, estimator, context):
        self.events.append(f"begin {context.task_name} {context.task_id}")

    def on_fit_task_end(self, estimator, context, *, X=None, fitted_estimator=None):
        self.events.append(f"end {context.task_name} {context.task_id}")
        if fitted_estimator is not None:
            self.fitted.append(fitted_estimator.predict(X))
        return context.task_name == "epoch" and context.task_id == self.stop_at

    def teardown(self, estimator, context):
        self.events.append("teardown")


@pytest.fixture
def recorder():
    pytest.importorskip("sklearn.callback", reason="scikit-learn has it since 1.9")
    return Recorder()


@pytest.mark.parametrize("estimator", [TorchRegressor, TorchClassifier])
def test_each_epoch_is_a_task_of_the_callbacks(estimator, recorder, diabetes):
    X, y = diabetes
    y = y if estimator is TorchRegressor else y > 100
    model = estimator(**PARAMS).set_callbacks(recorder).fit(X, y)
    epochs = [f"{kind} epoch {k}" for k in range(5) for kind in ("begin", "end")]
    events = ["setup", "begin fit 0", *epochs, "end fit 0", "teardown"]
    assert recorder.events == events
    assert (recorder.fitted[0] == model.predict(X)).all()
    assert {name for name in vars(model) if "callback" in name} == {"_skl_callbacks"}


def test_a_convex_fit_reports_its_iterations(recorder, cancer):
    model = TorchClassifier(hidden_layer_sizes=()).set_callbacks(recorder).fit(*cancer)
    assert recorder.events[-2] == "end fit 0"
    assert f"end epoch {model.n_iter_ - 1}" in recorder.events


def test_a_callback_ends_the_training_and_keeps_the_weights(recorder, diabetes):
    recorder.stop_at = 2
    model = TorchRegressor(**PARAMS).set_callbacks(recorder).fit(*diabetes)
    assert model.n_iter_ == 3
    shorter = TorchRegressor(**PARAMS | {"max_iter": 3}).fit(*diabetes)
    assert (model.predict(diabetes[0]) == shorter.predict(diabetes[0])).all()


def test_a_call_of_partial_fit_is_a_task_of_one_epoch(recorder, diabetes):
    model = TorchRegressor(**PARAMS).set_callbacks(recorder)
    model.partial_fit(*diabetes)
    assert recorder.events[2:4] == ["begin epoch 0", "end epoch 0"]


def test_a_fit_that_fails_is_torn_down_and_leaves_no_trace(recorder, diabetes):
    model = TorchRegressor(**PARAMS).set_callbacks(recorder)
    before = set(vars(model))
    recorder.on_fit_task_end = lambda estimator, context: 1 / 0
    with pytest.raises(ZeroDivisionError):
        model.fit(*diabetes)
    assert recorder.events[-1] == "teardown"
    assert set(vars(model)) == before


def test_callbacks_are_set_and_cloned_as_those_of_scikit_learn(recorder):
    ours, theirs = TorchRegressor(**SMALL), LogisticRegression()
    for estimator in (ours, theirs):
        assert estimator.set_callbacks(recorder) is estimator
        assert clone(estimator)._skl_callbacks == [recorder]
        with pytest.raises(TypeError, match="FitCallback protocol"):
            estimator.set_callbacks("bar")
