"""A comparison shows its progress on request, in a terminal as in a file."""

import contextlib
import io
import re

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression, Ridge

from skloss import TorchRegressor, compare_losses

DATA = load_diabetes(return_X_y=True)
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 20, "early_stopping": False, "tol": 0}
SMALL |= {"n_members": 1}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, estimator=None, losses=("mse", "huber"), **options):
    estimator = estimator or TorchRegressor(**SMALL)
    with contextlib.redirect_stdout(stream):
        compare_losses(*DATA, losses, estimator=estimator, cv=2, n_jobs=1, **options)
    return stream.getvalue()


def test_nothing_is_shown_unless_it_is_requested():
    assert shown(io.StringIO()) == shown(Terminal()) == ""


def test_a_terminal_has_one_line_that_is_drawn_over_and_ends_full():
    text = shown(Terminal(), verbose=1)
    assert text.count("\n") == 1
    assert text.endswith("\n")
    last = text.rsplit("\r", 1)[1]
    assert last.startswith("Comparing losses 100% |##")
    assert re.search(r"fold [12], epoch 20", last)


def test_a_file_has_a_line_for_each_tenth_of_the_work():
    lines = shown(io.StringIO(), verbose=1).splitlines()
    assert 2 <= len(lines) <= 10
    shares = [int(re.match(r"Comparing losses (\d+)%: ", line)[1]) for line in lines]
    assert shares == sorted(set(shares))
    assert shares[-1] == 100
    assert {"squared error", "Huber"} & {
        line.split(": ")[1].split(",")[0] for line in lines
    }


def test_each_epoch_of_each_model_is_listed_with_verbose_2():
    lines = shown(Terminal(), verbose=2).splitlines()
    assert len([line for line in lines if ": train " in line]) == 2 * 2 * 20
    assert "squared error, fold 1, epoch 1: train" in "\n".join(lines)


@pytest.mark.parametrize("verbose", [1, True])
def test_the_estimator_may_request_it(verbose):
    assert "100%" in shown(io.StringIO(), TorchRegressor(**SMALL, verbose=verbose))


def test_the_callback_of_the_caller_is_called_and_may_stop():
    seen = []

    def stop(progress):
        seen.append(progress.fraction)
        return len(seen) == 3

    text = shown(Terminal(), verbose=1, on_epoch=stop)
    assert len(seen) == 3
    assert "100%" not in text
    assert text.endswith("\n")


def test_contenders_are_part_of_the_work():
    records = []
    rows = ["mse", {"line": LinearRegression(), "ridge": Ridge()}]
    compare_losses(
        *DATA, rows, estimator=TorchRegressor(**SMALL), cv=2, on_epoch=records.append
    )
    shares = [record.fraction for record in records]
    assert shares == sorted(shares)
    # A third of the fits is trained; then comes a report before and after each other.
    assert shares[-8:] == pytest.approx(np.repeat(np.arange(2, 7) / 6, 2)[1:-1])
    assert all(record.epoch == 20 for record in records[-8:])


def test_a_stop_leaves_out_the_contenders_that_follow():
    fitted = []

    class Counted(Ridge):
        def fit(self, X, y):
            fitted.append(len(y))
            return super().fit(X, y)

    with pytest.warns(UserWarning):
        found = compare_losses(
            *DATA, ["mse", {"line": Counted(), "ridge": Counted()}], cv=2,
            estimator=TorchRegressor(**SMALL),
            on_epoch=lambda progress: progress.fraction > 0.4,
        )  # fmt: skip
    assert len(fitted) == 1
    assert found.stopped == ("line", "ridge")
    assert found.standing("mae").index.tolist() == ["squared_error"]


def test_the_line_of_a_contender_names_it():
    text = shown(io.StringIO(), verbose=1, losses=["mse", {"line": LinearRegression()}])
    assert text.splitlines()[-1] == "Comparing losses 100%: line, fold 2"
