"""Show the progress of a comparison while it is trained."""

from dataclasses import replace

from skloss.training import ProgressBar
from skloss.wording import title_of

__all__ = ["ComparisonProgress"]

# Lines that show all of the work where there is no bar.
_LINES = 10


class ComparisonProgress:
    """Callback that shows progress and passes it on to the caller's callback.

    A terminal or notebook has a bar. Other output has a line for each tenth of the
    work, or for each epoch of each model with ``verbose=2``.

    Parameters
    ----------
    on_epoch : callable or None
        The caller's.
    verbose : int
        0 shows nothing.
    """

    def __init__(self, on_epoch, verbose):
        self._on_epoch, self._verbose = on_epoch, int(verbose)
        self._bar = ProgressBar("Comparing losses", self._verbose) if verbose else None
        self._shown, self._is_done = 0, False

    @property
    def callback(self):
        """What to call with each `Progress`; None if there is nothing to do."""
        return self._on_epoch if self._bar is None else self

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self._bar is not None:
            self._bar.close(done=self._is_done and error is None)

    def __call__(self, progress):
        """Show a `Progress`; return whether the caller stops the run."""
        bar = self._bar
        for row in progress.rows:
            epoch = f"epoch {row['epoch']}"
            bar.last = f"{title_of(row['loss'])}, fold {row['fold'] + 1}, {epoch}"
            if self._verbose > 1:
                bar.stream.write(f"{bar.last}: train {row['train']:.5g}\n")
        done = int(progress.fraction * _LINES + 1e-9)  # against rounding below a line
        if self._verbose < 2 and not bar.has_bar and done > self._shown:
            bar.stream.write(f"Comparing losses {progress.fraction:.0%}: {bar.last}\n")
            self._shown = done
        bar(replace(progress, rows=[]))
        self._is_done = progress.fraction >= 1.0
        return self._on_epoch(progress) if self._on_epoch is not None else None
