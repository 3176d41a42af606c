"""Every loss is compared with an independent oracle in the tests of its family."""

from importlib import import_module
from pathlib import Path

from skloss import list_losses

FILES = Path(__file__).parent.glob("test_*.py")

#: Losses whose values are tested without such a table: on pairs of rows (see
#: test_metric_learning.py too), triplets and deviances.
WITHOUT_TABLE = {
    "tweedie",
    "contrastive",
    "triplet",
    "info_nce",
    "multi_similarity",
    "siglip",
    "sup_con",
    "symmetric_cross_entropy",
}


def test_every_registered_loss_has_an_oracle():
    modules = [import_module(f"tests.losses.{path.stem}") for path in FILES]
    tables = [getattr(module, "VALUES", ()) for module in modules]
    shown = {case[0] for table in tables for case in table}
    assert shown | WITHOUT_TABLE == set(list_losses())
