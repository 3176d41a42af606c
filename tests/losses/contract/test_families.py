"""Families of losses cover the catalogue, in one order."""

import pytest

from skloss import list_losses
from skloss.losses.contract import families
from skloss.losses.contract.families import families_of
from skloss.losses.contract.registry import REGISTRY

#: Losses of rows together; pages list them apart.
TOGETHER = {*list_losses("embedding"), *list_losses("pairs")}


def test_every_loss_of_rows_has_a_family_with_a_purpose():
    names = sorted(set(list_losses()) - TOGETHER)
    found = families_of(names)
    assert all(one.title and one.purpose for one in found)
    assert sorted(name for one in found for name in one.losses) == names


def test_modules_that_solve_one_kind_of_problem_share_a_family():
    (family,) = families_of(["quantile", "linex"])
    assert family.losses == ("linex", "quantile")
    assert family.title == "Quantiles and one-sided errors"


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_is_that_of_the_catalogue_whatever_the_order_of_names(order):
    names = ["poisson", "huber", "cross_entropy", "absolute_error"][::order]
    assert [one.losses for one in families_of(names)] == [
        ("absolute_error",),
        ("huber",),
        ("poisson",),
        ("cross_entropy",),
    ]


def test_a_loss_of_another_module_is_listed_last(monkeypatch):
    class Own:
        __module__ = "my.losses"

    monkeypatch.setitem(REGISTRY, "own", Own)
    assert [one.title for one in families_of(["own", "cross_entropy"])] == [
        "Probability",
        "Other losses",
    ]


def test_each_family_is_of_a_module_of_losses():
    modules = {cls.__module__.rpartition(".")[2] for cls in REGISTRY.values()}
    assert set(families._FAMILIES) <= modules
