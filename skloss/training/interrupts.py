"""Ctrl-C during training: finish the step in progress, then stop."""

import signal
import threading
from contextlib import contextmanager

__all__ = ["deferred_interrupts"]


@contextmanager
def deferred_interrupts():
    """Turn the first Ctrl-C into an Event, so that it never splits an update in two.

    A second Ctrl-C raises KeyboardInterrupt at once. Only the main thread receives
    signals, and a handler other than Python's own belongs to the application: in any
    other thread, or with such a handler, nothing changes and the Event is never set.

    Yields
    ------
    threading.Event
        Set once Ctrl-C was pressed.
    """
    interrupted = threading.Event()
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interrupted
        return

    def remember(signum, frame):
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, remember)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
