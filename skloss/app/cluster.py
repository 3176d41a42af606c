"""Where jobs train: on this server or, if its settings name one, on a Dask cluster."""

import os
from contextlib import AbstractContextManager, nullcontext

#: Environment variable of the server with the address of a Dask scheduler.
VARIABLE = "SKLOSS_SCHEDULER"


def place_to_train() -> AbstractContextManager:
    """Return the context that a comparison runs in.

    Examples
    --------
    >>> with place_to_train():
    ...     pass
    """
    address = os.environ.get(VARIABLE, "").strip()
    if not address:
        return nullcontext()
    # Here, not above: the dashboard's first page does not wait for torch or Dask.
    from skloss.comparison import on_cluster

    return on_cluster(address)
