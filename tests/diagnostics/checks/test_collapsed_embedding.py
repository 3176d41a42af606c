"""SKL303 names losses whose embedding places all rows at one point."""

from types import SimpleNamespace

import pandas as pd

from skloss.diagnostics import CHECKS


def find(**attrs):
    histories = pd.DataFrame()
    histories.attrs |= attrs
    return CHECKS["SKL303"]().find(SimpleNamespace(histories=histories))


def test_a_loss_that_collapsed_in_a_fold_is_a_finding():
    (found,) = find(collapsed={"triplet": 0.4})
    assert found.loss == "triplet"
    assert found.finding.startswith("The embedding has collapsed, or rows that belong")
    assert found.evidence == ("in 40% of the folds its loss is that of equal rows")


def test_other_comparisons_have_no_finding():
    assert find(clipped={"huber": 0.0}) == find() == []
    assert CHECKS["SKL303"]().find(SimpleNamespace()) == []
