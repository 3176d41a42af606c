"""Learned values: any precision, copies, pickles and stacks."""

import copy
import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone

from skloss.losses import Huber, Loss, RegressionLoss, get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY


@pytest.fixture
def bound():
    return get_loss("huber").bind(np.arange(9.0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_learned_value_has_the_precision_of_the_prediction(bound, dtype):
    value = bound.pointwise(torch.zeros(3, 1, dtype=dtype), torch.ones(3))
    assert value.dtype == dtype
    assert bound.learned("delta", torch.zeros(2, dtype=dtype), 1.0).dtype == dtype


def test_a_learned_tensor_is_made_once_per_precision(bound):
    like = torch.zeros(3, 1)
    assert bound.learned("delta", like, 1.0) is bound.learned("delta", like, 1.0)
    other = bound.learned("delta", like.double(), 1.0)
    assert other is not bound.learned("delta", like, 1.0)


def test_pickles_and_copies_hold_numbers_only(bound):
    bound.pointwise(torch.zeros(3, 1), torch.ones(3))
    assert b"torch" not in pickle.dumps(bound)
    assert "_tensors" not in vars(copy.copy(bound))
    for same in (pickle.loads(pickle.dumps(bound)), copy.deepcopy(bound)):
        assert same.bound_ == bound.bound_


def test_a_clone_has_not_learned_anything(bound):
    assert clone(bound).bound_ == {}
    assert clone(bound).get_params() == bound.get_params()


def test_a_learned_value_has_a_gradient_after_inference_mode(bound):
    with torch.inference_mode():
        wanted = bound(torch.zeros(3, 1), torch.ones(3))
    raw = torch.zeros(3, 1, requires_grad=True)
    value = bound(raw, torch.ones(3))
    value.backward()
    assert value.item() == wanted.item()
    assert raw.grad.abs().min() > 0


def test_without_bind_the_default_is_returned_unchanged():
    default = object()
    assert get_loss("huber").learned("delta", torch.zeros(1), default) is default


def test_learned_values_do_not_reach_the_original():
    loss = get_loss("huber")
    one = loss.with_learned(delta=2)
    two = one.with_learned(other=[1, 2])
    assert (loss.bound_, sorted(one.bound_), sorted(two.bound_)) == (
        {},
        ["delta"],
        ["delta", "other"],
    )
    assert Huber.bound_ == {}
    assert one.bound_["delta"].dtype == float


def test_binding_a_loss_with_nothing_to_learn_copies_it():
    loss = get_loss("focal", gamma=1.0)
    bound, scaled = loss.bind(np.array([0, 1])), loss.rescaled(3.0)
    assert bound is not loss and scaled is not loss
    assert bound.get_params() == scaled.get_params() == loss.get_params()


@pytest.mark.parametrize(
    ("own", "like", "shape"),
    [
        ((), (3, 8, 1), (3, 1, 1)),
        ((), (3, 8), (3, 1)),
        ((4,), (3, 8, 4), (3, 1, 4)),
        ((2,), (3, 5, 8, 2), (3, 1, 1, 2)),
    ],
)
def test_values_of_a_stack_broadcast_over_rows(own, like, shape):
    losses = [Huber().with_learned(value=np.full(own, k)) for k in range(3)]
    value = Loss.stack(losses).learned("value", torch.zeros(like), None)
    assert value.shape == shape
    assert value.flatten(1)[:, 0].tolist() == [0.0, 1.0, 2.0]


def test_a_stack_of_one_or_of_unbound_losses_is_the_first():
    loss, bound = Huber(), Huber().with_learned(delta=1.0)
    assert Loss.stack([bound]) is bound
    assert Loss.stack([loss, Huber()]) is loss


def test_stacking_leaves_its_losses_as_they_were():
    losses = [Huber().with_learned(delta=d) for d in (1.0, 2.0)]
    Loss.stack(losses)
    assert [one.bound_["delta"].item() for one in losses] == [1.0, 2.0]
    assert [one.stacked_ for one in losses] == [False, False]


def test_each_model_of_a_stack_uses_its_own_delta():
    stacked = Loss.stack([Huber().with_learned(delta=d) for d in (1.0, 2.0)])
    value = stacked.pointwise(torch.full((2, 1, 1), 10.0), torch.zeros(2, 1))
    # Beyond delta: delta * (|r| - delta / 2).
    assert value.flatten().tolist() == [9.5, 18.0]


def test_losses_stack_unless_parameters_or_shapes_differ():
    keys = {
        "default": Huber().stack_key,
        "learned": Huber().with_learned(delta=1.0).stack_key,
        "per target": Huber().with_learned(delta=[1.0, 2.0]).stack_key,
        "parameter": Huber(delta=2.0).stack_key,
        "other class": get_loss("pseudo_huber", delta=2.0).stack_key,
    }
    assert len(set(keys.values())) == len(keys)
    assert Huber().with_learned(delta=5.0).stack_key == keys["learned"]
    assert len({hash(key) for key in keys.values()}) == len(keys)


def test_functions_as_parameters_stack_by_identity():
    class Scaled(RegressionLoss):
        def __init__(self, f):
            self.f = f

    first, second = (lambda x: x), (lambda x: x)
    assert Scaled(first).stack_key == Scaled(first).stack_key
    assert Scaled(first).stack_key != Scaled(second).stack_key


UNITS = ["huber", "pseudo_huber", "log_cosh", "general_robust"]


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("scale", [0.001, 7.0])
def test_a_rescaled_loss_has_the_same_gradient_in_other_units(name, scale):
    y = torch.tensor([0.3, -2.0, 9.0, 40.0], dtype=torch.float64)
    gradients = []
    for unit in (1.0, scale):
        raw = torch.zeros(4, 1, dtype=torch.float64, requires_grad=True)
        loss = get_loss(name).bind(y.numpy()).rescaled(unit)
        (gradient,) = torch.autograd.grad(loss.pointwise(raw, y / unit).sum(), raw)
        gradients.append((gradient / gradient[0]).flatten())
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("name", UNITS)
def test_one_scale_per_target_equals_single_targets(name):
    scales = np.array([2.0, 5.0])
    raw, y = torch.randn(2, 6, 2, generator=torch.Generator().manual_seed(0))
    together = get_loss(name).bind(y.numpy()).rescaled(scales).pointwise(raw, y)
    apart = sum(
        get_loss(name)
        .bind(y[:, k].numpy())
        .rescaled(scales[k])
        .pointwise(raw[:, k : k + 1], y[:, k])
        for k in range(2)
    )
    torch.testing.assert_close(together, apart)


@pytest.mark.parametrize("name", list_losses())
def test_the_key_of_a_loss_is_that_of_its_clone_and_can_be_hashed(name):
    loss = REGISTRY[name]()
    assert loss.stack_key == clone(loss).stack_key
    assert hash(loss.stack_key) == hash(clone(loss).stack_key)
