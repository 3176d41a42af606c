"""Choose the loss, and you have chosen how you model your problem.

skloss is a set of scikit-learn estimators over small torch networks with a
pluggable ``loss``, and the tools to compare losses honestly on your own table.

Start here:

* :class:`TorchRegressor` and :class:`TorchClassifier`: ``fit`` and ``predict`` with
  ``loss="huber"``, ``loss=losses.Focal(gamma=3)`` or a function of your own.
* :func:`compare_losses`: the same folds, seeds and batches for every loss; tidy
  tables out.
* :func:`list_losses` and :func:`get_loss`: what there is to choose from;
  :mod:`skloss.losses` has the classes.
* :mod:`skloss.table`, :mod:`skloss.tasks`: from the bytes of a CSV to columns with
  roles and a proposed task. :mod:`skloss.datasets`: tables to try it on.
* :mod:`skloss.metrics`: scores for regression, probabilities and rare classes.

Names are resolved when first used, so that ``import skloss`` does not wait for
torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skloss import datasets, divergence, losses, metrics, table, tasks
    from skloss.check import check_loss
    from skloss.comparison import compare_losses
    from skloss.estimators import TorchClassifier, TorchRegressor
    from skloss.losses import get_loss, list_losses

__all__ = [
    "TorchClassifier",
    "TorchRegressor",
    "check_loss",
    "compare_losses",
    "datasets",
    "divergence",
    "get_loss",
    "list_losses",
    "losses",
    "metrics",
    "table",
    "tasks",
]

__version__ = "0.1.0.dev0"

_HOMES = {
    "TorchClassifier": "skloss.estimators",
    "TorchRegressor": "skloss.estimators",
    "check_loss": "skloss.check",
    "compare_losses": "skloss.comparison",
    "get_loss": "skloss.losses",
    "list_losses": "skloss.losses",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'skloss' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
