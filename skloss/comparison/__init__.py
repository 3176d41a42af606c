"""Compare losses on the same folds, seeds and batches."""

from skloss.comparison.compare import compare_losses
from skloss.comparison.decisions import rank_decisions, reprice
from skloss.comparison.model_file import ModelFile, write_model
from skloss.comparison.noise_verdict import NoiseVerdict, noise_verdict
from skloss.comparison.recipe import Recipe, Source
from skloss.comparison.refit import predict_rows, refit
from skloss.comparison.remote.dask import on_cluster
from skloss.comparison.restored import restore_comparison
from skloss.comparison.result import Comparison
from skloss.comparison.stored import store_comparison

__all__ = [
    "Comparison",
    "ModelFile",
    "NoiseVerdict",
    "Recipe",
    "Source",
    "compare_losses",
    "noise_verdict",
    "on_cluster",
    "predict_rows",
    "rank_decisions",
    "refit",
    "reprice",
    "restore_comparison",
    "store_comparison",
    "write_model",
]
