"""How a part that trains elsewhere says how far it is, and hears that it should stop.

The caller and its parts share a channel: on a Dask cluster a queue and an event of the
scheduler, which every worker reaches; else a folder, which processes of this machine
reach. A part that finds no such folder, on another machine, only tells when it is done.
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

__all__ = ["Listener", "Reporter"]

_SECONDS = 0.2  # between two messages of a part


class Listener:
    """The caller's end: passes on to a monitor what all parts say.

    Parameters
    ----------
    monitor : Monitor
    client : distributed.Client or None

    Attributes
    ----------
    address : tuple
        What a part needs to send messages.
    """

    def __init__(self, monitor, client):
        self._monitor, self._client = monitor, client
        self._told = queue.SimpleQueue()
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
        """Whether no more parts should begin."""
        return self._monitor.stop.is_set()

    def tell(self, number, fraction, epoch, rows):
        """Say something in the name of a part; it is passed on from another thread."""
        self._told.put((number, fraction, epoch, rows))

    def _listen(self):
        try:
            while not self._over.wait(_SECONDS):
                self._pass_on()
            self._pass_on()
        except BaseException:  # of the caller's hook, or of the cluster
            self._stop_all()
            raise

    def _pass_on(self):
        told = []
        while not self._told.empty():
            told.append(self._told.get())
        # Heard after that, so that what a part says comes before its end.
        for part in [*self._channel.hear(), *told]:
            stopped_before = self.stopped
            if self._monitor.report(*part) and not stopped_before:
                self._stop_all()

    def _stop_all(self):
        self._monitor.stop.set()
        self._channel.stop()


class Reporter:
    """A part's end: hears a `Progress` from training, returns whether to stop.

    Attributes
    ----------
    rows : list of dict
        What has not been passed on.
    """

    def __init__(self, address, number):
        self.rows, self._address, self._number = [], address, number
        self._stopped, self._told = False, time.monotonic()

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
        if self._channel is not None and time.monotonic() - self._told > _SECONDS:
            self._channel.say(
                (self._number, progress.fraction, progress.epoch, self.rows)
            )
            self._stopped = self._channel.is_stopped()
            self.rows, self._told = [], time.monotonic()
        return self._stopped


class _Scheduler:
    """A queue and an event that a Dask scheduler keeps."""

    def __init__(self, name, client=None):
        from distributed import Event, Queue

        self._said, self._stop = Queue(name, client), Event(name, client)

    @classmethod
    def join(cls, name):
        return cls(name)

    def say(self, message):
        self._said.put(message)

    def hear(self):
        return list(self._said.get(batch=True))

    def stop(self):
        with suppress(OSError):  # no scheduler is left to tell anyone
            self._stop.set()

    def is_stopped(self):
        return self._stop.is_set()

    def leave(self):
        self._said.close()

    def end(self, stopped):
        self._said.close()
        if not stopped:
            self._stop.clear()  # nobody is left to hear it


class _Folder:
    """Messages as files of a folder that only this user reads."""

    def __init__(self, name):
        self._path = Path(name)

    @classmethod
    def join(cls, name):
        return cls(name) if Path(name).is_dir() else None

    def say(self, message):
        name = f"{time.time_ns()}-{uuid.uuid4().hex}"
        draft = self._path / f"{name}.draft"
        with suppress(FileNotFoundError):  # the caller is gone, and so is the folder
            draft.write_text(json.dumps(message))
            draft.rename(self._path / f"{name}.message")  # whole or not at all

    def hear(self):
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
        # Renamed first, for what a part still writes would keep the folder.
        shutil.rmtree(self._path.rename(f"{self._path}-over"), ignore_errors=True)
