"""One intra-op thread per stack, and cores used by parallel stacks.

Small products lose more to the barrier between two threads than they gain: while
another process uses one core, a step takes a hundred times as long. So every stack
trains in a separate Python thread with a single intra-op thread; torch releases the
interpreter lock while it computes. A single stack trains in the thread of its caller.
"""

import os
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager

import joblib
import torch

from skloss.training.shutdown import is_shutting_down

__all__ = ["n_cores", "one_thread", "share_out", "side_by_side", "workers"]

_lock = threading.Lock()
_users = 0
_saved = 1


def _forget_users():
    """Reset the state in a forked child; threads do not survive a fork."""
    global _lock, _users
    _lock, _users = threading.Lock(), 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_users)


def n_cores():
    """Processors that this process may use.

    The affinity mask, the CPU quota of a container (cgroup v1 and v2) and the
    environment variable ``LOKY_MAX_CPU_COUNT`` are obeyed.
    """
    return joblib.cpu_count()


@contextmanager
def _restored_threads():
    # torch stores the number per thread, and new threads start with the last one that
    # was set. The last context therefore restores the number from before the first one.
    global _users, _saved
    if is_shutting_down():  # there will be no new threads
        yield
        return
    with _lock:
        if _users == 0:
            _saved = _in_a_new_thread(torch.get_num_threads)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users = max(_users - 1, 0)  # a fork within has set it to 0
            if not _users and not is_shutting_down():
                _in_a_new_thread(torch.set_num_threads, _saved)


def _in_a_new_thread(function, *args):
    # Plainer than a pool, which would take three times as long as a small prediction.
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*args)))
    thread.start()
    thread.join()
    return found[0]


@contextmanager
def one_thread():
    """Let torch compute with one thread, for many small pieces of work.

    The caller's number is restored. A thread that first uses torch in the meantime
    keeps the number that was set then, because torch stores it per thread.
    """
    if torch.get_num_threads() == 1:  # nothing to set, nor to restore
        yield
        return
    with _restored_threads():
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)


@contextmanager
def workers(n_threads):
    """Open a pool of threads that each compute with one intra-op thread."""
    with _restored_threads():
        pool = ThreadPoolExecutor(
            n_threads,
            thread_name_prefix="skloss-training",
            initializer=torch.set_num_threads,
            initargs=(1,),
        )
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def side_by_side(function, items, stop, n_threads):
    """Call ``function`` on each item, ``n_threads`` at a time; results in order.

    If a call raises, or the caller is interrupted, ``stop`` (an Event that the calls
    watch) ends the others before the exception propagates.
    """
    if n_threads == 1 or len(items) == 1:
        # Memory freed in this thread is reused; that of another thread may not be.
        with one_thread():
            return [function(item) for item in items]
    with workers(min(n_threads, len(items))) as pool:
        try:
            futures = [pool.submit(function, item) for item in items]
            failed, pending = [], futures
            while pending and not failed:
                # Python handles signals between two lines of the main thread alone:
                # an unlimited wait would delay Ctrl-C until training is over. A fifth
                # of a second leaves time to stop within a second.
                _, pending = wait(pending, timeout=0.2, return_when=FIRST_EXCEPTION)
                failed = [f for f in futures if f.done() and f.exception() is not None]
            if failed:
                raise failed[0].exception()
            return [future.result() for future in futures]
        finally:
            stop.set()


def share_out(function, items):
    """Call ``function`` on each of many small items, in threads on all cores.

    Parameters
    ----------
    function : callable
        Runs without gradients; its result is dropped.
    items : sequence
        Each thread works through every k-th.
    """
    n_threads = 1 if is_shutting_down() else n_cores()
    stop = threading.Event()

    @torch.no_grad()  # which belongs to the thread
    def work(first):
        for item in items[first::n_threads]:
            if stop.is_set():
                break
            function(item)

    side_by_side(work, range(min(n_threads, len(items))), stop, n_threads)
