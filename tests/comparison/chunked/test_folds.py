"""Folds are whole chunks: each is scored by models of the others."""

import numpy as np
import pytest

from skloss import TorchClassifier, TorchRegressor, compare_losses
from tests.comparison.chunked.tables import LAST_CHUNKS, LINEAR, after_table


def test_held_out_chunks_are_never_learned_from(chunks):
    model = after_table(TorchRegressor(max_iter=2, random_state=0))
    args = ["squared_error"], {"cv": LAST_CHUNKS, "estimator": model}
    shifted = [
        chunk.assign(price=chunk["price"] + 1000 * (number > 2))
        for number, chunk in enumerate(chunks)
    ]
    before = compare_losses(chunks, "price", args[0], **args[1]).predictions
    after = compare_losses(shifted, "price", args[0], **args[1]).predictions
    np.testing.assert_array_equal(after["y_pred"], before["y_pred"])
    np.testing.assert_allclose(after["y_true"] - before["y_true"], 1000)


def test_each_row_is_scored_once_by_models_of_other_chunks(compared, chunks):
    rows = compared.predictions.query("loss == 'squared_error'")
    assert sorted(rows["row"]) == list(range(1600))
    for train, test in compared.splits:
        assert not set(train // 400) & set(test // 400)
        assert len(test) == 800
    assert compared.target == "price"
    assert compared.recipe.n_rows == 1600


def test_classes_are_compared_in_chunks(chunks):
    labelled = [
        chunk.assign(dear=np.where(chunk["price"] > 6, "yes", "no")).drop(
            columns="price"
        )
        for chunk in chunks
    ]
    found = compare_losses(
        labelled, "dear", ["cross_entropy", "focal"], cv=2,
        estimator=after_table(TorchClassifier(**LINEAR, max_iter=8)),
    )  # fmt: skip
    assert found.classes == ["no", "yes"]
    # The signal has 3.3 times the standard deviation of the noise.
    assert (found.table["roc_auc", "mean"] > 0.93).all()


def test_the_script_of_chunks_names_what_to_fill_in(compared):
    script = compared.script()
    compile(script, "script.py", "exec")
    assert script.startswith("X, y = ...")
    assert "cv=2" in script


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"y": "cost"}, "does not have the column 'cost'"),
        ({"y": None}, "y must be the name of one of their columns"),
        ({"cv": 9}, "between 2 and as many folds as chunks"),
        ({"cv": [([0], [8])]}, "has 4 chunks"),
        ({"groups": [1]}, "put the rows of a group into one chunk"),
        ({"losses": ["mse", {"other": object()}]}, "must be an estimator"),
        (
            {"task": "embedding", "losses": "triplet", "y": "town"},
            "does not support the task embedding",
        ),
        ({"sample_weight": [1.0]}, "sample_weight must be the name"),
    ],
)
def test_what_chunks_do_not_support_is_refused_in_a_sentence(
    arguments, sentence, chunks
):
    call = {"X": lambda: chunks, "y": "price", "losses": "mse", "cv": 2} | arguments
    with pytest.raises((ValueError, TypeError), match=sentence):
        compare_losses(**call)
