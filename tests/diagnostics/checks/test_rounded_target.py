"""SKL103 fires on targets that are whole multiples of a step."""

import numpy as np
import pytest

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

VALUES = np.random.default_rng(2).normal(size=300)


def find(y, **values):
    return CHECKS["SKL103"]().find(comparison(y, {"huber": y}, **values))


def test_a_rounded_target_is_named_with_its_step():
    rounded = np.round(VALUES * 2) / 2
    (found,) = find(rounded)
    assert found.finding == "The target is rounded to a multiple of 0.5."
    assert found.evidence == f"{len(np.unique(rounded))} values in 300 rows"


@pytest.mark.parametrize("y", [VALUES, np.round(VALUES, 4)])
def test_values_that_hardly_repeat_are_not_rounded(y):
    assert find(y) == []


@pytest.mark.parametrize(("spread", "n_found"), [(49, 1), (51, 0)])
def test_a_step_below_a_fiftieth_of_the_spread_does_not_matter(spread, n_found):
    whole = np.round(np.tile(VALUES / VALUES.std() * spread, 4))
    assert len(find(whole)) == n_found


def test_one_of_several_targets_is_numbered():
    both = np.column_stack([VALUES, np.round(VALUES)])
    (found,) = find(both)
    assert found.finding == "The target 2 is rounded to a multiple of 1."


def test_rows_of_weight_zero_count_as_absent():
    y = np.concatenate([np.round(VALUES), VALUES])
    assert find(y) == []
    assert len(find(y, sample_weight=np.repeat([1.0, 0.0], 300))) == 1


def test_classes_are_not_rounded():
    assert find(np.arange(300) % 2, task="binary") == []
