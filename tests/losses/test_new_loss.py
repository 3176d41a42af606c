"""A new loss is one class in one file; everything else follows from it."""

import importlib.util
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from skloss import TorchRegressor, check_loss, get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY
from skloss.losses.curves import loss_curve

SOURCE = '''
"""Losses of a new family."""

from skloss.losses.contract.ranges import POSITIVE, Range
from skloss.losses.contract.regression_loss import RegressionLoss

__all__ = ["FourthPower"]


class FourthPower(RegressionLoss):
    r"""Fourth power of the residual: the largest errors dominate.

    Parameters
    ----------
    factor : float > 0, default 1.0
        Factor of the value.

    Examples
    --------
    >>> FourthPower()
    FourthPower()
    """

    name = "fourth_power"
    aliases = ("l4",)
    functional = "root of the third moment"
    is_convex = True
    formula = r"a\\,(y - \\hat y)^4"
    reference = "Nobody (2000), A Loss For Tests"
    use_when = "You need a loss that is not among the built-in ones."
    param_ranges = {"factor": Range(0.5, 2.0, domain=POSITIVE)}

    def __init__(self, factor=1.0):
        self.factor = factor

    def elementwise(self, prediction, y_true):
        return self.factor * (prediction - y_true) ** 4
'''
ROOT = Path(__file__).parents[2]


@pytest.fixture
def new_loss(tmp_path):
    """The class, from one file of the package that exists for a test only."""
    path = tmp_path / "fourth_power.py"
    path.write_text(SOURCE.lstrip())
    name = "skloss.losses.fourth_power"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    before = dict(REGISTRY)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    yield module.FourthPower
    REGISTRY.clear()
    REGISTRY.update(before)
    del sys.modules[name]


def test_the_registry_finds_it_by_name_alias_and_task(new_loss):
    assert get_loss("fourth_power", factor=2.0).factor == 2.0
    assert type(get_loss("l4")) is new_loss
    assert "fourth_power" in list_losses("regression")
    assert "fourth_power" not in list_losses("classification")


def test_checks_find_and_pass_it(new_loss):
    report = check_loss("fourth_power")
    assert report.ok, report
    assert report.name == "fourth_power"


def test_help_shows_its_formula(new_loss):
    assert new_loss.formula in new_loss.__doc__
    assert new_loss.reference in new_loss.__doc__


def test_the_catalogue_has_a_page_entry_a_curve_and_a_row(new_loss):
    pages = runpy.run_path(str(ROOT / "docs" / "make_losses.py"))["catalogue"]()
    texts = {path.name: text for path, text in pages.items()}
    assert "### fourth_power" in texts["losses.md"]
    assert "fourth_power.svg" in texts
    assert "[fourth_power](docs/losses.md#fourth_power)" in texts["README.md"]


def test_sliders_and_the_explorer_have_its_parameter(new_loss):
    assert list(loss_curve(new_loss()).lines) == ["factor 1", "factor 0.5", "factor 2"]


def test_an_estimator_trains_with_it(new_loss):
    X = np.linspace(-1, 1, 40)[:, None]
    model = TorchRegressor("fourth_power", hidden_layer_sizes=(), random_state=0)
    assert model.fit(X, 2 * X[:, 0]).score(X, 2 * X[:, 0]) > 0.9
