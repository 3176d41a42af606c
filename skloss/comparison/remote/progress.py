"""Progress and stop signals between the caller and remote training tasks.

The caller and its tasks share a channel: on a Dask cluster a queue and an event of the
scheduler, which every worker can reach; else a folder, which processes of this machine
can reach. A task on another machine that does not find the folder reports only its end.
"""

import json
import queue
import shutil
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from skloss.training import is_shutting_down

__all__ = ["Listener", "Reporter"]

# Seconds between two messages of a task: a stop takes effect within twice that, and a
# hundred tasks send 500 small messages per second.
_SECONDS = 0.2


class Listener:
    """Listener of the caller, which forwards the messages of all tasks to a monitor.

    Parameters
    ----------
    monitor : Monitor
    client : distributed.Client or None
        None uses a folder.

    Attributes
    ----------
    address : tuple
        What a task needs to send messages: the kind of channel and its name.
    """

    def __init__(self, monitor, client):
        self._monitor, self._client = monitor, client
        self._own = queue.SimpleQueue()
        self._over = threading.Event()

    def __enter__(self):
        if self._client is None:
            name = tempfile.mkdtemp(prefix="skloss-")
            self._channel = _Folder(name)
        else:
            name = f"skloss-{uuid.uuid4().hex}"
            self._channel = _Scheduler(name, self._client)
        self.address = type(self._channel), name
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="skloss-progress")
        self._listening = self._pool.submit(self._listen)
        return self

    def __exit__(self, kind, error, trace):
        self._over.set()
        try:
            if error is not None:
                self._stop_all()
            self._listening.result()
        finally:
            self._pool.shutdown()
            self._channel.end(stopped=error is not None)

    @property
    def stopped(self):
        """Whether no more tasks should start."""
        return self._monitor.stop.is_set()

    def report(self, number, fraction, epoch, rows):
        """Report on behalf of a task; another thread forwards it to the monitor."""
        self._own.put((number, fraction, epoch, rows))

    def _listen(self):
        try:
            while not self._over.wait(_SECONDS):
                self._forward()
                if is_shutting_down() and not self.stopped:
                    self._stop_all()
            self._forward()
        except BaseException:  # from the caller's callback, or from the cluster
            self._stop_all()
            raise

    def _forward(self):
        own = []
        while not self._own.empty():
            own.append(self._own.get())
        # Polled after the own messages are taken, so that a task's messages precede its
        # end.
        for message in [*self._channel.poll(), *own]:
            stopped_before = self.stopped
            if self._monitor.report(*message) and not stopped_before:
                self._stop_all()

    def _stop_all(self):
        self._monitor.stop.set()
        self._channel.stop()


class Reporter:
    """Reporter of a task: called with each `Progress`, it returns whether to stop.

    Parameters
    ----------
    address : tuple
        From `Listener`.
    number : int
        Number of the task.

    Attributes
    ----------
    rows : list of dict
        Rows of the history that were not sent yet.
    """

    def __init__(self, address, number):
        self.rows, self._address, self._number = [], address, number
        self._stopped, self._last_sent = False, time.monotonic()

    def __enter__(self):
        kind, name = self._address
        self._channel = kind.join(name)
        self._stopped = self._channel is not None and self._channel.is_stopped()
        return self

    def __exit__(self, kind, error, trace):
        if self._channel is not None:
            self._channel.leave()

    def __call__(self, progress):
        self.rows += progress.rows
        if self._channel is not None and time.monotonic() - self._last_sent > _SECONDS:
            self._channel.send(
                (self._number, progress.fraction, progress.epoch, self.rows)
            )
            self._stopped = self._channel.is_stopped()
            self.rows, self._last_sent = [], time.monotonic()
        return self._stopped


class _Scheduler:
    """A queue and an event of a Dask scheduler."""

    def __init__(self, name, client=None):
        from distributed import Event, Queue

        self._messages, self._stop = Queue(name, client), Event(name, client)

    @classmethod
    def join(cls, name):
        return cls(name)

    def send(self, message):
        self._messages.put(message)

    def poll(self):
        return list(self._messages.get(batch=True))

    def stop(self):
        with suppress(OSError):  # a scheduler that has shut down has no tasks
            self._stop.set()

    def is_stopped(self):
        return self._stop.is_set()

    def leave(self):
        self._messages.close()

    def end(self, stopped):
        self._messages.close()
        if not stopped:
            self._stop.clear()  # no task reads it any more


class _Folder:
    """Messages as files in a folder that only this user can read."""

    def __init__(self, name):
        self._path = Path(name)

    @classmethod
    def join(cls, name):
        return cls(name) if Path(name).is_dir() else None

    def send(self, message):
        name = f"{time.time_ns()}-{uuid.uuid4().hex}"
        draft = self._path / f"{name}.draft"
        with suppress(FileNotFoundError):  # the caller has ended and removed it
            draft.write_text(json.dumps(message))
            draft.rename(self._path / f"{name}.message")  # atomic: never read half

    def poll(self):
        messages = []
        for path in sorted(self._path.glob("*.message")):
            messages.append(json.loads(path.read_text()))
            path.unlink()
        return messages

    def stop(self):
        (self._path / "stop").touch()

    def is_stopped(self):
        return not self._path.is_dir() or (self._path / "stop").exists()

    def leave(self):
        pass

    def end(self, stopped):
        # Renamed first, because a file written meanwhile would prevent the removal.
        shutil.rmtree(self._path.rename(f"{self._path}-over"), ignore_errors=True)
