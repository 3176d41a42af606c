"""Noise models: the distribution that a loss implies around its prediction.

A loss names its family in `FAMILIES` and states the parameters that its outputs give;
the others, often the scale, are fitted by maximum likelihood to rows that the caller
chooses. `compare_noise` compares noise models on the residuals of any loss. None of
this loads torch before a loss is involved.
"""

from skloss.noise import amounts, counts, quantile_curve, tweedie  # noqa: F401
from skloss.noise.decision import LABELS
from skloss.noise.families import FAMILIES, NoiseFamily
from skloss.noise.goodness import GoodnessOfFit, goodness_of_fit
from skloss.noise.implied import fit, free_parameters, predictive
from skloss.noise.mixture import Predictive
from skloss.noise.residual_comparison import NoiseComparison, compare_noise
from skloss.noise.residuals import (
    held_out_pit,
    qq_points,
    residual_table,
    residuals_of,
    standard_residuals,
    table_of_fits,
)
from skloss.noise.verdict import RATIO_LIMIT, ROWS_NEEDED, ResidualFit, residual_fit

__all__ = [
    "FAMILIES",
    "LABELS",
    "RATIO_LIMIT",
    "ROWS_NEEDED",
    "GoodnessOfFit",
    "NoiseComparison",
    "NoiseFamily",
    "Predictive",
    "ResidualFit",
    "compare_noise",
    "fit",
    "free_parameters",
    "goodness_of_fit",
    "held_out_pit",
    "predictive",
    "qq_points",
    "residual_fit",
    "residual_table",
    "residuals_of",
    "standard_residuals",
    "table_of_fits",
]
