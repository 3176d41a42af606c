"""What a fit reports: progress on standard output, and scikit-learn's callbacks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from statistics import fmean
from typing import Any

from skloss.training import ProgressBar

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn before 1.9

    class CallbackSupportMixin:
        """Replacement for the class that scikit-learn has since version 1.9."""

    def with_callbacks(method):
        """Return the method: there are no callbacks to manage."""
        return method


__all__ = [
    "CallbackSupportMixin",
    "FitReport",
    "reporting_to",
    "root_task",
    "with_callbacks",
]

_LOSSES = "train", "validation"
_on_epoch: ContextVar[Callable[[Any], Any] | None] = ContextVar(
    "on_epoch", default=None
)


@contextmanager
def reporting_to(on_epoch: Callable[[Any], Any]) -> Iterator[None]:
    """Let fits in this context report their progress.

    Parameters
    ----------
    on_epoch : callable
        Called with the `Progress` of each epoch; returning True ends the training,
        which keeps the best weights so far.
    """
    token = _on_epoch.set(on_epoch)
    try:
        yield
    finally:
        _on_epoch.reset(token)


def root_task(estimator, **options):
    """Begin a task for the callbacks of an estimator; None if it has no callbacks.

    Parameters
    ----------
    estimator : TorchEstimator
    **options
        Of scikit-learn's ``_init_callback_context``, which is private to users, but
        documented for developers of estimators.

    Returns
    -------
    sklearn.callback.CallbackContext or None
    """
    if vars(estimator).get("_skl_callbacks"):
        return estimator._init_callback_context(**options)
    return None


class FitReport:
    """Show the epochs of a fit, and report them to the callbacks of the estimator.

    A callback that returns True ends the training, which keeps the best weights so far.
    The weights of an epoch are not known outside of the training, so that callbacks get
    a ``fitted_estimator`` at the end of the fit alone.

    Parameters
    ----------
    estimator : TorchEstimator
    X, y : array-like
        As given to ``fit``.
    n_epochs : int
        Most epochs.
    """

    def __init__(self, estimator, X, y, n_epochs):
        self.estimator, self.data = estimator, {"X": X, "y": y}
        self.bar = self.context = None
        self.n, self.n_shown, self.n_epochs = 0, 0, n_epochs
        # Read here, as threads that train have no context.
        self.on_epoch = _on_epoch.get()

    def __enter__(self):
        estimator = self.estimator
        if estimator.verbose:
            self.bar = ProgressBar(type(estimator).__name__, int(estimator.verbose))
        self.context = root_task(estimator, max_subtasks=self.n_epochs)
        if self.context is not None:
            self.context.call_on_fit_task_begin(estimator=estimator, **self.data)
        return self

    def __exit__(self, kind, error, traceback):
        if self.bar is not None:
            self.bar.close(done=error is None)

    def __call__(self, progress):
        """Report the epochs that were finished; return whether to stop."""
        if self.bar is not None:
            self.bar(replace(progress, rows=self._mean_of_members(progress.rows)))
        stops = self.on_epoch is not None and bool(self.on_epoch(progress))
        while self.context is not None and self.n < progress.epoch:
            self.n += 1
            task = self.context.subcontext(task_name="epoch")
            task.call_on_fit_task_begin(estimator=self.estimator, **self.data)
            stops |= task.call_on_fit_task_end(estimator=self.estimator, **self.data)
        return stops

    def _mean_of_members(self, rows):
        """Return one row for a new epoch: the means of the members that reach it."""
        if not rows or rows[0]["epoch"] <= self.n_shown:
            return []
        self.n_shown = rows[0]["epoch"]
        means = {kind: fmean(row[kind] for row in rows) for kind in _LOSSES}
        return [rows[0] | means]

    def end(self, model):
        """Report the end of the fit."""
        if self.context is not None:
            self.context.call_on_fit_task_end(
                estimator=self.estimator,
                reconstruction_attributes=model.attributes | {"_fitted": model},
                **self.data,
            )
