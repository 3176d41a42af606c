"""Noise models: the distribution that a loss stands for, around its prediction.

A loss names its family and states the parameters its outputs give; what is missing,
often the scale, is fitted by maximum likelihood to rows that the caller chooses.
"""

from skloss.noise.families import FAMILIES, fit, free_parameters, predictive
from skloss.noise.predictive import Predictive

__all__ = ["FAMILIES", "Predictive", "fit", "free_parameters", "predictive"]
