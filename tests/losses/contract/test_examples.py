"""Every loss brings example targets and raw scores that it accepts itself."""

import numpy as np
import pytest
import torch

from skloss.losses import Custom, list_losses
from skloss.losses.contract.registry import REGISTRY

CASES = [
    pytest.param(loss, task, id=f"{loss!r}-{task}")
    for name in list_losses()
    for loss in REGISTRY[name].examples()
    for task in filter(loss.supports, loss.tasks)
]


@pytest.mark.parametrize(("loss", "task"), CASES)
def test_a_loss_accepts_its_own_examples(loss, task):
    rng = np.random.default_rng(0)
    y = loss.example_target(rng, 30, task)
    raw = loss.example_raw_prediction(rng, y, task)
    assert len(y) == len(raw) == 30
    assert loss.reason_invalid(y) == ""
    value = loss.pointwise(torch.as_tensor(raw), torch.as_tensor(y))
    assert value.shape == (30,)
    assert torch.isfinite(value).all()


@pytest.mark.parametrize(("loss", "task"), CASES)
def test_examples_are_drawn_from_the_generator_alone(loss, task):
    one, two = (loss.example_target(np.random.default_rng(7), 9, task) for _ in "ab")
    np.testing.assert_array_equal(one, two)
    other = loss.example_target(np.random.default_rng(8), 9, task)
    assert (one != other).any()


def draw(name, task=None, n=40):
    loss = REGISTRY[name]()
    y = loss.example_target(np.random.default_rng(0), n, task)
    return y, loss.example_raw_prediction(np.random.default_rng(0), y, task)


@pytest.mark.parametrize(
    ("name", "task", "classes", "n_outputs"),
    [
        ("cross_entropy", "binary", [0, 1], 1),
        ("cross_entropy", "multiclass", [0, 1, 2], 3),
        ("corn", "ordinal", [0, 1, 2], 2),
        ("triplet", "embedding", [0, 1, 2], 4),
    ],
)
@pytest.mark.parametrize("n", [3, 40])
def test_every_class_occurs_in_example_targets(name, task, classes, n_outputs, n):
    y, raw = draw(name, task, n)
    np.testing.assert_array_equal(np.unique(y), classes)
    assert raw.shape == (n, n_outputs)


def test_example_targets_have_the_form_of_their_task():
    numbers, raw = draw("squared_error")
    assert numbers.min() < 0 < numbers.max() and raw.shape == (40, 1)
    labels, raw = draw("focal", "multilabel")
    assert set(labels.ravel()) == {0.0, 1.0} and raw.shape == labels.shape == (40, 3)
    views, raw = draw("info_nce", "pairs")
    assert views.dtype == float and raw.shape == views.shape == (40, 4)
    shares, raw = draw("kl_divergence")
    np.testing.assert_allclose(shares.sum(1), 1.0)
    assert raw.shape == shares.shape == (40, 3)
    counts, raw = draw("negative_binomial")
    assert (counts == counts.round()).all() and counts.min() >= 1
    assert raw.shape == (40, 2)


def test_a_function_is_tried_on_positive_targets():
    y = Custom(lambda f, y: (f - y).abs() / y).example_target(
        np.random.default_rng(0), 50
    )
    assert y.min() > 0
