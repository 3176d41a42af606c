"""A loss is how you model your problem.

skloss provides scikit-learn estimators over small torch networks with a pluggable
``loss``, and tools to compare losses on your own table.

Start here:

* :class:`TorchRegressor` and :class:`TorchClassifier`: ``fit`` and ``predict`` with
  ``loss="huber"``, ``loss=losses.Focal(gamma=3)`` or a custom function.
* :class:`TorchEmbedder`: ``fit`` and ``transform``, for rows of one label to lie close
  together, and :class:`TorchAligner`, for two views of the same rows.
* :func:`compare_losses`: cross-validation of several losses with the same folds,
  initial weights and batches; the results are tidy tables.
* :func:`noise_verdict`: which noise model fits a table; :func:`compare_noise`: which
  fits residuals.
* :func:`list_losses` and :func:`get_loss`: the losses by name; their classes are in
  :mod:`skloss.losses`.
* :mod:`skloss.table`, :mod:`skloss.tasks`: from the bytes of a CSV to columns with
  roles and a proposed task. :mod:`skloss.datasets`: sample tables.
* :mod:`skloss.metrics`: scores for regression, probabilities and rare classes.
* :mod:`skloss.costs` and :func:`decide`: what a decision costs, the loss that trains
  for it, and the best decision under a predicted distribution.

Names are resolved when they are first used, so that ``import skloss`` does not load
torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors; a test compares these names with __all__
    from skloss import costs, datasets, divergence, losses, metrics, table, tasks
    from skloss.check import check_loss
    from skloss.comparison import compare_losses, noise_verdict
    from skloss.costs import decide
    from skloss.estimators import (
        TorchAligner,
        TorchClassifier,
        TorchEmbedder,
        TorchRegressor,
    )
    from skloss.losses import get_loss, list_losses
    from skloss.noise import compare_noise

#: Modules of the public names.
_HOMES = {
    "TorchAligner": "skloss.estimators",
    "TorchClassifier": "skloss.estimators",
    "TorchEmbedder": "skloss.estimators",
    "TorchRegressor": "skloss.estimators",
    "check_loss": "skloss.check",
    "compare_losses": "skloss.comparison",
    "compare_noise": "skloss.noise",
    "decide": "skloss.costs",
    "get_loss": "skloss.losses",
    "list_losses": "skloss.losses",
    "noise_verdict": "skloss.comparison",
}
_MODULES = ("costs", "datasets", "divergence", "losses", "metrics", "table", "tasks")

__all__ = sorted([*_HOMES, *_MODULES])

__version__ = "0.1.0.dev0"


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'skloss' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
