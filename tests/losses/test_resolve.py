"""`get_loss`: names, classes, instances, criteria and functions."""

import pytest

from skloss.losses import Custom, Huber, RegressionLoss, get_loss, list_losses, resolve
from skloss.losses.contract.registry import REGISTRY


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_name_or_alias_gives_a_new_instance_of_its_class(name):
    one, two = get_loss(name), get_loss(name)
    assert type(one) is REGISTRY[name]
    assert one is not two


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hubber", "huber"),
        ("Huber", "huber"),
        ("squared-error", "squared_error"),
        ("MSE", "mse"),
        ("crossentropy", "cross_entropy"),
    ],
)
def test_a_typing_error_suggests_the_name_that_was_meant(typed, meant):
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
        get_loss(typed)


def test_an_unknown_name_lists_the_names():
    with pytest.raises(ValueError, match="No loss is called 'zzz'") as caught:
        get_loss("zzz")
    assert "Did you mean" not in str(caught.value)
    assert ", ".join(list_losses()) in str(caught.value)


def test_an_instance_is_copied_with_what_it_learned():
    loss = Huber().with_learned(delta=3.0)
    same = get_loss(loss)
    assert same is not loss
    assert same.bound_ == {"delta": 3.0}
    assert get_loss(loss, delta=2.0).delta == 2.0
    assert loss.delta is None


def test_an_instance_is_checked():
    with pytest.raises(ValueError, match="delta of huber must be > 0"):
        get_loss(Huber(delta=-1.0))


def test_a_class_is_built_with_the_parameters():
    class Mine(RegressionLoss):
        def __init__(self, power=2.0):
            self.power = power

    assert get_loss(Mine, power=3.0).power == 3.0
    with pytest.raises(ValueError, match="Mine does not have a parameter 'q'"):
        get_loss(Mine, q=1)


def test_a_function_becomes_a_custom_loss_with_parameters():
    loss = get_loss(len, n_outputs=2)
    assert isinstance(loss, Custom)
    assert (loss.name, loss.n_outputs(3)) == ("len", 6)


@pytest.mark.parametrize(
    "loss", [None, 3, 2.5, ["mse"], {"loss": "mse"}, int, object()]
)
def test_other_types_raise_an_error_that_lists_what_is_accepted(loss):
    with pytest.raises(TypeError, match="must be a name, a Loss, a torch criterion"):
        get_loss(loss)


def test_resolving_an_instance_inspects_no_signature(monkeypatch):
    loss = Huber()
    get_loss(loss)  # the first time reads the constructor

    def fail(*args):
        raise AssertionError("a signature was inspected")

    monkeypatch.setattr("inspect.signature", fail)
    assert get_loss(loss).delta is None
    assert get_loss("huber", delta=2.0).delta == 2.0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("sparse_categorical_crossentropy", "'cross_entropy'"),
        ("MSELoss", "'mse'"),
        ("CrossEntropyLoss", "'cross_entropy'"),
        ("smooth_l1", "'huber'"),
        ("binary_crossentropy", "'binary_cross_entropy'"),
        ("reg:squarederror", "'squared_error'"),
        ("Squared Error", "'squared_error'"),
        ("hubr", "'huber'"),
    ],
)
def test_a_name_of_another_library_has_a_suggestion(name, hint):
    with pytest.raises(ValueError, match=f"Did you mean {hint}\\?"):
        get_loss(name)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("huber(delta=2)", 'get_loss("huber", delta=2)'),
        ("focal(gamma=2.0, alpha=None)", 'get_loss("focal", gamma=2.0, alpha=None)'),
        ("mse()", 'get_loss("mse")'),
    ],
)
def test_a_name_with_parameters_has_the_call_that_sets_them(name, call):
    with pytest.raises(ValueError, match="Pass parameters by ") as caught:
        get_loss(name)
    assert call in str(caught.value)


def test_every_suggested_name_is_a_loss():
    assert set(resolve._ELSEWHERE.values()) <= set(list_losses())
