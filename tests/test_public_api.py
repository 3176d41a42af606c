"""The names that users may rely on."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import skloss
from skloss import comparison, noise

NAMES = [
    "TorchAligner",
    "TorchClassifier",
    "TorchEmbedder",
    "TorchRegressor",
    "check_loss",
    "compare_losses",
    "compare_noise",
    "costs",
    "datasets",
    "decide",
    "divergence",
    "get_loss",
    "list_losses",
    "losses",
    "metrics",
    "noise_verdict",
    "table",
    "tasks",
]
CALLABLES = list(skloss._HOMES)
SUBMODULES = list(skloss._MODULES)


def public_members(module_name):
    module = getattr(skloss, module_name)
    members = {name: getattr(module, name) for name in module.__all__}
    return {
        f"{module_name}.{name}": member
        for name, member in members.items()
        if inspect.isclass(member) or inspect.isfunction(member)
    }


def test_all_lists_exactly_the_public_names():
    assert skloss.__all__ == NAMES


def test_type_checkers_import_exactly_the_public_names():
    tree = ast.parse(Path(skloss.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    names = [alias.name for node in block.body for alias in node.names]
    assert sorted(names) == skloss.__all__


def test_dir_offers_the_public_names_and_the_version():
    assert dir(skloss) == sorted([*NAMES, "__version__"])


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = skloss.nonsense


def test_the_version_is_a_version():
    assert skloss.__version__.split(".")[0].isdigit()


@pytest.mark.parametrize("name", NAMES)
def test_a_public_object_has_a_docstring(name):
    assert inspect.getdoc(getattr(skloss, name))


@pytest.mark.parametrize("module", SUBMODULES)
def test_what_a_public_module_offers_is_there_once_and_documented(module):
    offered = getattr(skloss, module).__all__
    assert len(offered) == len(set(offered))
    undocumented = [n for n, m in public_members(module).items() if not m.__doc__]
    assert undocumented == []


def test_the_classes_of_verdicts_are_those_of_their_rooms():
    residuals = np.random.default_rng(0).normal(size=40)
    assert type(skloss.compare_noise(residuals)) is noise.NoiseComparison
    assert "NoiseVerdict" in inspect.getdoc(skloss.noise_verdict)
    assert inspect.isclass(comparison.NoiseVerdict)


@pytest.mark.parametrize("name", CALLABLES)
def test_a_public_callable_has_an_example(name):
    assert ">>>" in inspect.getdoc(getattr(skloss, name))
