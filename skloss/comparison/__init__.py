"""Compare losses on the same folds, seeds and batches."""

from skloss.comparison.compare import compare_losses
from skloss.comparison.remote.dask import on_cluster
from skloss.comparison.result import Comparison

__all__ = ["Comparison", "compare_losses", "on_cluster"]
