"""Losses that raise at a given call, and estimators that train with them."""

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import CrossEntropy, PseudoHuber


class Alarm:
    """Raises an error at one of its calls; every copy of a loss shares it."""

    def __init__(self):
        self.error, self.left = None, 0

    def set(self, error, calls):
        self.error, self.left = error, calls

    def __call__(self):
        self.left -= 1
        if self.left == 0:
            raise self.error

    def __deepcopy__(self, memo):
        return self


class FailingHuber(PseudoHuber):
    def __init__(self, delta=1.0, alarm=None):
        self.delta, self.alarm = delta, alarm

    def pointwise(self, raw_prediction, y_true):
        self.alarm()
        return super().pointwise(raw_prediction, y_true)


class FailingCrossEntropy(CrossEntropy):
    def __init__(self, alarm=None):
        self.alarm = alarm

    def pointwise(self, raw_prediction, y_true):
        self.alarm()
        return super().pointwise(raw_prediction, y_true)


ESTIMATORS = {
    "regressor": (TorchRegressor, FailingHuber),
    "classifier": (TorchClassifier, FailingCrossEntropy),
}
SOLVERS = {
    "adam": {"hidden_layer_sizes": (8,), "max_iter": 30, "n_iter_no_change": 30},
    "newton": {"hidden_layer_sizes": (), "solver": "newton"},
}


def failing_estimator(kind, solver, **params):
    """An estimator with a loss that raises once the returned alarm is set."""
    estimator, loss = ESTIMATORS[kind]
    alarm = Alarm()
    settings = SOLVERS[solver] | {"random_state": 0} | params
    return estimator(loss(alarm=alarm), **settings), alarm
