"""Losses on embeddings: which rows match, by labels or by views."""

import pytest
import torch

from skloss.losses.contract.embedding_loss import EmbeddingLoss


class Recorder(EmbeddingLoss):
    """Returns the number of positives and ten times that of negatives."""

    name = "recorder"

    def of_labels(self, embeddings, positive, negative):
        return positive.sum(-1) + 10 * negative.sum(-1)

    def of_views(self, x, y):
        return (x - y).sum(-1)


X = torch.arange(8.0).reshape(4, 2)


def test_labels_match_other_rows_of_the_same_label():
    found = Recorder().pointwise(X, torch.tensor([0, 0, 0, 7]))
    assert found.tolist() == [12, 12, 12, 30]


def test_labels_of_a_stack_match_within_each_model():
    labels = torch.tensor([[0, 0, 1, 1], [0, 1, 2, 3]])
    found = Recorder().pointwise(torch.stack([X, X]), labels)
    assert found.tolist() == [[21] * 4, [30] * 4]


def test_a_second_view_of_the_same_shape_is_compared_row_by_row():
    assert Recorder().pointwise(X, X - 1).tolist() == [2.0] * 4


@pytest.mark.parametrize("shape", [(3,), (4, 1), (4, 3), (1, 4), ()])
def test_targets_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="recorder requires embeddings of shape"):
        Recorder().pointwise(X, torch.zeros(shape))


def test_a_flat_embedding_is_refused():
    with pytest.raises(ValueError, match=r"got \(2,\) and \(2,\)"):
        Recorder().pointwise(X[0], X[0])


def test_a_loss_supports_labels_or_views_only_where_it_implements_them():
    class Bare(EmbeddingLoss):
        name = "bare"

    with pytest.raises(ValueError, match="bare compares two views"):
        Bare().pointwise(X, torch.zeros(4))
    with pytest.raises(ValueError, match="bare requires labels of shape"):
        Bare().pointwise(X, X)
