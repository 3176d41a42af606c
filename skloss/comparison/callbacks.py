"""Report a comparison to scikit-learn's callbacks of its estimator."""

from skloss.estimators.callbacks import root_task

__all__ = ["CallbackTasks"]


class CallbackTasks:
    """Tasks of a comparison for scikit-learn's callbacks, one for each fit.

    The root is the comparison. Each loss and contender in each fold is a subtask, and
    each epoch of a loss one of that. The models of a comparison train at once, so that
    callbacks get no ``fitted_estimator``.

    Parameters
    ----------
    estimator : TorchEstimator
        Without callbacks, or with a scikit-learn before 1.9, nothing is reported.
    X, y : array-like
    keys : list of (str, int)
        Label and fold of each fit.
    """

    def __init__(self, estimator, X, y, keys):
        self._estimator, self._data = estimator, {"X": X, "y": y}
        self._ids = {key: place for place, key in enumerate(keys)}
        self._tasks, self._n_epochs = {}, {}
        self._root = root_task(
            estimator,
            task_name="compare_losses",
            max_subtasks=len(keys),
            sequential_subtasks=False,
        )
        if self:
            self._begin(self._root)

    def __bool__(self):
        return self._root is not None

    def __call__(self, rows):
        """Report new epochs; return whether a callback stops the comparison."""
        stops = False
        for row in rows if self else ():
            key, n = (row["loss"], row["fold"]), row["epoch"]
            task = self.begin(key, int(self._estimator.max_iter))
            if n > self._n_epochs.get(key, 0):  # the first member that reaches it
                self._n_epochs[key] = n
                epoch = task.subcontext(task_name="epoch")
                self._begin(epoch)
                stops |= self._end(epoch)
        return stops

    def begin(self, key, n_epochs=0):
        """Report that a fit begins, once, and return its task."""
        if self and key not in self._tasks:
            label, fold = key
            self._tasks[key] = self._root.subcontext(
                f"{label}, fold {fold + 1}", self._ids[key], n_epochs
            )
            self._begin(self._tasks[key])
        return self._tasks.get(key)

    def end(self, key):
        """Report that a fit has ended; return whether a callback stops the others."""
        task = self._tasks.pop(key, None)
        return task is not None and self._end(task)

    def close(self):
        """Report the end of all fits and of the comparison."""
        for key in list(self._tasks):
            self.end(key)
        if self:
            self._end(self._root)

    def _begin(self, task):
        task.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def _end(self, task):
        return task.call_on_fit_task_end(estimator=self._estimator, **self._data)
