"""Report the progress of a comparison while it is trained."""

from dataclasses import replace

from skloss.training import Progress, ProgressBar
from skloss.wording import title_of

__all__ = ["ComparisonProgress"]

# Lines that show all of the work where there is no bar.
_LINES = 10


class ComparisonProgress:
    """Callback that shows progress and passes it on to the caller's callbacks.

    A terminal or notebook has a bar. Other output has a line for each tenth of the
    work, or for each epoch of each model with ``verbose=2``.

    Parameters
    ----------
    on_epoch : callable or None
        The caller's.
    verbose : int
        0 shows nothing.
    tasks : CallbackTasks
        For scikit-learn's callbacks.
    share : float
        Share of the work that is the training of losses; the rest are contenders.
    """

    def __init__(self, on_epoch, verbose, tasks, share=1.0):
        self._on_epoch, self._verbose = on_epoch, int(verbose)
        self._bar = ProgressBar("Comparing losses", self._verbose) if verbose else None
        self._tasks, self._share = tasks, share
        self._shown, self._is_done = 0, False
        self._last = Progress(0.0, 0, 0, [])

    @property
    def callback(self):
        """What to call with each `Progress`; None if there is nothing to do."""
        is_silent = self._bar is None and self._on_epoch is None and not self._tasks
        return None if is_silent else self

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self._bar is not None:
            self._bar.close(done=self._is_done and error is None)

    def __call__(self, progress):
        """Show a `Progress`; return whether a callback stops the run."""
        progress = replace(progress, fraction=self._share * progress.fraction)
        self._last = replace(progress, rows=[])
        for row in progress.rows if self._bar is not None else ():
            epoch = f"epoch {row['epoch']}"
            self._bar.last = f"{title_of(row['loss'])}, fold {row['fold'] + 1}, {epoch}"
            if self._verbose > 1:
                self._bar.stream.write(f"{self._bar.last}: train {row['train']:.5g}\n")
        stops = self._tasks(progress.rows)
        return self._reported(progress) or stops

    def of_contender(self, key, done, has_ended):
        """Report that a contender is fitted in a fold; return whether to stop.

        Parameters
        ----------
        key : (str, int)
            Its label, and the fold.
        done : float
            Share of the fits of contenders that are done.
        has_ended : bool
            Whether this one is.
        """
        label, fold = key
        stops = False
        if has_ended:
            stops = self._tasks.end(key)
        else:
            self._tasks.begin(key)
        if self._bar is not None:
            self._bar.last = f"{title_of(label)}, fold {fold + 1}"
        fraction = self._share + (1 - self._share) * done
        return bool(self._reported(replace(self._last, fraction=fraction))) or stops

    def _reported(self, progress):
        """Show how much is done, and return what the caller's callback returns."""
        bar = self._bar
        if bar is not None:
            # Against rounding below a line.
            done = int(progress.fraction * _LINES + 1e-9)
            if self._verbose < 2 and not bar.has_bar and done > self._shown:
                text = f"Comparing losses {progress.fraction:.0%}: {bar.last}\n"
                bar.stream.write(text)
                self._shown = done
            bar(replace(progress, rows=[]))
        self._is_done = progress.fraction >= 1.0
        return self._on_epoch(progress) if self._on_epoch is not None else None
