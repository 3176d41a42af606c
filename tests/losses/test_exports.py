"""`skloss.losses` exports every registered loss."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from skloss import losses
from skloss.losses import Loss, list_losses
from skloss.losses.contract.registry import REGISTRY

MODULES = [
    info.name
    for info in pkgutil.iter_modules(losses.__path__, "skloss.losses.")
    if not info.ispkg
]


@pytest.mark.parametrize("name", list_losses())
def test_every_registered_loss_is_exported(name):
    cls = REGISTRY[name]
    assert cls.__name__ in losses.__all__
    assert getattr(losses, cls.__name__) is cls


def named_losses(module):
    """Classes of a module that state a name of their own."""
    return [
        cls
        for cls in vars(importlib.import_module(module)).values()
        if isinstance(cls, type)
        and issubclass(cls, Loss)
        and cls.__module__ == module
        and isinstance(vars(cls).get("name"), str)
    ]


@pytest.mark.parametrize("module", MODULES)
def test_every_loss_of_a_module_is_registered_exported_and_listed(module):
    found = named_losses(module)
    assert all(REGISTRY[cls.name] is cls for cls in found)
    names = {cls.__name__ for cls in found}
    assert names <= set(losses.__all__)
    assert names <= set(importlib.import_module(module).__all__)


def test_type_checkers_import_every_module_that_holds_a_loss():
    tree = ast.parse(Path(losses.__file__).read_text())
    stars = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    }
    assert stars == {module for module in MODULES if named_losses(module)}


def test_losses_of_the_first_release_are_still_there():
    # The losses of the first release, written out once; new ones need no entry.
    assert set(list_losses()) >= {
        "absolute_error", "absolute_percentage_error", "asymmetric",
        "balanced_softmax", "beta_nll", "binary_cross_entropy", "brier",
        "class_balanced", "confidence_penalty", "contrastive", "corn",
        "cross_entropy", "expectile", "focal", "gamma", "gaussian_crps",
        "gaussian_nll", "general_robust", "generalized_cross_entropy", "hinge",
        "huber", "info_nce", "js_divergence", "kl_divergence", "label_smoothing",
        "laplace_crps", "laplace_nll", "ldam", "log_cosh", "logit_adjusted",
        "multi_quantile", "negative_binomial", "poisson", "poly1", "pseudo_huber",
        "quantile", "squared_error", "squared_hinge", "squared_log_error",
        "student_t_nll", "symmetric_cross_entropy", "triplet", "tweedie",
    }  # fmt: skip


def test_exports_are_there_once_and_are_attributes():
    assert len(losses.__all__) == len(set(losses.__all__))
    assert all(hasattr(losses, name) for name in losses.__all__)


def test_exports_are_the_contract_functions_and_losses_only():
    classes = {cls.__name__ for cls in REGISTRY.values()}
    assert set(losses.__all__) - classes == {
        "ClassificationLoss", "Custom", "Expression", "Functional", "Interval", "Loss",
        "ProbabilityLoss", "Range", "RegressionLoss", "get_loss", "list_losses",
    }  # fmt: skip


def test_a_star_import_in_a_fresh_process_has_every_loss():
    code = (
        "from skloss.losses import *; from skloss.losses import list_losses as names;"
        "print(len(names()), Huber().name, LogCosh().name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == [str(len(list_losses())), "huber", "log_cosh"]
