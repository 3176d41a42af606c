"""Chunks come from functions, folders, Dask and Parquet files."""

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

from skloss import TorchRegressor, compare_losses
from tests.comparison.chunked.tables import LINEAR, SMALL, table


@pytest.mark.parametrize("source", ["function", "folder", "dask", "tuple"])
def test_all_sources_of_the_same_chunks_give_the_same_numbers(
    source, chunks, compared, tmp_path
):
    for number, chunk in enumerate(chunks):
        chunk.to_parquet(tmp_path / f"part-{number}.parquet")
    sources = {
        "function": lambda: iter(chunks),
        "folder": tmp_path,
        "dask": dd.read_parquet(tmp_path),
        "tuple": tuple(chunks),
    }
    again = compare_losses(sources[source], "price", **SMALL)
    pd.testing.assert_frame_equal(again.folds, compared.folds)


def test_a_parquet_file_is_read_in_batches_of_equal_length(tmp_path):
    path = tmp_path / "one.parquet"
    table(10_001).drop(columns="town").to_parquet(path)
    model = TorchRegressor(**LINEAR, max_iter=1)
    found = compare_losses(path, "price", "mse", cv=[([0], [1])], estimator=model)
    assert len(found.predictions) == 5000
    assert found.recipe.n_rows == 10_001


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (iter([1]), "can be read only once"),
        (pd.DataFrame({"price": [1.0]}), "is a table in memory"),
        ([np.zeros((3, 2))], "each chunk must be a DataFrame"),
        (lambda: [], "X has no rows"),
        (__file__, "is not a Parquet file"),
    ],
)
def test_sources_that_are_not_chunks_are_refused_in_a_sentence(X, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        compare_losses(X, "price", "mse")
