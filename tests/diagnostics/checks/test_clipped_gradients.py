"""SKL302 names losses whose gradients were clipped in many steps."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss import TorchRegressor, compare_losses
from skloss.diagnostics import CHECKS


def find(**clipped):
    histories = pd.DataFrame()
    histories.attrs["clipped"] = clipped
    return CHECKS["SKL302"]().find(SimpleNamespace(histories=histories))


def test_more_than_a_tenth_of_the_steps_is_a_finding():
    (found,) = find(huber=0.11, squared_error=0.1, linex=0.0)
    assert found.loss == "huber"
    assert found.evidence == "11% of the steps of Adam were clipped"


def test_a_comparison_without_histories_has_no_finding():
    assert CHECKS["SKL302"]().find(SimpleNamespace()) == []


@pytest.mark.parametrize(("norm", "n_found"), [(1e-3, 1), (1.0, 0), (None, 0)])
def test_a_small_norm_is_named_and_the_default_is_not(norm, n_found, rng):
    X = rng.normal(size=(120, 3))
    y = X[:, 0] + rng.normal(size=120)
    model = TorchRegressor(
        hidden_layer_sizes=(8,), max_iter=20, n_members=1, clip_grad_norm=norm
    )
    found = compare_losses(X, y, ["huber"], estimator=model, cv=2).checks()
    assert np.sum(found["code"] == "SKL302") == n_found
