"""Progress on standard output: a bar where lines can be drawn over, else lines."""

import io
import math
import sys

import pytest

from skloss.training import Progress, ProgressBar


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Notebook(io.StringIO):
    """As the stream of a notebook's kernel: it is not a terminal."""


Notebook.__module__ = "ipykernel.iostream"


def row(epoch, validation=math.nan):
    return {"epoch": epoch, "train": 1 / epoch, "validation": validation}


@pytest.fixture
def shown(monkeypatch):
    """Return what is written to a stream while some epochs are reported."""

    def show(stream, verbose=1, n=3, columns=200, end=None):
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setenv("COLUMNS", str(columns))
        bar = ProgressBar("Model", verbose)
        monkeypatch.setattr("skloss.training.progress_bar._DRAW_SECONDS", -1)
        for epoch in range(1, n + 1):
            assert not bar(Progress(epoch / 4, epoch, 4, [row(epoch)]))
        bar.close(**({} if end is None else {"done": end}))
        return stream.getvalue()

    return show


@pytest.mark.parametrize("stream", [Terminal, Notebook])
def test_a_terminal_and_a_notebook_have_a_bar_on_one_line(stream, shown):
    drawn = shown(stream()).split("\r")
    assert drawn[0] == ""
    assert drawn[1] == f"Model  25% |{'#' * 10}{' ' * 30}| epoch 1: train 1"
    assert drawn[2].startswith(f"Model  50% |{'#' * 20}{' ' * 20}| epoch 2: train 0.5")
    assert drawn[-1].startswith(f"Model 100% |{'#' * 40}| epoch 3: train 0.33333")
    assert drawn[-1].endswith("\n") and "".join(drawn).count("\n") == 1


def test_a_run_that_fails_ends_the_line_where_it_was(shown):
    drawn = shown(Terminal(), end=False)
    assert "100%" not in drawn and drawn.endswith("\n")


def test_a_bar_fits_into_a_narrow_terminal_and_covers_the_text_before(shown):
    drawn = shown(Terminal(), columns=24).strip("\n").split("\r")[1:]
    assert {len(text) for text in drawn} == {23}
    wide = shown(Terminal(), n=2).strip("\n").split("\r")[1:]
    assert len(wide[1]) >= len(wide[0])


@pytest.mark.parametrize(("stream", "verbose"), [(io.StringIO, 1), (Terminal, 2)])
def test_other_output_has_a_line_for_each_epoch(stream, verbose, shown):
    lines = ["epoch 1: train 1", "epoch 2: train 0.5", "epoch 3: train 0.33333"]
    assert shown(stream(), verbose).splitlines() == lines


def test_the_loss_of_validation_rows_is_shown_where_it_is_known(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    ProgressBar()(Progress(0.1, 1, 10, [row(1, 0.25)]))
    assert sys.stdout.getvalue() == "epoch 1: train 1, validation 0.25\n"


def test_a_run_without_a_finished_epoch_writes_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    ProgressBar().close()
    assert sys.stdout.getvalue() == ""


def test_drawings_are_a_tenth_of_a_second_apart(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    bar = ProgressBar()
    for epoch in range(1, 100):
        bar(Progress(epoch / 100, epoch, 100, [row(epoch)]))
    assert sys.stdout.getvalue().count("\r") < 50


def test_a_process_without_output_trains_on(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    bar = ProgressBar()
    bar(Progress(1.0, 1, 1, [row(1)]))
    bar.close()
