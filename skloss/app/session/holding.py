"""What the server holds for a session, until a minute after its connection dropped."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from skloss.app import memory
from skloss.app.session.jobs import Job

# Long enough for a train in a tunnel or a laptop that is carried to another room, and
# short enough that the tables of people who left make room for others.
SECONDS_HELD = 60.0
# Streamlit does not report a dropped connection, so that the holder looks for it.
_SECONDS_BETWEEN_SWEEPS = 1.0


class Held:
    """The jobs of one session, and how to release everything that belongs to it.

    Parameters
    ----------
    session_id : str, default=""
        Streamlit's name of the session.
    is_connected : callable, optional
        Returns whether a browser is connected to the session.
    drop : callable, optional
        Drops what the session keeps: tables, results and settings.
    values : callable, optional
        Returns what the session keeps, by name.

    Attributes
    ----------
    key : str
        Cannot be guessed: a browser that sends it has been in this session.
    """

    def __init__(
        self,
        session_id: str = "",
        is_connected: Callable[[], bool] = lambda: True,
        drop: Callable[[], None] = lambda: None,
        values: Callable[[], Mapping[str, Any]] = dict,
    ):
        self.session_id = session_id
        self.key = secrets.token_urlsafe(32)
        self.is_connected = is_connected
        self.values = values
        self._drop = drop
        self._jobs: list[Job] = []

    def add(self, job: Job) -> None:
        """Add a job, and drop those that have ended."""
        self._jobs = [other for other in self._jobs if not other.finished] + [job]

    def running(self) -> list[Job]:
        """Return the jobs that have not ended."""
        return [job for job in self._jobs if not job.finished]

    def stop(self) -> None:
        """Stop all jobs."""
        for job in self._jobs:
            job.stop()

    def hand_over(self, other: "Held") -> None:
        """Transfer the jobs, which continue, to another session."""
        for job in self._jobs:
            other.add(job)
        self._jobs = []

    def release(self) -> None:
        """Stop all jobs and drop what the session keeps."""
        self.stop()
        self._jobs = []
        self._drop()


class Holder:
    """The sessions of a server, each held for a while after its connection dropped.

    Parameters
    ----------
    seconds : float, default=SECONDS_HELD
        Time without a connection after which a session is released.
    clock : callable, default=time.monotonic
        Returns seconds.

    Attributes
    ----------
    on_release : callable
        Called with each session that has been released without a connection.
    """

    def __init__(
        self,
        seconds: float = SECONDS_HELD,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.seconds = seconds
        self.on_release: Callable[[Held], Any] = lambda held: None
        self._clock = clock
        # When each session was connected last, in the order of their beginning.
        self._seen: dict[Held, float] = {}
        self._lock = threading.Lock()
        self._sweeper: threading.Thread | None = None

    def hold(self, held: Held) -> None:
        """Hold a session that is connected."""
        with self._lock:
            self._seen[held] = self._clock()

    def find(self, key: str) -> Held | None:
        """Return the session of a key, None if it is not held any more."""
        with self._lock:
            for held in self._seen:  # compared in a time that shows nothing of a key
                if secrets.compare_digest(held.key.encode(), key.encode()):
                    return held
        return None

    def let_go(self, held: Held) -> None:
        """Release a session now."""
        with self._lock:
            self._seen.pop(held, None)
        held.release()

    def sweep(self) -> int:
        """Release the sessions without a connection for too long; return their number.

        Returns
        -------
        int
        """
        now, over = self._clock(), []
        with self._lock:
            for held in list(self._seen):
                if held.is_connected():
                    self._seen[held] = now
                elif now - self._seen[held] > self.seconds:
                    del self._seen[held]
                    over.append(held)
        for held in over:
            held.release()
            self.on_release(held)
        return len(over)

    def sweep_in_background(self) -> None:
        """Sweep from a thread for as long as the process lives."""
        with self._lock:
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep_on, daemon=True)
                self._sweeper.start()

    def _sweep_on(self) -> None:
        while True:
            released = self.sweep()
            time.sleep(_SECONDS_BETWEEN_SWEEPS)
            if released:  # and closed by the server's own thread in the meantime
                memory.give_back()


#: One holder for all sessions of the server process.
HOLDER = Holder()
