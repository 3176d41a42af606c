"""Comparisons in the background: a bounded queue that the page can watch and stop.

The worker never calls Streamlit. A page keeps the :class:`Job`, reads its progress as
often as it likes, and asks it to stop; nothing here waits for the page.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from skloss import wording

FITS_AT_ONCE = 2
WAITING_AT_MOST = 8
SECONDS_AT_MOST = 900.0
EPOCHS_DRAWN = 120

OnEpoch = Callable[[Any], bool]


class QueueFullError(RuntimeError):
    """As many comparisons wait as the server accepts."""


class Queue:
    """Places for jobs: so many run, so many wait, the rest are refused.

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
        """Take a place at the end, or raise :class:`QueueFullError`."""
        with self._turn:
            if len(self._jobs) >= self.at_once + self.waiting:
                raise QueueFullError(
                    f"{wording.count(len(self._jobs), 'comparison')} are already "
                    "running or waiting on this server. Try again in a minute."
                )
            self._jobs.append(job)

    def position(self, job: "Job") -> int:
        """Return how many jobs go before this one; 0 when it may run."""
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
        """Give the place back."""
        with self._turn:
            self._jobs.remove(job)
            self._turn.notify_all()


#: One queue for all sessions of the server process.
QUEUE = Queue()


@dataclass(frozen=True)
class Progress:
    """What a page shows of a running job.

    Attributes
    ----------
    fraction : float
        Share of the whole run that is done, 0 to 1.
    epoch : int
        Epoch of the models that are furthest.
    left : float or None
        Seconds to go; None while that is a guess.
    position : int
        Jobs that go first; 0 when this one runs.
    """

    fraction: float = 0.0
    epoch: int = 0
    left: float | None = None
    position: int = 0


@dataclass(eq=False)
class Job:
    """One piece of work in a thread of its own.

    Parameters
    ----------
    work : callable
        Called with ``on_epoch``, which it calls as it goes along and which returns
        True when it should stop. Returns the result.
    labels : tuple of str
        What is compared, in order, so that it looks the same while it runs and after.
    seconds : float, default=SECONDS_AT_MOST
        Wall-clock limit, after which ``on_epoch`` and `should_stop` say stop.
    queue : Queue, default=QUEUE
        Where it waits for its turn.

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
    state: str = field(default="waiting", init=False)
    result: Any = field(default=None, init=False)
    error: str = field(default="", init=False)
    out_of_time: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        # Sums over folds and members, so that a page that looks twice a second has
        # little to draw and leaves the processor to the training.
        self._sums: dict[str, dict[int, tuple[int, float, float]]] = {}
        self._fraction = 0.0
        self._epoch = 0
        self._began = self._ended = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> "Job":
        """Enter the queue and begin when it is our turn; return the job itself."""
        self.queue.enter(self)
        try:
            self._thread.start()
        except Exception:  # such as a server that has no thread left
            self.queue.leave(self)
            raise
        return self

    def stop(self) -> None:
        """Ask the work to end; what it has finished stays."""
        self._stop.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout)

    @property
    def stopping(self) -> bool:
        """Whether the work has been asked to end."""
        return self._stop.is_set()

    def should_stop(self) -> bool:
        """Return whether the work is to end: it was asked to, or its time is up."""
        if self.seconds_taken > self.seconds:
            self.out_of_time = True
            self.stop()
        return self.stopping

    @property
    def finished(self) -> bool:
        """Whether the work has ended, well or not."""
        return self.state in {"done", "failed", "cancelled"}

    @property
    def seconds_taken(self) -> float:
        """Seconds between the turn and the end, or now."""
        if not self._began:
            return 0.0
        return (self._ended or time.monotonic()) - self._began

    def progress(self) -> Progress:
        """Return where the work stands."""
        with self._lock:
            fraction, epoch = self._fraction, self._epoch
        elapsed = self.seconds_taken
        # A forecast from the first few per cent would jump about.
        known = fraction > 0.03 and elapsed > 1
        return Progress(
            fraction=fraction,
            epoch=epoch,
            left=elapsed * (1 - fraction) / fraction if known else None,
            position=self.queue.position(self),
        )

    def curves(self) -> pd.DataFrame:
        """Return the learning curves so far, each the mean over folds and members.

        Columns as of `Comparison.histories`, with some `EPOCHS_DRAWN` epochs a loss.
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
        with self._lock:
            for row in record.rows:
                epochs = self._sums.setdefault(row["loss"], {})
                count, train, validation = epochs.get(row["epoch"], (0, 0.0, 0.0))
                epochs[row["epoch"]] = (
                    count + 1,
                    train + row["train"],
                    validation + row.get("validation", math.nan),
                )
            # Estimates may fall back a little, and models that train side by side tell
            # of different epochs; what moves backwards worries.
            self._fraction = max(self._fraction, min(record.fraction, 1.0))
            self._epoch = max(self._epoch, record.epoch)
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
        except ValueError as error:
            self.error = str(error)
        except MemoryError:
            self.error = (
                "The server has not enough memory for this. "
                "Take fewer rows, columns or folds."
            )
        finally:
            # Whatever else went wrong goes to the server's log by itself; the page
            # only needs to know that it is over.
            self._ended = time.monotonic()
            self.queue.leave(self)
            self.state = ending
