"""Progress of training on standard output: a bar, or a line for each epoch."""

import io
import math
import shutil
import sys
import time

__all__ = ["ProgressBar"]

# Seconds between two drawings of a bar: faster than the eye reads.
_DRAW_SECONDS = 0.1
# Characters of a bar, at most and at least.
_WIDEST, _NARROWEST = 40, 5


class ProgressBar:
    """Show progress: a callback for `train`.

    A terminal or notebook has a bar, which is drawn over itself. Other output, such as
    a file or a pipe, has a line for each epoch, as has any output with ``verbose=2``.

    Parameters
    ----------
    label : str
        Text before the bar.
    verbose : int
        2 or more prints a line for each epoch everywhere.
    """

    def __init__(self, label="", verbose=1):
        self.label, self.last = label, ""
        self.stream = sys.stdout or io.StringIO()  # a window has no output
        self.has_bar = verbose < 2 and _draws_over(self.stream)
        self._drawn, self._width = -math.inf, 0

    def __call__(self, progress):
        """Show a `Progress`; never stops the run."""
        for row in progress.rows:
            self.last = _epoch(row)
            if not self.has_bar:
                self.stream.write(f"{self.last}\n")
        now = time.monotonic()
        if self.has_bar and (now - self._drawn > _DRAW_SECONDS):
            self._draw(progress.fraction)
            self._drawn = now

    def close(self, done=True):
        """End the line of the bar, at 100% if the run is done."""
        if self.has_bar and self.last:
            if done:
                self._draw(1.0)
            self.stream.write("\n")
            self.stream.flush()

    def _draw(self, fraction):
        """Write the bar over the last one."""
        columns = shutil.get_terminal_size().columns - 1
        head, tail = f"{self.label} {fraction:4.0%} ".lstrip(), f" {self.last}"
        length = max(_NARROWEST, min(_WIDEST, columns - len(head) - len(tail) - 2))
        full = round(fraction * length)
        text = f"{head}|{'#' * full}{' ' * (length - full)}|{tail}"[:columns]
        # Padded, so that nothing of a longer text remains.
        self.stream.write(f"\r{text:{self._width}}")
        self.stream.flush()
        self._width = len(text)


def _draws_over(stream):
    """Return whether a carriage return moves to the start of the line."""
    in_notebook = type(stream).__module__.startswith("ipykernel.")
    return in_notebook or (hasattr(stream, "isatty") and stream.isatty())


def _epoch(row):
    """Return the losses of an epoch as text."""
    text = f"epoch {row['epoch']}: train {row['train']:.5g}"
    if not math.isnan(row["validation"]):
        text += f", validation {row['validation']:.5g}"
    return text
