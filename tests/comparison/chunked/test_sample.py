"""The rows that are kept in memory are a random sample of all."""

import numpy as np
import pandas as pd

from skloss import TorchRegressor, compare_losses
from skloss.comparison.chunked import sample
from tests.comparison.chunked.tables import LINEAR, after_table


def test_the_rows_in_memory_are_a_random_sample(chunks, monkeypatch):
    monkeypatch.setattr(sample, "_ROWS", 800)
    drawn = sample.draw_sample(chunks, "price", 4, 0)
    assert len(drawn.X) == len(drawn.y) == 800
    assert drawn.n_rows == 1600
    chunk = pd.concat(chunks).reset_index().merge(drawn.X, on=["a", "b"])
    assert len(chunk) == 800
    # 200 rows of each chunk are expected, with a standard deviation of 9.
    sizes = [len(test) for _, test in drawn.splits]
    assert min(sizes) > 150 and sum(sizes) == 800


def test_a_column_of_weights_is_not_a_feature_and_leaves_rows_out(chunks):
    rng = np.random.default_rng(1)
    weighted = [
        chunk.assign(price=np.where(w, chunk["price"], 1e4), w=w.astype(float))
        for chunk in chunks
        for w in [rng.random(len(chunk)) < 0.7]
    ]
    how = {"cv": 2, "estimator": after_table(TorchRegressor(**LINEAR, max_iter=6))}
    found = compare_losses(weighted, "price", "mse", sample_weight="w", **how)
    assert "w" not in found.X.columns
    assert found.table["rmse", "mean"].item() < 1.3
