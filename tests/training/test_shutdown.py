"""End of the interpreter: training in other threads ends before it, without a trace."""

import subprocess
import sys
import threading

import pytest

from skloss.training import shutdown, until_shutdown

# The main thread ends when the first epoch is over.
PROGRAM = """
import threading
import numpy as np
from skloss import TorchRegressor, compare_losses

X = np.random.default_rng(0).normal(size=(2000, 5))
endless = {"max_iter": 10**7, "n_iter_no_change": 10**7, "early_stopping": False}
model = TorchRegressor(hidden_layer_sizes=(8,), **endless)
started = threading.Event()
report = lambda progress: started.set()
steps = []
def squares(y_pred, y_true):
    steps.append(None)
    if len(steps) > 100:  # the first epoch has 31
        started.set()
    return (y_pred - y_true).square()
def work():
    WORK
threading.Thread(target=work, daemon=DAEMON).start()
started.wait(60)
print("main ends")
"""
COMPARE = "compare_losses(X, X[:, 0], ['mae', 'mse'], estimator=model, cv=2, "
COMPARE += "n_jobs=JOBS, on_epoch=report)"
WORK = {
    "fit": "model.set_params(loss=squares).fit(X, X[:, 0])",
    "one thread": COMPARE.replace("JOBS", "1"),
    "two threads": COMPARE.replace("JOBS", "2"),
}


def run(work, daemon):
    program = PROGRAM.replace("WORK", work).replace("DAEMON", str(daemon))
    command = [sys.executable, "-W", "ignore::UserWarning", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("work", WORK)
def test_a_daemon_thread_ends_with_the_main_thread(work):
    ended = run(WORK[work], daemon=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "main ends\n", "")


def test_a_thread_whose_result_may_be_expected_is_ended_with_a_warning():
    ended = run(WORK["fit"], daemon=False)
    assert ended.returncode == 0
    assert "Training was stopped because the main thread has ended" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_work_in_another_thread_is_refused_once_the_end_has_begun(monkeypatch):
    done = []

    def work():
        with until_shutdown():
            done.append("work")

    ending = threading.Event()
    monkeypatch.setattr(shutdown, "_ending", ending)
    for _ in range(2):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()
        ending.set()
    with until_shutdown():  # as a function of `atexit` would
        done.append("main")
    assert done == ["work", "main"]
