"""Figures of theorems about losses: pure functions from a few numbers to a figure.

Like the figures of a comparison, each has a question as its title, and in
``layout.meta`` a ``"caption"`` with the finding and an ``"alt"`` text.

Examples
--------
>>> from skloss.figures import theory
>>> figure = theory.divergences([0.5, 0.5], [0.9, 0.1])
>>> figure.layout.title.text
'How far apart are P and Q?'
"""

from skloss.figures.theory.divergences import divergences, entropy_parts, peaked
from skloss.figures.theory.focal_share import focal_share, focal_share_of_rows
from skloss.figures.theory.info_nce import info_nce
from skloss.figures.theory.kl_fits import kl_fits
from skloss.figures.theory.kl_penalty import kl_penalty
from skloss.figures.theory.likelihood import likelihood
from skloss.figures.theory.link_functions import link_functions
from skloss.figures.theory.loss_curves import QUANTITIES, loss_curves
from skloss.figures.theory.noise_densities import noise_densities
from skloss.figures.theory.noise_of_losses import noise_of_losses
from skloss.figures.theory.sigmoid_gradients import sigmoid_gradients
from skloss.figures.theory.training_curves import training_curves

__all__ = [
    "QUANTITIES",
    "divergences",
    "entropy_parts",
    "focal_share",
    "focal_share_of_rows",
    "info_nce",
    "kl_fits",
    "kl_penalty",
    "likelihood",
    "link_functions",
    "loss_curves",
    "noise_densities",
    "noise_of_losses",
    "peaked",
    "sigmoid_gradients",
    "training_curves",
]
