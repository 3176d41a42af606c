"""Stop a comparison before there is anything to keep: while it is prepared."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["StoppedError", "checkpoint", "stopping_when"]

_should_stop: ContextVar[Callable[[], bool] | None] = ContextVar(
    "should_stop", default=None
)


class StoppedError(RuntimeError):
    """A comparison was stopped when it had no result to return."""


@contextmanager
def stopping_when(should_stop: Callable[[], bool]) -> Iterator[None]:
    """Let comparisons in this context end while they are prepared.

    ``on_epoch`` of `compare_losses` is first called after an epoch; on a large table,
    encoding the rows of all folds takes many seconds before that.

    Parameters
    ----------
    should_stop : callable
        Called without arguments, often. Once it returns True, the comparison raises a
        `StoppedError`.

    Examples
    --------
    >>> from skloss.comparison.stopping import checkpoint, stopping_when
    >>> with stopping_when(lambda: False):
    ...     checkpoint()
    """
    token = _should_stop.set(should_stop)
    try:
        yield
    finally:
        _should_stop.reset(token)


def checkpoint() -> None:
    """Raise a `StoppedError` if the context's comparison should stop."""
    should_stop = _should_stop.get()
    if should_stop is not None and should_stop():
        raise StoppedError("The comparison was stopped before the training began.")
