"""Functionals are strings with a kind and a level."""

import copy
import pickle

import pytest

from skloss.losses import Functional, RegressionLoss, get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY

NAMED = [
    ("squared_error", {}, "mean", None, "mean"),
    ("absolute_error", {}, "median", None, "median"),
    ("gaussian_nll", {}, "mean", None, "mean"),
    ("laplace_nll", {}, "median", None, "median"),
    ("student_t_nll", {}, "median", None, "median"),
    ("poisson", {}, "mean", None, "mean"),
    ("tweedie", {}, "mean", None, "mean"),
    ("quantile", {"quantile": 0.9}, "quantile", 0.9, "quantile at level 0.9"),
    ("quantile", {}, "quantile", 0.5, "quantile at level 0.5"),
    ("expectile", {"expectile": 0.25}, "expectile", 0.25, "expectile at level 0.25"),
    ("multi_quantile", {"quantiles": (0.1, 0.5)}, "quantiles", (0.1, 0.5),
     "quantiles at levels 0.1, 0.5"),
    ("huber", {}, "robust mean", None, "robust mean"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "kind", "level", "text"), NAMED)
def test_a_loss_states_kind_and_level(name, params, kind, level, text):
    functional = get_loss(name, **params).functional
    assert (functional.kind, functional.level) == (kind, level)
    assert functional == kind
    assert str(functional) == f"{functional}" == kind
    assert functional.describe() == text


def test_the_level_follows_the_parameter():
    loss = get_loss("quantile", quantile=0.2)
    assert loss.set_params(quantile=0.7).functional.level == 0.7


@pytest.mark.parametrize("name", list_losses())
def test_every_loss_states_a_functional(name):
    functional = REGISTRY[name]().functional
    assert isinstance(functional, Functional)
    assert functional.kind == functional != ""


def test_a_string_in_a_class_body_is_converted():
    class Middle(RegressionLoss):
        functional = "median"

    assert Middle().functional.kind == "median"
    assert type(Middle.functional.kind) is str


def test_a_subclass_inherits_the_functional_of_its_base():
    class Steep(REGISTRY["squared_error"]):
        name = "steep"

    assert Steep().functional.kind == "mean"


@pytest.mark.parametrize("level", [None, 0.3, (0.1, 0.9)])
def test_copies_and_pickles_keep_the_level(level):
    functional = Functional("quantile", level)
    for same in (
        copy.copy(functional),
        copy.deepcopy(functional),
        pickle.loads(pickle.dumps(functional)),
    ):
        assert type(same) is Functional
        assert (same, same.kind, same.level) == ("quantile", "quantile", level)


def test_a_functional_is_found_in_a_table_by_its_name():
    assert {"mean": 1, "median": 2}[get_loss("mae").functional] == 2
    assert get_loss("mse").functional in ("mean", "median")
