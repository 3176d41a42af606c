"""Columns that are predicted together: shares that sum to 1, and labels."""

import numpy as np
import pandas as pd
import pytest

from skloss.table.target_groups import targets_together

N = 60


@pytest.fixture
def soil(rng):
    parts = rng.dirichlet([2, 3, 4], N)
    return pd.DataFrame(
        {"depth": rng.normal(size=N), "site": rng.choice(["a", "b"], N)}
    ).assign(sand=parts[:, 0], silt=parts[:, 1], clay=parts[:, 2])


@pytest.fixture
def songs(rng):
    labels = (rng.random((N, 3)) < 0.4).astype(int)
    return pd.DataFrame({"tempo": rng.normal(size=N)}).assign(
        calm=labels[:, 0], sad=labels[:, 1], angry=labels[:, 2]
    )


def test_the_last_columns_that_sum_to_one_are_one_target(soil):
    names, reason = targets_together(soil)
    assert names == ["sand", "silt", "clay"]
    assert reason == "A guess: the last 3 columns are shares that sum to 1."
    soil.loc[3, "silt"] = np.nan
    assert targets_together(soil)[0] == names


def test_the_last_columns_of_zeros_and_ones_are_labels(songs):
    names, reason = targets_together(songs)
    assert names == ["calm", "sad", "angry"]
    assert "labels" in reason


def test_other_columns_are_targets_of_their_own(soil, songs):
    # One of the columns of a class coded as 0 and 1, which excludes the others.
    codes = np.eye(3, dtype=int)[np.arange(N) % 3]
    for frame in (
        soil.assign(clay=soil["clay"] + 0.1),
        soil[["sand", "silt", "clay"]].assign(depth=soil["depth"]),
        soil.assign(clay=-soil["clay"]),
        songs.assign(tempo=np.arange(N) % 7),  # a table of whole numbers
        songs.assign(price=songs["tempo"])[["price", "calm", "sad", "angry"]],
        songs[["tempo", "calm", "sad"]],
        songs.assign(calm=codes[:, 0], sad=codes[:, 1], angry=codes[:, 2]),
        songs[["calm", "sad", "angry"]],
    ):
        assert targets_together(frame) == ([], "")
