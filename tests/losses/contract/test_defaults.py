"""Default losses follow the target."""

import numpy as np
import pytest

from skloss.losses.contract.defaults import default_losses
from skloss.losses.contract.registry import losses_that_take
from skloss.tasks import as_task

TARGETS = [
    ([0, 3, 1, 1, 7], "regression", "poisson"),
    ([1.0, 2.0, 5.0], "regression", "negative_binomial"),
    ([10.0, 10.0, 100.0, 100.0], "regression", "gamma"),
    ([0] * 91 + [1] * 9, "binary", "logit_adjusted"),
    (list("a" * 91 + "b" * 91 + "c" * 9), "multiclass", "logit_adjusted"),
]
OTHERS = [
    ([0, 1, 1, 0], "regression"),
    ([0.5, 0.0, 1.0], "regression"),
    ([2, 3, 4], "regression"),
    ([-1, 0, 4], "regression"),
    ([10.0, 10.0, 99.0, 99.0], "regression"),
    ([0] * 90 + [1] * 10, "binary"),
    ([], "regression"),
    ([], "binary"),
    (np.eye(3)[[0] * 20 + [1]], "multilabel"),
]


@pytest.mark.parametrize(("y", "task", "loss"), TARGETS)
def test_counts_amounts_and_rare_classes_get_losses_of_their_own(y, task, loss):
    names = default_losses(y, task)
    assert loss in names
    assert loss not in as_task(task).default_losses
    assert len(names) <= 4


@pytest.mark.parametrize(("y", "task"), OTHERS)
def test_other_targets_get_the_losses_of_their_task(y, task):
    assert default_losses(y, task) == as_task(task).default_losses


@pytest.mark.parametrize(("y", "task", "loss"), TARGETS)
def test_every_default_is_valid_for_its_target(y, task, loss):
    numbers = np.unique(y, return_inverse=True)[1] if task != "regression" else y
    assert set(default_losses(y, task)) <= set(
        losses_that_take(np.asarray(numbers), task)
    )
