"""End of the interpreter: training in other threads stops before it."""

import os
import threading
import warnings
from contextlib import contextmanager, suppress

__all__ = [
    "is_shutting_down",
    "leave_if_shutting_down",
    "stop_threads_first",
    "until_shutdown",
]

# Seconds that the interpreter waits for work to stop. Solvers notice within half a
# second; a user's loss that takes longer than this would hold up the exit.
_PATIENCE = 10.0
# Seconds for a thread to return from there to its end, which frees its tensors.
_FAREWELL = 2.0

_idle = threading.Condition()
_busy: list[threading.Thread] = []  # once for each piece of work
_ending = threading.Event()


def _forget_threads():
    """Reset the state in a forked child; threads do not survive a fork."""
    global _idle
    _idle = threading.Condition()
    _busy.clear()


def _stop_all():
    """Let every thread leave its work, and wait for that.

    A daemon thread that returned to Python from within torch while the interpreter
    ends would be killed there, which can abort the process; other threads, those of
    pools included, would be joined only when their training is over.
    """
    _ending.set()
    with _idle:
        leaving = [thread for thread in set(_busy) if thread.daemon]
        _idle.wait_for(lambda: not _busy, _PATIENCE)
    for thread in leaving:
        with suppress(AssertionError, RuntimeError):  # not started by `threading`
            thread.join(_FAREWELL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_threads)


def stop_threads_first():
    """Stop training before the functions that others registered so far are run.

    Pools of processes wait for their tasks there, and the last registered is the first.
    """
    # `atexit` would be too late: its functions run after threads were joined. Without
    # the private function, or at the very end, an exit waits as it always did.
    with suppress(AttributeError, RuntimeError):
        threading._register_atexit(_stop_all)


stop_threads_first()


def is_shutting_down():
    """Return whether the main thread is done and the interpreter ends."""
    return _ending.is_set()


def leave_if_shutting_down():
    """End the calling thread if the interpreter ends, unless it is the main thread.

    `threading` ends a thread silently at SystemExit. Functions that are registered by
    `atexit` run in the main thread and may still predict.
    """
    current = threading.current_thread()
    if not _ending.is_set() or current is threading.main_thread():
        return
    if not current.daemon:  # its owner may have counted on the result
        warnings.warn(
            "Training was stopped because the main thread has ended; let it join the "
            "threads that train.",
            RuntimeWarning,
            stacklevel=2,
        )
    raise SystemExit


@contextmanager
def until_shutdown():
    """Register work of this thread, which the end of the interpreter waits for.

    Raises
    ------
    SystemExit
        In threads other than the main one, if the interpreter ends.
    """
    leave_if_shutting_down()
    own = threading.current_thread()
    with _idle:
        _busy.append(own)
    try:
        yield
    finally:
        with _idle, suppress(ValueError):  # a fork within has cleared the list
            _busy.remove(own)
            _idle.notify_all()
