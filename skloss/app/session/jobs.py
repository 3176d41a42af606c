"""Background jobs in a bounded queue, which a page can watch and stop.

The thread of a job never calls Streamlit. A page keeps the :class:`Job`, reads its
progress and can stop it; nothing here waits for the page.
"""

import math
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from skloss import wording
from skloss.app.session.forecast import Forecast

# Few, because each running comparison uses all cores, and holds its table and its
# models in memory.
FITS_AT_ONCE = 2
# The last in the queue would wait for four runs of the longest duration, an hour.
WAITING_AT_MOST = 8
# So that a place in the queue is free again for others.
SECONDS_AT_MOST = 900.0
# How much the priority of training threads is lowered: each step is about a tenth less
# of a core.
_NICENESS = 10
# Most baselines take less time, and a line that appears only briefly would distract.
_SECONDS_UNNOTICED = 2.0
# A live figure of the width of a page cannot show more.
EPOCHS_DRAWN = 120

OnEpoch = Callable[[Any], bool]


class QueueFullError(RuntimeError):
    """The server accepts no more jobs for now."""


class CancelledError(RuntimeError):
    """The work of a job was stopped when it had no result to return."""


class Queue:
    """A first-in, first-out queue of jobs with limits on running and waiting ones.

    Parameters
    ----------
    at_once : int, default=FITS_AT_ONCE
        Jobs that run at the same time.
    waiting : int, default=WAITING_AT_MOST
        Jobs that may wait for a place.
    """

    def __init__(self, at_once: int = FITS_AT_ONCE, waiting: int = WAITING_AT_MOST):
        self.at_once = at_once
        self.waiting = waiting
        self._jobs: list[Job] = []
        self._turn = threading.Condition()

    def enter(self, job: "Job") -> None:
        """Add a job at the end.

        Raises
        ------
        QueueFullError
            If as many jobs run and wait as the queue accepts.
        """
        with self._turn:
            if len(self._jobs) >= self.at_once + self.waiting:
                raise QueueFullError(
                    f"{wording.count(len(self._jobs), 'comparison')} are already "
                    "running or waiting on this server. Try again in a minute."
                )
            self._jobs.append(job)

    def position(self, job: "Job") -> int:
        """Return the number of jobs ahead of this one; 0 when it may run."""
        with self._turn:
            if job not in self._jobs:
                return 0
            return max(self._jobs.index(job) - self.at_once + 1, 0)

    def wait(self, job: "Job") -> None:
        """Block until it is the job's turn or it has been stopped."""
        with self._turn:
            while not job.stopping and self._jobs.index(job) >= self.at_once:
                self._turn.wait(timeout=0.2)

    def leave(self, job: "Job") -> None:
        """Remove a job, so that the next one may run."""
        with self._turn:
            self._jobs.remove(job)
            self._turn.notify_all()


#: One queue for all sessions of the server process.
QUEUE = Queue()


@dataclass(frozen=True)
class Progress:
    """How far a job is, as a page shows it.

    Attributes
    ----------
    fraction : float
        Fraction of the whole run that is done, 0 to 1.
    epoch : int
        Epoch of the models that have trained the longest.
    left : float or None
        Seconds left; None while too little is known for a forecast.
    position : int
        Number of jobs ahead in the queue; 0 when this one runs.
    """

    fraction: float = 0.0
    epoch: int = 0
    left: float | None = None
    position: int = 0


