"""The residuals of one loss with the noise models fitted to them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skloss.figures import row_weights
from skloss.figures.canvas import new_figure
from skloss.figures.held_out_places import fit_of, kept_of
from skloss.figures.text import plot_text
from skloss.noise import (
    FAMILIES,
    ResidualFit,
    residuals_of,
)
from skloss.wording import join, title_of

__all__ = ["ResidualSample", "residual_sample"]


@dataclass(frozen=True)
class ResidualSample:
    """Residuals and their fit, with the texts that their figures share.

    Attributes
    ----------
    loss : str
    unit : str
    residuals : ndarray of shape (n,)
        Truth minus prediction, in units of the target.
    weight : ndarray of shape (n,) or None
        Whole numbers, or of mean 1.
    fit : ResidualFit
    models : dict of str to distribution
        Fitted noise models by title, with the methods ``pdf`` and ``ppf``.
    """

    loss: str
    unit: str
    residuals: np.ndarray
    weight: np.ndarray | None
    fit: ResidualFit
    models: dict[str, Any]

    def new_figure(self, question, *, x, y, how_to_read, alt, finding=None):
        """Return an empty figure whose caption begins with what it shows.

        That is the verdict on the noise models, unless there is another finding; the
        text for readers who cannot see the figure ends with the verdict.
        """
        loss, verdict = title_of(self.loss), self.fit.text
        finding = finding or verdict
        return new_figure(
            question,
            x=x,
            y=y,
            subtitle=f"{plot_text(loss, 60)}, {len(self.residuals):,} held-out rows",
            caption=f"{finding} {how_to_read}" if self.fit.has_spread else verdict,
            alt=f"{alt.format(loss=loss, models=join(self.models) or 'no model')} "
            f"{verdict}",
        )


def residual_sample(comparison, loss, output=None):
    """Return the residuals of one loss and the noise models fitted to them."""
    return kept_of(_fitted_sample, comparison, loss, output)


def _fitted_sample(comparison, loss, output):
    rows = row_weights.once(comparison, loss)
    residuals = residuals_of(rows, loss, output)
    weight = row_weights.counted(row_weights.of_rows(comparison, loss, rows))
    fit = fit_of(comparison, loss, output)
    models = {FAMILIES[name].label: d for name, d in fit.distributions.items()}
    return ResidualSample(loss, comparison.unit, residuals, weight, fit, models)
