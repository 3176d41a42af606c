"""Rows: batches in a new order each epoch, and held-out rows."""

import itertools

import numpy as np
import pytest
import torch

from skloss.encoding import EncodedRows, Encoding
from skloss.training import train
from skloss.training.rows import FitRows
from tests.training.models import model, outputs, table


def test_each_epoch_has_distinct_rows_in_a_new_order():
    X, _ = table(100)
    y = torch.arange(100, dtype=X.dtype)
    alone = {"fit_rows": torch.arange(100), "validation_rows": None}
    rows = FitRows([model(X, y, **alone)])
    epochs = [rows.shuffle()[0].flatten() for _ in range(3)]
    assert [len(epoch.unique()) for epoch in epochs] == [96] * 3  # batches of 32
    for one, other in itertools.pairwise([y[:96], *epochs]):
        assert (one != other).float().mean() > 0.9


@pytest.mark.parametrize("kind", ["tensor", "lazy"])
def test_members_get_different_rows_with_matching_targets_and_weights(kind):
    values = table(100)[0].numpy()
    encoding = Encoding(values, np.ones(100), piecewise_linear=False)
    lazy = EncodedRows(values, encoding, torch.float64, torch.device("cpu"))
    whole = lazy.tensor()
    X, y, weight = {"tensor": whole, "lazy": lazy}[kind], whole[:, 0], whole[:, 1].exp()
    every = {"fit_rows": torch.arange(100), "validation_rows": None, "weight": weight}
    rows = FitRows([model(X, y, seed=seed, **every) for seed in range(2)])
    seen, weighed = rows.shuffle()
    x = rows.read(1, torch.empty(2, 32, 5, dtype=X.dtype))  # the second batch
    torch.testing.assert_close(x[..., 0], seen[1])
    torch.testing.assert_close(x[..., 1].exp(), weighed[1] * 32 * weight.mean())
    assert (x[0] != x[1]).any(1).float().mean() > 0.9


def test_any_number_of_held_out_rows_is_scored_with_weights():
    X, y = table(n_rows=9_700)
    weight = torch.exp(2 * X[:, 0])
    held = torch.arange(9_500)  # more than pass through a network at once
    rows = {"fit_rows": torch.arange(9_500, 9_700), "validation_rows": held}
    models = [
        model(X, y, seed=seed, weight=weight, settings={"max_iter": 2}, **rows)
        for seed in range(2)
    ]
    for fit in train(models):
        error = (outputs(fit, X)[held, 0] - y[held]).square()
        best = min(row["validation"] for row in fit.history)
        assert np.average(error, weights=weight[held]) == pytest.approx(best, rel=1e-9)
