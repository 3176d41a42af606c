"""How a part that trains elsewhere says how far it is, and hears that it should stop.

On a Dask cluster this goes through the scheduler, which every worker reaches: a queue
from the parts to the caller, and an event back. Other backends have no such thing;
there a part only tells when it is done.
"""

import queue
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

__all__ = ["Call", "Line"]

_SECONDS = 0.2  # between two messages of a part


class Line:
    """The caller's end: passes on to a monitor what all parts say.

    Parameters
    ----------
    monitor : Monitor
    client : distributed.Client or None

    Attributes
    ----------
    name : str or None
        What a part needs to call; None without a cluster.
    """

    def __init__(self, monitor, client):
        self._monitor, self._client = monitor, client
        self.name = None if client is None else f"skloss-{uuid.uuid4().hex}"
        self._told = queue.SimpleQueue()
        self._over = threading.Event()

    def __enter__(self):
        if self._client is not None:
            from distributed import Event, Queue

            self._said = Queue(self.name, self._client)
            self._stop = Event(self.name, self._client)
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
            if self._client is not None:
                self._said.close()
                if error is None:
                    self._stop.clear()  # nobody is left to hear it

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
        said = [] if self._client is None else self._said.get(batch=True)
        while not self._told.empty():
            said.append(self._told.get())
        for part in said:
            stopped_before = self.stopped
            if self._monitor.report(*part) and not stopped_before:
                self._stop_all()

    def _stop_all(self):
        self._monitor.stop.set()
        if self._client is not None:
            with suppress(OSError):  # no scheduler is left to tell anyone
                self._stop.set()


class Call:
    """A part's end: hears a `Progress` from training, returns whether to stop.

    Attributes
    ----------
    rows : list of dict
        What has not been passed on.
    """

    def __init__(self, name, number):
        self.rows, self._name, self._number = [], name, number
        self._stopped, self._told = False, time.monotonic()

    def __enter__(self):
        if self._name is not None:
            from distributed import Event, Queue

            self._said, self._stop = Queue(self._name), Event(self._name)
        return self

    def __exit__(self, kind, error, trace):
        if self._name is not None:
            self._said.close()

    def __call__(self, progress):
        self.rows += progress.rows
        if self._name is not None and time.monotonic() - self._told > _SECONDS:
            self._said.put((self._number, progress.fraction, progress.epoch, self.rows))
            self._stopped = self._stop.is_set()
            self.rows, self._told = [], time.monotonic()
        return self._stopped
