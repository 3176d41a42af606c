"""SKL402 fires where held-out rows are exact copies of training rows."""

import numpy as np
import pandas as pd
from scipy import sparse

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(9)
X = pd.DataFrame({"a": RNG.normal(size=200), "b": RNG.integers(0, 3, 200).astype(str)})
Y = RNG.normal(size=200)


def find(X, y, **values):
    return CHECKS["SKL402"]().find(comparison(y, {"huber": y}, X=X, **values))


def copied(n_copies):
    rows = np.append(np.arange(200), np.arange(n_copies))
    # The copies are in the next fold.
    fold = np.append(np.arange(200) % 5, (np.arange(n_copies) + 1) % 5)
    return X.iloc[rows], Y[rows], fold


def test_copies_are_counted_on_both_sides():
    X, y, fold = copied(20)
    (found,) = find(X, y, fold=fold)
    assert found.evidence == (
        "40 of 220 held-out rows (18%) equal a training row of their fold in all "
        "columns"
    )


def test_copies_within_one_fold_are_harmless():
    X, y, fold = copied(20)
    fold[200:] = fold[:20]
    assert find(X, y, fold=fold) == []


def test_one_pair_in_hundreds_of_rows_is_not_reported():
    X, y, fold = copied(1)
    assert find(X, y, fold=fold) == []


def test_different_rows_are_not_copies():
    assert find(X, Y) == []
    # Equal columns with another target are measurements, not copies.
    rows = np.append(np.arange(200), np.arange(50))
    assert find(X.iloc[rows], np.append(Y, Y[:50] + 1)) == []


def test_missing_values_are_equal_to_each_other():
    X, y, fold = copied(20)
    X = X.copy()
    X.iloc[:, 0] = np.nan
    (found,) = find(X.assign(c=y), y, fold=fold)
    assert found.evidence.startswith("40 of")


def test_columns_of_few_values_are_equal_by_chance():
    few = pd.DataFrame(RNG.integers(0, 3, (200, 3)))
    assert find(few, RNG.integers(0, 2, 200), task="binary") == []


def test_sparse_and_missing_tables_are_left_out():
    X, y, fold = copied(20)
    assert find(sparse.csr_matrix(X[["a"]]), y, fold=fold) == []
    planted = comparison(y, {"huber": y})
    planted.y = None
    assert CHECKS["SKL402"]().find(planted) == []
