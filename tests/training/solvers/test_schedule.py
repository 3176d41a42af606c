"""Learning rate of each step."""

import numpy as np
import pytest

from skloss.training import TrainSettings
from skloss.training.solvers.schedule import learning_rate_at


def test_learning_rate_warms_up_and_then_follows_a_cosine():
    settings = TrainSettings(learning_rate=1.0, schedule="cosine", warmup_fraction=0.1)
    rates = [learning_rate_at(settings, taken, 100) for taken in range(100)]
    assert rates[:10] == pytest.approx(np.arange(1, 11) / 10)
    assert rates[55] == pytest.approx(0.5)
    assert rates[-1] < 0.001
    assert learning_rate_at(TrainSettings(learning_rate=0.3), 57, 100) == 0.3
    short = TrainSettings(learning_rate=1.0, warmup_fraction=0.35)
    assert max(learning_rate_at(short, taken, 10) for taken in range(10)) == 1.0
