"""Candidates are checked against the targets, and their losses exist."""

import numpy as np
import pytest

from skloss import list_losses
from skloss.noise import FAMILIES
from skloss.noise.candidates import CANDIDATES, candidates_for


def test_losses_and_families_of_all_candidates_exist():
    assert {one.loss for one in CANDIDATES.values()} <= set(list_losses("regression"))
    assert {one.family for one in CANDIDATES.values()} <= set(FAMILIES)


def test_by_default_three_families_are_compared_with_and_without_varying_scale():
    families = ["gaussian", "laplace", "student_t"]
    expected = families + [f"{name}_heteroscedastic" for name in families]
    assert list(candidates_for(None, np.array([-1.5, 2.0]))) == expected


def test_a_name_is_a_list_of_one_and_repeated_names_count_once():
    y = np.array([1.5, 2.0])
    assert list(candidates_for("laplace", y)) == ["laplace"]
    assert list(candidates_for(["gamma", "laplace", "gamma"], y)) == [
        "gamma",
        "laplace",
    ]


@pytest.mark.parametrize("name", ["poisson", "negative_binomial"])
@pytest.mark.parametrize(
    ("y", "is_allowed"), [([0.0, 3.0], True), ([-1.0, 3.0], False), ([0.5, 1.0], False)]
)
def test_counts_are_whole_numbers_from_zero_on(name, y, is_allowed):
    refused = []
    try:
        candidates_for([name], np.array(y))
    except ValueError as error:
        refused.append(str(error))
    assert (not refused) == is_allowed
    assert all("needs counts" in message for message in refused)


@pytest.mark.parametrize("name", ["log_normal", "gamma"])
@pytest.mark.parametrize("smallest", [0.0, -1.0])
def test_amounts_are_positive(name, smallest):
    assert list(candidates_for(name, np.array([1e-9, 3.0]))) == [name]
    with pytest.raises(ValueError, match="needs positive targets"):
        candidates_for(name, np.array([smallest, 3.0]))


@pytest.mark.parametrize("names", [["cauchy"], "cauchy", [3], [None]])
def test_an_unknown_candidate_is_refused_with_those_that_exist(names):
    with pytest.raises(ValueError, match=r"not a candidate; choose from gaussian"):
        candidates_for(names, np.ones(3))


def test_an_empty_list_is_refused():
    with pytest.raises(ValueError, match="candidates is empty"):
        candidates_for([], np.ones(3))
