"""Losses on classes and labels: which targets mean a sigmoid, which a softmax."""

import numpy as np
import pytest
import torch
from scipy.special import log_expit, logsumexp

from skloss import get_loss
from skloss.losses import ClassificationLoss, ProbabilityLoss
from skloss.losses.contract.classification_loss import is_softmax


@pytest.mark.parametrize(
    ("raw", "y", "expected"),
    [
        ((5, 3), (5,), True),
        ((5, 1), (5,), False),
        ((5, 3), (5, 3), False),
        ((5, 1), (5, 1), False),
        ((2, 5, 3), (2, 5), True),
        ((2, 5, 3), (2, 5, 3), False),
    ],
)
def test_class_indices_with_several_outputs_are_a_softmax(raw, y, expected):
    assert is_softmax(torch.zeros(raw), torch.zeros(y)) is expected


class Recorder(ClassificationLoss):
    """Returns which of the two methods was called, as the value."""

    def sigmoid_loss(self, logit, y_true):
        assert logit.dtype == y_true.dtype
        return torch.ones_like(logit)

    def softmax_loss(self, logits, y_true):
        assert y_true.dtype == torch.long
        return torch.full_like(logits[..., 0], 10.0)


@pytest.mark.parametrize(
    ("raw", "y", "value"),
    [((4, 1), (4,), 1.0), ((4, 3), (4, 3), 3.0), ((4, 3), (4,), 10.0),
     ((2, 4, 3), (2, 4, 3), 3.0)],
)  # fmt: skip
@pytest.mark.parametrize("dtype", [torch.int32, torch.int64, torch.float32])
def test_a_sigmoid_is_summed_over_labels_and_a_softmax_is_one_value(
    raw, y, value, dtype
):
    found = Recorder().pointwise(torch.zeros(raw), torch.zeros(y, dtype=dtype))
    assert (found == value).all()
    assert found.shape == raw[:-1]


class LogOfP(ProbabilityLoss):
    """The log-probability of the true label, or of any other."""

    def __init__(self, of_true=True):
        self.of_true = of_true

    def of_probability(self, log_p, log_q, weight):
        return log_p if self.of_true else log_q


RAW = np.array([[2.0, -1.0, 0.5], [40.0, 0.0, 0.0], [-50.0, 3.0, 3.0]])


def test_log_probabilities_of_a_softmax_are_accurate_at_both_ends():
    y = torch.tensor([0, 0, 0])
    found = LogOfP().pointwise(torch.as_tensor(RAW), y)
    total = logsumexp(RAW, axis=1)
    np.testing.assert_allclose(found, RAW[:, 0] - total, rtol=1e-12, atol=1e-15)
    found = LogOfP(of_true=False).pointwise(torch.as_tensor(RAW), y)
    others = logsumexp(RAW[:, 1:], axis=1) - total
    np.testing.assert_allclose(found, others, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("y", "sign"), [(0, -1), (1, 1)])
def test_log_probabilities_of_a_sigmoid_are_accurate_at_both_ends(y, sign):
    logit = np.array([[-800.0], [-40.0], [0.3], [40.0], [800.0]])
    labels = torch.full((5,), y)
    for of_true, side in ((True, sign), (False, -sign)):
        found = LogOfP(of_true=of_true).pointwise(torch.as_tensor(logit), labels)
        np.testing.assert_allclose(found, log_expit(side * logit[:, 0]), rtol=1e-12)


def test_the_weight_of_a_label_is_one_unless_overridden():
    class Weight(ProbabilityLoss):
        def of_probability(self, log_p, log_q, weight):
            return weight + 0 * log_p

    found = Weight()(torch.zeros(2, 3), torch.tensor([0, 2]))
    assert found.item() == 1.0


@pytest.mark.parametrize("wrong", [-1, 2, 0.5])
@pytest.mark.parametrize("name", ["hinge", "binary_cross_entropy", "focal"])
def test_labels_other_than_zero_and_one_are_refused(name, wrong):
    y = torch.tensor([0.0, 1.0, wrong])
    with pytest.raises(ValueError, match=f"y_true holds {wrong:g}"):
        get_loss(name)(torch.zeros(3, 1), y)


@pytest.mark.parametrize("wrong", [-100, -1, 3])
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "hinge"])
def test_invalid_class_indices_are_refused(name, wrong):
    with pytest.raises((IndexError, RuntimeError), match="out of bounds"):
        get_loss(name)(torch.zeros(2, 3), torch.tensor([0, wrong]))


def test_a_loss_of_labels_does_not_accept_class_indices():
    with pytest.raises(ValueError, match="pass y_true of the shape"):
        get_loss("binary_cross_entropy")(torch.zeros(3, 2), torch.tensor([0, 1, 1]))


def test_another_number_of_labels_than_outputs_is_refused():
    with pytest.raises(ValueError, match="has 3 outputs, but y_true has 2 labels"):
        get_loss("binary_cross_entropy")(torch.zeros(4, 3), torch.zeros(4, 2))
