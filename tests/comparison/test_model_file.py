"""A fitted model in a file without code, and the models that have none."""

import ast
import sys

import pytest

from skloss import TorchClassifier, TorchRegressor, losses
from skloss.comparison import ModelFile, write_model


def test_a_model_with_a_function_is_refused_in_a_sentence():
    pytest.importorskip("skops.io", reason="skops, an optional format, is missing")
    model = TorchClassifier(lambda y_pred, y_true: (y_pred - y_true) ** 2)
    with pytest.raises(ValueError, match="cannot be written without code"):
        write_model(model)


def test_a_loss_of_a_function_without_a_module_is_named():
    pytest.importorskip("skops.io", reason="skops, an optional format, is missing")
    with pytest.raises(ValueError, match=r"<locals>|<lambda>|does not support"):
        write_model(TorchRegressor(losses.Custom(lambda p, y: (p - y) ** 2)))


def test_without_skops_the_message_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "skops", None)
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(ImportError, match=r"install skloss\[app\] or skops"):
        write_model(TorchRegressor())


def test_the_lines_that_load_a_model_name_its_types_and_its_file():
    script = ModelFile(b"", ("a.B", "c.D")).script("other.skops")
    trusted = ast.parse(script).body[1]
    assert ast.literal_eval(trusted.value) == ["a.B", "c.D"]
    assert script.endswith('skops.io.load("other.skops", trusted=trusted)')
