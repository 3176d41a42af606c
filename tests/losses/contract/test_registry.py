"""Losses are found by name, by task and by their targets."""

import numpy as np
import pytest

from skloss import losses
from skloss.losses import list_losses
from skloss.losses.contract.registry import REGISTRY, losses_that_take, register
from skloss.tasks import TASKS


def test_names_are_sorted_and_unique():
    assert list_losses() == sorted(set(list_losses()))


@pytest.mark.parametrize("task", TASKS)
def test_the_losses_of_a_task_support_it(task):
    names = list_losses(task)
    assert names
    assert all(task in REGISTRY[name].tasks for name in names)
    assert names == [name for name in list_losses() if task in REGISTRY[name].tasks]


def test_classification_is_binary_or_multiclass():
    both = set(list_losses("binary")) | set(list_losses("multiclass"))
    assert set(list_losses("classification")) == both


def test_an_unknown_task_raises_and_names_the_tasks():
    with pytest.raises(
        ValueError, match="No loss supports the task 'ranking'"
    ) as caught:
        list_losses("ranking")
    assert all(task in str(caught.value) for task in [*TASKS, "classification"])


ALIASES = {
    "mse": "squared_error", "l2": "squared_error", "mae": "absolute_error",
    "l1": "absolute_error", "mape": "absolute_percentage_error",
    "pinball": "quantile", "logcosh": "log_cosh", "barron": "general_robust",
    "msle": "squared_log_error", "student_t": "student_t_nll",
    "kl": "kl_divergence", "kl_div": "kl_divergence", "jsd": "js_divergence",
    "js_div": "js_divergence", "cce": "cross_entropy", "ce": "cross_entropy",
    "log_loss": "cross_entropy", "bce": "binary_cross_entropy",
    "gce": "generalized_cross_entropy", "asl": "asymmetric",
    "nt_xent": "info_nce", "clip": "symmetric_cross_entropy",
}  # fmt: skip


def test_aliases_are_those_in_common_use():
    found = {name: cls.name for name, cls in REGISTRY.items() if name != cls.name}
    assert ALIASES.items() <= found.items()


@pytest.mark.parametrize(
    ("y", "missing", "present"),
    [
        ([-1.0, 2.5], {"poisson", "gamma", "squared_log_error"}, {"huber"}),
        ([0.0, 2.5], {"gamma", "kl_divergence"}, {"poisson", "tweedie"}),
        ([0.5, 2.5], {"kl_divergence"}, {"gamma", "poisson", "quantile"}),
    ],
)
def test_losses_for_targets_are_those_whose_range_holds_them(y, missing, present):
    names = set(losses_that_take(np.array(y), "regression"))
    assert names & missing == set()
    assert present <= names


def test_two_losses_of_one_name_raise_and_nothing_is_entered():
    class Other:
        name = "fresh"
        aliases = ("mse",)

    before = dict(REGISTRY)
    with pytest.raises(TypeError, match="'mse': SquaredError and Other"):
        register(Other)
    assert before == REGISTRY


def test_a_base_class_without_a_name_is_not_registered():
    class Nameless:
        aliases = ("nameless",)

    register(Nameless)
    assert "nameless" not in REGISTRY


def test_a_user_defined_loss_is_not_registered():
    class Mine(losses.RegressionLoss):
        name = "mine"

    assert "mine" not in REGISTRY
    assert losses.get_loss(Mine).name == "mine"
