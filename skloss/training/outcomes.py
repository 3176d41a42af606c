"""How a fit ended, and the warnings that follow from it."""

import enum

from sklearn.exceptions import ConvergenceWarning

from skloss.training.warn import warn_caller

__all__ = ["Outcome", "emit_warnings"]


class Outcome(enum.Enum):
    """How a fit ended."""

    FINISHED = "finished"
    STOPPED = "stopped by on_progress or by Ctrl-C between two steps"
    INTERRUPTED = "KeyboardInterrupt within a step"
    DIVERGED = "the loss was not finite"
    NOT_CONVERGED = "max_iter was reached before the optimum"


def emit_warnings(fits):
    """Issue one ConvergenceWarning per distinct problem of some fits.

    Parameters
    ----------
    fits : list of FitResult
    """
    messages = {message for fit in fits for message in _messages(fit)}
    for message in sorted(messages):
        warn_caller(message, ConvergenceWarning)


def _messages(fit):
    """Yield a sentence on each problem of a fit."""
    if fit.outcome is Outcome.DIVERGED:
        yield (
            f"Training diverged in epoch {len(fit.history)}; the best finite weights "
            "are kept. A smaller learning_rate or scaled inputs would help."
        )
        return
    if fit.outcome is Outcome.NOT_CONVERGED:
        yield (
            f"{fit.solver} did not converge in max_iter={len(fit.history)} iterations; "
            f"{fit.advice}."
        )
    if fit.n_skipped:
        yield (
            f"{fit.n_skipped} training steps were skipped because their gradient was "
            "not finite."
        )