@dataclass(eq=False)
class Job:
    """A function that runs in its own thread, with progress, a stop and a time limit.

    Parameters
    ----------
    work : callable
        Called with ``on_epoch``, to which it passes the progress of each epoch and
        which returns True when it should stop. Its return value is the result.
    labels : tuple of str
        Labels of the compared losses in order, which decide their colours in the
        live figure.
    seconds : float, default=SECONDS_AT_MOST
        Wall-clock limit, after which ``on_epoch`` and `should_stop` return True.
    queue : Queue, default=QUEUE
        Queue in which the job waits for its turn.
    title : str, default="Comparing"
        What it does, as pages name it that do not show its progress.
    page : str, default="compare"
        Path of the page that shows its progress.

    Attributes
    ----------
    state : {"waiting", "running", "done", "failed", "cancelled"}
    result : object
        Return value of ``work``, None until it is done.
    partial : object
        What ``work`` has found so far, if it stores that; None before.
    error : str
        Why the job failed, as a sentence; empty if that is unknown.
    out_of_time : bool
        Whether the time limit stopped the job.

    Examples
    --------
    >>> job = Job(lambda on_epoch: 42).start()
    >>> job.join(timeout=5)
    >>> job.state, job.result
    ('done', 42)
    """

    work: Callable[[OnEpoch], Any]
    labels: tuple[str, ...] = ()
    seconds: float = SECONDS_AT_MOST
    queue: Queue = field(default_factory=lambda: QUEUE)
    title: str = "Comparing"
    page: str = "compare"
    state: str = field(default="waiting", init=False)
    result: Any = field(default=None, init=False)
    partial: Any = field(default=None, init=False)
    error: str = field(default="", init=False)
    out_of_time: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._forecast = Forecast()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        # Sums over folds and members: a page that reads them twice a second must leave
        # the processor to the training.
        self._sums: dict[str, dict[int, tuple[int, float, float]]] = {}
        self._fraction = 0.0
        self._epoch = 0
        self._began = self._ended = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> "Job":
        """Enter the queue, start when the turn comes, and return the job itself.

        Raises
        ------
        QueueFullError
            If the queue accepts no more jobs.
        """
        self.queue.enter(self)
        try:
            self._thread.start()
        except Exception:  # such as a server without a free thread
            self.queue.leave(self)
            raise
        return self

    def stop(self) -> None:
        """Request the work to end; what it has finished is kept."""
        self._stop.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout)

    @property
    def stopping(self) -> bool:
        """Whether a stop has been requested."""
        return self._stop.is_set()

    def should_stop(self) -> bool:
        """Return whether the work should end: by request or by the time limit."""
        if self.seconds_taken > self.seconds:
            self.out_of_time = True
            self.stop()
        return self.stopping

    @property
    def finished(self) -> bool:
        """Whether the job has ended, or was stopped when it had nothing to keep.

        Before the first epoch, a single step on a large table may take seconds. Nobody
        has to wait for its end, but the job keeps its place in the queue until then.
        """
        is_over = self.state in {"done", "failed", "cancelled"}
        return is_over or (self.stopping and not self.out_of_time and self._epoch == 0)

    @property
    def is_noticed(self) -> bool:
        """Whether it waits, or runs for so long, that other pages show it."""
        is_waiting = self.queue.position(self) > 0
        return is_waiting or self.seconds_taken > _SECONDS_UNNOTICED

    @property
    def seconds_taken(self) -> float:
        """Seconds from the start of the work until its end, or until now."""
        if not self._began:
            return 0.0
        return (self._ended or time.monotonic()) - self._began

    def progress(self) -> Progress:
        """Return how far the work is."""
        with self._lock:
            fraction, epoch = self._fraction, self._epoch
            left = self._forecast.left(time.monotonic())
        return Progress(
            fraction=fraction,
            epoch=epoch,
            left=left,
            position=self.queue.position(self),
        )

    def curves(self) -> pd.DataFrame:
        """Return the learning curves so far, as means over folds and members.

        Returns
        -------
        pandas.DataFrame
            Columns as in `Comparison.histories`; each loss has at most about
            `EPOCHS_DRAWN` rows.
        """
        with self._lock:
            sums = {loss: list(epochs.items()) for loss, epochs in self._sums.items()}
        rows = [
            (loss, 0, 0, epoch, train / count, validation / count)
            for loss, epochs in sums.items()
            for epoch, (count, train, validation) in epochs[
                :: 1 + len(epochs) // EPOCHS_DRAWN
            ]
        ]
        columns = ["loss", "fold", "member", "epoch", "train", "validation"]
        return pd.DataFrame(rows, columns=columns)

    def _on_epoch(self, record: Any) -> bool:
        # Lowers the priority of the thread that trains, which is not that of the job if
        # stacks train side by side. With a low priority for the scoring too, a result
        # would take many times as long on a machine with other work.
        yield_to_pages()
        with self._lock:
            for row in record.rows:
                epochs = self._sums.setdefault(row["loss"], {})
                count, train, validation = epochs.get(row["epoch"], (0, 0.0, 0.0))
                epochs[row["epoch"]] = (
                    count + 1,
                    train + row["train"],
                    validation + row.get("validation", math.nan),
                )
            # Estimates may decrease a little, and models that train side by side report
            # different epochs; a bar that moves backwards would look like a fault.
            self._fraction = max(self._fraction, min(record.fraction, 1.0))
            self._epoch = max(self._epoch, record.epoch)
            self._forecast.add(record, time.monotonic())
        return self.should_stop()

    def _run(self) -> None:
        ending = "failed"
        try:
            self.queue.wait(self)
            if self.stopping:
                ending = "cancelled"
                return
            self._began = time.monotonic()
            self.state = "running"
            self.result = self.work(self._on_epoch)
            ending = "done"
        except CancelledError:
            ending = "failed" if self.out_of_time else "cancelled"
            if self.out_of_time:
                self.error = (
                    f"The time limit of {wording.duration(self.seconds)} was reached "
                    "before anything was trained. Use fewer rows, columns or folds."
                )
        except ValueError as error:
            self.error = str(error)
        except MemoryError:
            self.error = (
                "The server does not have enough memory for this. "
                "Use fewer rows, columns or folds."
            )
        finally:
            # Any other exception goes to the server's log by itself; the page only
            # needs the state.
            self._ended = time.monotonic()
            self.queue.leave(self)
            self.state = ending


_yielded = threading.local()


def yield_to_pages() -> None:
    """Let pages be drawn before the calling thread, and those that it starts, compute.

    With as many training threads as cores, a page would get half of a core.
    """
    # Linux alone has a priority for each thread.
    if sys.platform != "linux" or getattr(_yielded, "is_done", False):
        return
    _yielded.is_done = True
    thread = os.PRIO_PROCESS, threading.get_native_id()
    # Larger than before, as only an administrator may make it smaller.
    os.setpriority(*thread, min(os.getpriority(*thread) + _NICENESS, 19))
