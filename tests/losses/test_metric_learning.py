"""Losses on labels against values recorded from pytorch-metric-learning 2.9.0.

Its classes were called on the same rows with ``LpDistance(normalize_embeddings=False)``
or cosine similarity, and with ``MeanReducer``. Where that library takes one mean over
all pairs or triplets together, the values per row are weighted by their number.
"""

import numpy as np
import pytest
import torch

from skloss import get_loss

X = torch.as_tensor(np.random.default_rng(5).normal(size=(6, 3)))
PAIRED, UNEQUAL = torch.tensor([0, 0, 1, 1, 2, 2]), torch.tensor([0, 0, 1, 1, 1, 2])
#: Matches of each row of unequal classes, and rows of other labels.
N_MATCHES = torch.tensor([1, 1, 2, 2, 2, 0])
N_OTHERS = torch.tensor([4, 4, 3, 3, 3, 5])


@pytest.mark.parametrize(
    ("name", "params", "labels", "value"),
    [
        ("sup_con", {"temperature": 0.5}, UNEQUAL, 3.138679784913691),
        ("info_nce", {"temperature": 0.5}, PAIRED, 2.789114221428464),
        ("multi_similarity", {}, UNEQUAL, 1.3104137848786144),
        ("triplet", {"margin": 1.5}, PAIRED, 1.8228273150711898),
        ("triplet", {"margin": 1.5, "mining": "hard"}, PAIRED, 2.7288923429363163),
    ],
)
def test_a_mean_over_rows_has_the_recorded_value(name, params, labels, value):
    assert get_loss(name, **params)(X, labels).item() == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "params", "number", "value"),
    [
        ("info_nce", {"temperature": 0.5}, N_MATCHES, 2.8816966235910764),
        ("triplet", {"margin": 1.5}, N_MATCHES * N_OTHERS, 2.1134626383700112),
    ],
)
def test_a_mean_over_pairs_or_triplets_has_the_recorded_value(
    name, params, number, value
):
    rows = get_loss(name, **params).pointwise(X, UNEQUAL)
    found = (rows * number).sum() / number.sum()
    assert found.item() == pytest.approx(value, rel=1e-12)
