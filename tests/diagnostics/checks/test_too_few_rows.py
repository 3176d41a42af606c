"""SKL204 fires where nothing is clear and rows, a class or folds are few."""

import numpy as np
import pandas as pd

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison


def find(n_rows, *, clear=False, n_losses=2, **values):
    y = values.pop("y", np.arange(n_rows) % 7)
    answers = dict.fromkeys(["huber", "squared_error"][:n_losses], y)
    planted = comparison(y, answers, **values)
    planted.standing = lambda metric: pd.DataFrame({"clear": [False, clear]})
    return CHECKS["SKL204"]().find(planted)


def test_fewer_than_a_hundred_rows_are_few():
    (found,) = find(99)
    assert found.evidence == "99 rows; no gap is clear"
    assert find(100) == []


def test_a_clear_gap_shows_that_the_rows_are_enough():
    assert find(30, clear=True) == []


def test_one_loss_leaves_nothing_to_decide():
    assert find(30, n_losses=1) == []


def test_groups_count_instead_of_rows():
    groups = np.arange(400) // 5
    (found,) = find(400, groups=groups, fold=groups % 5)
    assert found.evidence == "80 groups; no gap is clear"


def test_two_folds_are_few():
    (found,) = find(200, fold=np.arange(200) % 2)
    assert found.evidence == "2 folds; no gap is clear"
    assert find(200, fold=np.arange(200) % 3) == []


def test_a_class_of_fewer_than_15_rows_is_small():
    y = np.array(["a"] * 186 + ["b"] * 14)
    (found,) = find(200, y=y, task="binary")
    assert found.evidence == "14 rows of b; no gap is clear"
    y[0] = "b"
    assert find(200, y=y, task="binary") == []
