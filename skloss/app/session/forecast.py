"""How long a comparison will still take, from the epochs of its models so far."""

import math
from collections import deque
from typing import Any

# The default `n_iter_no_change` of estimators: a model trains for so many epochs after
# its best one.
_PATIENCE = 10
# Epochs that a model trains after one that was its best so far. With default networks
# on ten tables of 47 to 10,000 rows, half of the models trained 21 to 24 more, at the
# third epoch as at the hundredth; a little less suits tables on which all stop early.
_EPOCHS_AFTER_PROGRESS = 18
# Below these a forecast would vary too much.
_LEAST_FRACTION = 0.002
_LEAST_SECONDS = 1.0
# Epochs are timed over this share of the run so far: the first ones are slow, as
# threads and buffers are set up, and a server's load changes.
_RECENT = 0.3


class Forecast:
    """Collects the progress of a training and forecasts its end.

    A model that stops early trains for some epochs after its best one, and all others
    for the largest number of epochs. Models that have not begun are taken to train as
    long as the others, and an epoch of any model to take the time of recent ones.
    """

    def __init__(self) -> None:
        self._epochs: dict[tuple[Any, ...], int] = {}
        self._best: dict[tuple[Any, ...], tuple[float, int]] = {}
        self._max_iter = 1
        self._models = 0.0
        self._fraction = 0.0
        self._began = math.nan
        self._first: dict[tuple[Any, ...], int] = {}
        # When how many epochs of all models, after their first ones, were done.
        self._done: deque[tuple[float, int]] = deque()

    def add(self, record: Any, now: float) -> None:
        """Take one progress record.

        Parameters
        ----------
        record : Progress
            A record of the training.
        now : float
            Seconds on any clock.
        """
        if math.isnan(self._began):
            self._began = now
        self._max_iter = max(record.max_iter, 1)
        self._fraction = max(self._fraction, record.fraction)
        for row in record.rows:
            model = row["loss"], row.get("fold"), row.get("member")
            self._epochs[model] = row["epoch"]
            self._first.setdefault(model, row["epoch"])
            value = row.get("validation", math.nan)
            if value < self._best.get(model, (math.inf, 0))[0]:
                self._best[model] = value, row["epoch"]
        if record.rows:
            done = sum(self._epochs.values()) - sum(self._first.values())
            self._done.append((now, done))
            window = max(_LEAST_SECONDS, (now - self._began) * _RECENT)
            while len(self._done) > 2 and now - self._done[1][0] >= window:
                self._done.popleft()
        if record.fraction > 0:
            # The fraction is the mean over all models, also those that have not begun.
            # It jumps when a model ends early, so that the largest number counts.
            shares = sum(self._epochs.values()) / self._max_iter
            self._models = max(self._models, shares / record.fraction)

    def left(self, now: float) -> float | None:
        """Return the seconds left, or None while too little is known.

        Parameters
        ----------
        now : float
            Seconds on the clock of `add`.

        Returns
        -------
        float or None
        """
        elapsed = now - self._began
        if not (elapsed > _LEAST_SECONDS and self._fraction > _LEAST_FRACTION):
            return None
        if not self._epochs:  # a solver without epochs
            return elapsed * (1 - self._fraction) / self._fraction
        (before, first), (last, done) = self._done[0], self._done[-1]
        if done == first:
            return None
        ends = [self._end(model) for model in self._epochs]
        left = sum(
            max(end - epoch, 0)
            for end, epoch in zip(ends, self._epochs.values(), strict=True)
        )
        waiting = max(self._models - len(ends), 0)
        left += waiting * sum(ends) / len(ends)
        return (last - before) / (done - first) * left

    def _end(self, model: tuple[Any, ...]) -> float:
        """Return the epoch at which a model is expected to stop."""
        if model not in self._best:
            return self._max_iter
        epoch = self._epochs[model]
        # The longer its last progress is ago, the fewer epochs it has left.
        patience = max(1 - (epoch - self._best[model][1]) / _PATIENCE, 0)
        return min(epoch + _EPOCHS_AFTER_PROGRESS * patience, self._max_iter)
