"""Train on a Dask cluster, given the address of its scheduler."""

from concurrent.futures import CancelledError
from contextlib import contextmanager

import joblib

__all__ = ["on_cluster"]


@contextmanager
def on_cluster(address, timeout=5):
    """Let `compare_losses` train on the workers of a Dask scheduler.

    joblib does not use a cluster of one worker with one thread: everything then trains
    in the caller's process, as with ``n_jobs=1``.

    Parameters
    ----------
    address : str
        Address of the scheduler, such as "tcp://10.0.0.5:8786".
    timeout : float, default 5
        Seconds to wait for the scheduler, and for its first worker.

    Yields
    ------
    None
        While the connection is open.

    Raises
    ------
    ValueError
        If Dask is not installed, the scheduler does not answer or has no workers, the
        connection is lost, or workers keep dying.

    Examples
    --------
    >>> from skloss.comparison import on_cluster
    >>> with on_cluster("tcp://127.0.0.1:1", timeout=1):
    ...     pass
    Traceback (most recent call last):
    ...
    ValueError: No Dask scheduler answers at tcp://127.0.0.1:1.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise ValueError(
            "Training on a cluster needs Dask: pip install distributed."
        ) from None
    try:
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"No Dask scheduler answers at {address}.") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=timeout)
        except TimeoutError as error:
            raise ValueError(
                f"The Dask scheduler at {address} has no workers."
            ) from error
        try:
            with joblib.parallel_config(backend="dask", client=client):
                yield
        except (OSError, CancelledError) as error:
            if client.status == "running":
                raise
            raise ValueError(
                f"The connection to the Dask scheduler at {address} was lost."
            ) from error
        except KilledWorker as error:
            raise ValueError(
                "Dask workers keep dying; they may be out of memory."
            ) from error
