"""Parameters of losses: documented, with a range, and refused outside it."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from skloss.losses import get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY

CLASSES = [REGISTRY[name] for name in list_losses()]
every_loss = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)


@every_loss
def test_every_numeric_parameter_has_a_range_and_is_documented(cls):
    params = cls().get_params()
    numeric = {
        name
        for name, value in params.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    assert numeric <= set(cls.param_ranges) <= set(params)
    for name in params:
        assert re.search(rf"\b{name}\b", cls.__doc__)
    for low, high, log, domain in cls.param_ranges.values():
        assert low < high and (not log or low > 0)
        assert not domain.outside(np.array([low, high])).any()


@every_loss
def test_parameters_that_mean_nothing_are_refused(cls):
    for name, (_, _, _, domain) in cls.param_ranges.items():
        senseless = [np.nan, *(end for end in domain[:2] if np.isfinite(end))]
        beyond = [domain.low - 1, domain.high + 1, *senseless]
        wrong = [v for v in beyond if np.isnan(v) or domain.outside(np.array(v))]
        for value in [*wrong, "0.5", ["a"]]:
            with pytest.raises(ValueError, match=f"{name} of {cls.name} must be"):
                get_loss(cls.name, **{name: value})
            with pytest.raises(ValueError, match=f"{name} of {cls.name} must be"):
                cls(**{name: value})(torch.zeros(3, 4), torch.zeros(3))
        assert len(wrong) > 1


@pytest.mark.parametrize(
    "delta", [Fraction(7, 10), Decimal("0.7"), np.float16(0.7), np.array(0.7)]
)
def test_whatever_is_a_number_is_taken(delta):
    assert get_loss("huber", delta=delta).delta is delta
    assert get_loss("multi_quantile", quantiles=[delta, 0.9]).quantiles[0] is delta


def test_a_subclass_need_not_name_the_parameters_of_its_base():
    class Steep(REGISTRY["focal"]):
        name = "steep"

        def __init__(self, gamma=5.0):
            super().__init__(gamma=gamma)

    found = Steep()(torch.zeros(3, 1), torch.tensor([0, 1, 1]))
    assert found.item() == pytest.approx(0.5**5 * np.log(2))


def test_none_is_refused_where_it_is_not_the_default():
    assert get_loss("focal", alpha=None).alpha is None
    with pytest.raises(ValueError, match="gamma of focal must be >= 0, got None"):
        get_loss("focal", gamma=None)


@pytest.mark.parametrize(
    "quantiles", [0.5, "abc", [], [np.nan], [0.5, None], [0.5, 0.5], [0, 1]]
)
def test_quantiles_that_mean_nothing_are_refused(quantiles):
    with pytest.raises(ValueError, match="quantiles must be between 0 and 1"):
        get_loss("multi_quantile", quantiles=quantiles)
